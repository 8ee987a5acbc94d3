import * as z from 'zod';
import { defineTool } from '../../tools/define.ts';
import { round } from '../math/round.ts';
import { orderValue, type PurchaseOrder, purchaseOrderSchema } from '../orders.ts';
import { referenceField, requestKey, stableId } from '../request-key.ts';
import { sharedStore } from '../store/shared.ts';

const input = z
  .strictObject({
    message: z
      .string()
      .min(1)
      .max(4000)
      .optional()
      .describe('What the planner should know. Default: a summary of orders.'),
    severity: z.enum(['info', 'warning', 'critical']).default('info').describe('How urgent it is.'),
    orders: z
      .union([
        z.array(purchaseOrderSchema),
        z
          .looseObject({ purchase_orders: z.array(purchaseOrderSchema) })
          .describe('The whole result of allocate_orders.'),
      ])
      .optional()
      .describe('Purchase orders that the note is about: a list, or the whole result of allocate_orders.'),
    reference: referenceField,
  })
  .refine(({ message, orders }) => message !== undefined || orders !== undefined, 'give a message, or orders, or both');

const output = z.strictObject({
  note_id: z.string(),
  repeated: z.boolean().describe('Whether an earlier call of the same request had written it.'),
  message: z.string(),
  order_count: z.int(),
  total_value: z.number(),
  warehouse_codes: z.array(z.string()),
});

/** Leaves a note for the planner in the store. The same request writes one note, however often it is made. */
export const notifyPlanner = defineTool({
  name: 'notify_planner',
  description: 'Leaves a note for the human planner: a message of yours, a summary of purchase orders, or both.',
  input,
  output,
  reads: [],
  writes: ['planner_notes'],
  idempotent: true,
  latency: 'fast',
  timeoutSeconds: 15,
  handler: async (request, context) => {
    const store = await sharedStore();
    const orders = listOf(request.orders);
    const summary = summaryOf(orders);
    const message = [request.message, request.orders && summary.text].filter(Boolean).join('\n');
    const note = {
      note_id: stableId('NOTE', requestKey(request.reference, context)),
      severity: request.severity,
      message,
      warehouse_codes: summary.warehouse_codes,
      order_count: orders.length,
      total_value: summary.total_value,
    };
    const added = await store.addNote(note);
    const { severity: _, ...answer } = note;
    return { ...answer, repeated: !added };
  },
});

function listOf(orders: z.output<typeof input>['orders']): PurchaseOrder[] {
  if (orders === undefined) return [];
  return Array.isArray(orders) ? orders : orders.purchase_orders;
}

function summaryOf(orders: readonly PurchaseOrder[]) {
  const total_value = round(orders.reduce((sum, order) => sum + orderValue(order), 0));
  const warehouse_codes = [...new Set(orders.map(({ warehouse_code }) => warehouse_code))].sort();
  const details = orders.map(
    (order) =>
      `${order.supplier_code} for ${order.warehouse_code}: ${order.lines.length} lines, ${orderValue(order).toFixed(2)}`,
  );
  const head = orders.length === 1 ? '1 purchase order' : `${orders.length} purchase orders`;
  return { total_value, warehouse_codes, text: [`${head}, ${total_value.toFixed(2)} in all`, ...details].join('\n') };
}
