import * as z from 'zod';
import { defineTool, type ToolContext } from '../../tools/define.ts';
import { PermanentToolError } from '../../tools/errors.ts';
import { addDays } from '../calendar.ts';
import { type PurchaseOrder, purchaseOrderSchema } from '../orders.ts';
import type { DockSlot } from '../records.ts';
import { referenceField, requestKey } from '../request-key.ts';
import { sharedStore } from '../store/shared.ts';
import type { SupplyStore } from '../store/store.ts';
import { asOfField, requireWarehouse, resolveAsOf, warehouseField } from '../tool-kit.ts';
import { dockSlots, parseSlot } from './dock-plan.ts';

const input = z
  .strictObject({
    warehouse_code: warehouseField,
    orders: z.array(purchaseOrderSchema).max(500).describe('Purchase orders to receive, as of allocate_orders.'),
    opens: z.int().min(0).max(23).default(7).describe('Hour at which the docks open.'),
    closes: z.int().min(1).max(24).default(17).describe('Hour at which they close.'),
    days: z.int().min(1).max(90).default(14).describe('How many days from the expected arrival a slot may lie.'),
    reference: referenceField,
    as_of: asOfField,
  })
  .refine(({ opens, closes }) => opens < closes, 'the docks must close after they open');

const output = z.strictObject({
  warehouse_code: z.string(),
  as_of: z.string(),
  reservations: z.array(
    z.strictObject({
      supplier_code: z.string(),
      expected_date: z.string().describe('as_of and the lead time of the order.'),
      date: z.string(),
      hour: z.int().describe('The slot starts then and lasts an hour.'),
      dock: z.int(),
      repeated: z.boolean().describe('Whether an earlier call of the same request had reserved it.'),
    }),
  ),
  unreserved: z.array(z.strictObject({ supplier_code: z.string(), reason: z.string() })),
});

/**
 * Reserves for each order the first free dock hour, Monday to Friday, from the day on which it is expected. A slot is
 * taken by a conditional write, so that two requests never hold the same one.
 */
export const reserveDockSlots = defineTool({
  name: 'reserve_dock_slots',
  description: 'Reserves an hour at a dock of the warehouse for the arrival of each purchase order.',
  input,
  output,
  reads: [],
  writes: ['docks:{warehouse_code}'],
  idempotent: true,
  latency: 'fast',
  timeoutSeconds: 60,
  handler: async (request, context) => {
    const store = await sharedStore();
    const [warehouse, as_of] = await Promise.all([
      requireWarehouse(store, request.warehouse_code),
      resolveAsOf(store, request.as_of),
    ]);
    const other = request.orders.find(({ warehouse_code }) => warehouse_code !== request.warehouse_code);
    if (other !== undefined) {
      throw new PermanentToolError(
        'invalid_input',
        `an order is for ${other.warehouse_code}, not ${request.warehouse_code}`,
      );
    }
    const outcomes = [];
    // One after another: each takes the first slot that those before it have left.
    for (const [index, order] of request.orders.entries()) {
      const key = orderKey(request.reference, context, index);
      outcomes.push(await reserve(store, order, key, { ...request, as_of, docks: warehouse.dock_count ?? 1 }));
    }
    return {
      warehouse_code: request.warehouse_code,
      as_of,
      reservations: outcomes.flatMap(({ reservation }) => reservation ?? []),
      unreserved: outcomes.flatMap(({ refused }) => refused ?? []),
    };
  },
});

interface Terms {
  as_of: string;
  days: number;
  docks: number;
  opens: number;
  closes: number;
}

function orderKey(reference: string | undefined, context: ToolContext, index: number): string {
  return `${requestKey(reference, context)}#${index}`;
}

async function reserve(store: SupplyStore, order: PurchaseOrder, key: string, terms: Terms) {
  const { warehouse_code, supplier_code } = order;
  const expected_date = addDays(terms.as_of, Math.ceil(order.lead_time_days ?? 0));
  const taken = await store.dockSlots(warehouse_code, expected_date, addDays(expected_date, terms.days));
  const held = taken.find(({ request_key }) => request_key === key);
  const slot =
    held?.slot ??
    (await takeFirst(store, { warehouse_code, supplier_code, request_key: key }, taken, expected_date, terms));
  if (slot === undefined) {
    return { refused: { supplier_code, reason: `no dock is free within ${terms.days} days of ${expected_date}` } };
  }
  return { reservation: { supplier_code, expected_date, ...parseSlot(slot), repeated: held !== undefined } };
}

/** A slot that somebody takes in the meantime is passed over. */
async function takeFirst(
  store: SupplyStore,
  holder: Omit<DockSlot, 'slot'>,
  taken: readonly DockSlot[],
  firstDay: string,
  terms: Terms,
): Promise<string | undefined> {
  const occupied = new Set(taken.map(({ slot }) => slot));
  for (const slot of dockSlots(firstDay, terms.days, terms)) {
    if (!occupied.has(slot) && (await store.reserveDockSlot({ ...holder, slot }))) return slot;
  }
  return undefined;
}
