import * as z from 'zod';
import { defineTool } from '../../tools/define.ts';
import { round } from '../math/round.ts';
import type { Shipment } from '../records.ts';
import { shipmentAsOf, shipmentValue } from '../shipments.ts';
import { sharedStore } from '../store/shared.ts';
import type { SupplyStore } from '../store/store.ts';

import { asOfField, requireKnown, requireWarehouse, resolveAsOf, warehouseField } from '../tool-kit.ts';
import { type Delay, delaysAsOf, delaysBySupplier } from './delays.ts';

const input = z.strictObject({
  warehouse_code: warehouseField.optional().describe('Only shipments to this warehouse. Default: to anywhere.'),
  supplier_code: z.string().min(1).optional().describe('Only shipments of this supplier. Default: of all.'),
  minimum_days_late: z.int().min(1).max(3650).default(1).describe('Only shipments that are at least this late.'),
  as_of: asOfField.describe(
    'The day to look from, YYYY-MM-DD; may lie in the past: a shipment that arrived later counts as open then. Default: the last day of the data.',
  ),
  limit: z.int().min(1).max(5000).default(100).describe('At most this many in `delayed`, the latest ones.'),
});

const delayedSchema = z.strictObject({
  shipment_id: z.string(),
  supplier_code: z.string(),
  destination: z.string(),
  item_code: z.string().nullable(),
  promised_date: z.string(),
  days_late: z.int(),
  quantity: z.number().nullable(),
  value: z.number().nullable(),
});

const output = z.strictObject({
  as_of: z.string(),
  open_shipments: z.int().describe('Shipments not delivered by then, late or not.'),
  delayed_shipments: z.int(),
  delayed_value: z.number(),
  delayed: z.array(delayedSchema).describe('Latest first.'),
  by_supplier: z.array(
    z.strictObject({
      supplier_code: z.string(),
      delayed: z.int(),
      average_days_late: z.number(),
      longest_days_late: z.int(),
      value: z.number(),
    }),
  ),
});

/** Open shipments past their promised date on a day, counted in calendar days. */
export const identifyDelayedShipments = defineTool({
  name: 'identify_delayed_shipments',
  description:
    'Lists shipments that are open and past their promised date: how late each is, what it is worth, and which ' +
    'suppliers they come from.',
  input,
  output,
  reads: ['shipments'],
  writes: [],
  idempotent: true,
  latency: 'fast',
  timeoutSeconds: 60,
  handler: async (request) => {
    const store = await sharedStore();
    const as_of = await resolveAsOf(store, request.as_of);
    const shipments = await shipmentsToLookAt(store, request, as_of);
    const delays = delaysAsOf(shipments, as_of, request.minimum_days_late);
    return {
      as_of,
      open_shipments: shipments.filter((shipment) => shipmentAsOf(shipment, as_of) === 'open').length,
      delayed_shipments: delays.length,
      delayed_value: round(delays.reduce((sum, { shipment }) => sum + (shipmentValue(shipment) ?? 0), 0)),
      delayed: delays.slice(0, request.limit).map(report),
      by_supplier: delaysBySupplier(delays).map(({ supplier_code, delayed, ...days }) => ({
        supplier_code,
        delayed,
        average_days_late: round(days.averageDaysLate, 1),
        longest_days_late: days.longestDaysLate,
        value: round(days.value),
      })),
    };
  },
});

/** What is open now is found by its index; what was open on an earlier day has to be looked for in the history. */
async function shipmentsToLookAt(
  store: SupplyStore,
  request: z.output<typeof input>,
  asOf: string,
): Promise<Shipment[]> {
  const { warehouse_code, supplier_code } = request;
  if (warehouse_code !== undefined) await requireWarehouse(store, warehouse_code);
  const codes = (await store.suppliers()).map((supplier) => supplier.supplier_code);
  if (supplier_code !== undefined) requireKnown('supplier', [supplier_code], codes);
  const dataset = await store.dataset();
  const isPast = dataset?.as_of !== undefined && asOf < dataset.as_of;
  const history = async () => [
    ...(await store.shipments(supplier_code === undefined ? codes : [supplier_code])).values(),
  ];
  const shipments = isPast ? (await history()).flat() : await store.openShipments();
  return shipments.filter(
    (shipment) =>
      (warehouse_code === undefined || shipment.destination === warehouse_code) &&
      (supplier_code === undefined || shipment.supplier_code === supplier_code),
  );
}

function report({ shipment, daysLate }: Delay): z.input<typeof delayedSchema> {
  return {
    shipment_id: shipment.shipment_id,
    supplier_code: shipment.supplier_code,
    destination: shipment.destination,
    item_code: shipment.item_code ?? null,
    promised_date: shipment.promised_date,
    days_late: daysLate,
    quantity: shipment.quantity ?? null,
    value: shipmentValue(shipment) ?? null,
  };
}
