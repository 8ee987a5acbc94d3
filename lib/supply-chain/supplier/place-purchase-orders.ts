import * as z from 'zod';
import { defineTool } from '../../tools/define.ts';
import { PermanentToolError } from '../../tools/errors.ts';
import { addDays } from '../calendar.ts';
import { round } from '../math/round.ts';
import { orderValue, type PurchaseOrder, purchaseOrderSchema } from '../orders.ts';
import type { PlacedOrder } from '../records.ts';
import { referenceField, requestKey, stableId } from '../request-key.ts';
import { sharedStore } from '../store/shared.ts';
import { asOfField, requireWarehouse, resolveAsOf, warehouseField } from '../tool-kit.ts';

const input = z
  .strictObject({
    warehouse_code: warehouseField
      .optional()
      .describe(
        'The warehouse of all the orders. Give it where you know it: plans of other warehouses need not wait then.',
      ),
    orders: z.array(purchaseOrderSchema).max(500).optional().describe('The purchase_orders of allocate_orders.'),
    order: purchaseOrderSchema.optional().describe('One order instead of `orders`, as an item of a for_each.'),
    reference: referenceField,
    as_of: asOfField.describe('The day of the order, YYYY-MM-DD. Default: the last day of the data.'),
  })
  .refine(({ orders, order }) => (orders === undefined) !== (order === undefined), 'give either `orders` or `order`');

const output = z.strictObject({
  as_of: z.string(),
  placed: z.array(
    z.strictObject({
      order_id: z.string(),
      supplier_code: z.string(),
      warehouse_code: z.string(),
      lines: z.int(),
      total_value: z.number(),
      expected_date: z.string().nullable(),
      repeated: z.boolean().describe('Whether an earlier call of the same request had placed it.'),
    }),
  ),
  total_value: z.number(),
});

/**
 * Places purchase orders: writes each under an id that follows from the request's key and its place in the request, by a
 * conditional write. The same request again finds its orders and changes nothing; a different order under the same key is
 * refused. Placed orders count as on order in the inventory tools until the stock is counted anew.
 */
export const placePurchaseOrders = defineTool({
  name: 'place_purchase_orders',
  description: 'Places purchase orders with suppliers. Repeating the same request places nothing twice.',
  input,
  output,
  reads: [],
  writes: ['purchase_orders:{warehouse_code}'],
  idempotent: true,
  latency: 'fast',
  timeoutSeconds: 60,
  handler: async (request, context) => {
    const store = await sharedStore();
    const orders = request.orders ?? [request.order!];
    const codes = [...new Set(orders.map(({ warehouse_code }) => warehouse_code))];
    const other = codes.find((code) => request.warehouse_code !== undefined && code !== request.warehouse_code);
    if (other !== undefined) {
      throw new PermanentToolError('invalid_input', `an order is for ${other}, not for ${request.warehouse_code}`);
    }
    for (const code of codes) await requireWarehouse(store, code);
    const as_of = await resolveAsOf(store, request.as_of);
    const key = requestKey(request.reference, context);
    const placed = [];
    for (const [index, order] of orders.entries()) {
      const wanted = recordOf(order, `${key}#${index}`, as_of);
      const outcome = await store.placeOrder(wanted);
      if (!outcome.placed) refuseOther(wanted, outcome.order);
      placed.push({ ...summaryOf(outcome.order), repeated: !outcome.placed });
    }
    return { as_of, placed, total_value: round(placed.reduce((sum, { total_value }) => sum + total_value, 0)) };
  },
});

function recordOf(order: PurchaseOrder, request_key: string, ordered_date: string): PlacedOrder {
  const { supplier_code, warehouse_code, lead_time_days } = order;
  return {
    order_id: stableId('PO', request_key),
    warehouse_code,
    supplier_code,
    ordered_date,
    ...(lead_time_days !== undefined && { expected_date: addDays(ordered_date, Math.ceil(lead_time_days)) }),
    total_value: round(orderValue(order)),
    lines: order.lines.map(({ item_code, quantity, unit_price, value }) => ({
      item_code,
      quantity,
      ...(unit_price !== undefined && { unit_price }),
      ...(value !== undefined && { value }),
    })),
    request_key,
  };
}

/** A key names one request: other goods under it are a mistake of the caller. */
function refuseOther(wanted: PlacedOrder, existing: PlacedOrder): void {
  if (goodsOf(wanted) === goodsOf(existing)) return;
  throw new PermanentToolError(
    'idempotency_conflict',
    `order ${existing.order_id} was placed under the same reference with other content; use another reference for a new order`,
  );
}

function goodsOf({ supplier_code, warehouse_code, lines }: PlacedOrder): string {
  return JSON.stringify([supplier_code, warehouse_code, lines.map(({ item_code, quantity }) => [item_code, quantity])]);
}

function summaryOf(order: PlacedOrder) {
  return {
    order_id: order.order_id,
    supplier_code: order.supplier_code,
    warehouse_code: order.warehouse_code,
    lines: order.lines.length,
    total_value: order.total_value,
    expected_date: order.expected_date ?? null,
  };
}
