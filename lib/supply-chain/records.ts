/**
 * The records a store holds and a CSV file may be imported as. Quantities are in units of the item, money in one
 * currency, dates are ISO calendar dates without a time.
 */
import * as z from 'zod';

/** Codes become keys of DynamoDB: at most 1,024 bytes for a sort key, which 250 characters never exceed. */
const code = z.string().trim().min(1).max(250);
const text = z.string().trim().min(1).max(1000);
const date = z.iso.date();
/** JavaScript keeps whole numbers exactly, and DynamoDB's client accepts them, up to 2^53 - 1. */
const amount = z.number().min(0).max(Number.MAX_SAFE_INTEGER);

export const warehouseSchema = z.strictObject({
  warehouse_code: code,
  name: text.optional(),
  latitude: z.number().min(-90).max(90).optional(),
  longitude: z.number().min(-180).max(180).optional(),
  dock_count: z.int().min(1).max(1000).optional(),
  vehicle_count: z.int().min(0).max(100_000).optional(),
  vehicle_capacity_kg: amount.optional(),
});

export const itemSchema = z.strictObject({
  item_code: code,
  name: text.optional(),
  category: text.optional(),
  unit_cost: amount.optional(),
  /** Share of the unit cost that holding one unit for a year costs: 0.25 is 25 %. */
  holding_cost_rate: z.number().min(0).max(10).optional(),
  /** Cost of placing one order, whatever its quantity. */
  order_cost: amount.optional(),
  unit_volume_m3: amount.optional(),
  unit_weight_kg: amount.optional(),
});

export const supplierSchema = z.strictObject({
  supplier_code: code,
  name: text.optional(),
  country: text.optional(),
  /** The supplier takes no order below this value. */
  min_order_value: amount.optional(),
  freight_per_kg: amount.optional(),
});

export const inventorySchema = z.strictObject({
  warehouse_code: code,
  item_code: code,
  on_hand: amount,
  on_order: amount.optional(),
  /** The day it was counted. */
  as_of: date.optional(),
});

/** Demand of one week. Weeks start on Mondays (ISO 8601). */
export const demandSchema = z.strictObject({
  warehouse_code: code,
  item_code: code,
  week_start: date.refine((day) => new Date(`${day}T00:00:00Z`).getUTCDay() === 1, 'not a Monday: weeks start on one'),
  quantity: amount,
});

export const quoteSchema = z.strictObject({
  supplier_code: code,
  item_code: code,
  unit_price: amount,
  min_order_qty: amount.optional(),
  lead_time_days: z.number().min(0).max(3650),
  /** Standard deviation of the lead time. */
  lead_time_sd_days: z.number().min(0).max(3650).optional(),
});

export const shipmentSchema = z.strictObject({
  shipment_id: code,
  supplier_code: code,
  /** A warehouse code or any other place, such as a country. */
  destination: code,
  item_code: code.optional(),
  ordered_date: date.optional(),
  promised_date: date,
  /** Absent while the shipment is open. */
  delivered_date: date.optional(),
  quantity: amount.optional(),
  unit_price: amount.optional(),
  value: amount.optional(),
  freight_cost: amount.optional(),
  weight_kg: amount.optional(),
  mode: text.optional(),
  status: z.enum(['in_transit', 'delivered', 'cancelled']).optional(),
});

/** A customer that a warehouse delivers to. */
export const stopSchema = z.strictObject({
  warehouse_code: code,
  stop_code: code,
  name: text.optional(),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  /** What it usually takes in a week. */
  demand_kg: amount,
});

/** The kinds that can be imported, by name. */
export const recordSchemas = {
  warehouse: warehouseSchema,
  item: itemSchema,
  supplier: supplierSchema,
  inventory: inventorySchema,
  demand: demandSchema,
  quote: quoteSchema,
  shipment: shipmentSchema,
  stop: stopSchema,
} as const;

/** The fields that tell records of a kind apart. */
export const RECORD_KEYS = {
  warehouse: ['warehouse_code'],
  item: ['item_code'],
  supplier: ['supplier_code'],
  inventory: ['warehouse_code', 'item_code'],
  demand: ['warehouse_code', 'item_code', 'week_start'],
  quote: ['supplier_code', 'item_code'],
  shipment: ['supplier_code', 'shipment_id'],
  stop: ['warehouse_code', 'stop_code'],
} as const satisfies Record<keyof typeof recordSchemas, readonly string[]>;

export type RecordKind = keyof typeof recordSchemas;
export type RecordOf<Kind extends RecordKind> = z.infer<(typeof recordSchemas)[Kind]>;

export type Warehouse = RecordOf<'warehouse'>;
export type Item = RecordOf<'item'>;
export type Supplier = RecordOf<'supplier'>;
export type Inventory = RecordOf<'inventory'>;
export type Demand = RecordOf<'demand'>;
export type Quote = RecordOf<'quote'>;
export type Shipment = RecordOf<'shipment'>;
export type Stop = RecordOf<'stop'>;

/** What the store holds as a whole, and until when. */
export interface Dataset {
  source: 'sample' | 'import';
  /** `loading` is left behind by a load that was broken off; it is then loaded again. */
  state: 'loading' | 'ready';
  /** The day on which the data end: what tools take for today unless told otherwise. Absent when no record has a date. */
  as_of?: string;
}

/** A purchase order as it was placed. */
export interface PlacedOrder {
  order_id: string;
  warehouse_code: string;
  supplier_code: string;
  ordered_date: string;
  expected_date?: string;
  total_value: number;
  lines: { item_code: string; quantity: number; unit_price?: number; value?: number }[];
  /** Identifies the call that placed it, and the order within the call. */
  request_key: string;
}

/** A dock of a warehouse, reserved for one hour of one day. */
export interface DockSlot {
  warehouse_code: string;
  /** `2026-01-05#09#0002`: day, hour in which it starts, dock. */
  slot: string;
  supplier_code: string;
  order_id?: string;
  request_key: string;
}

export interface PlannerNote {
  note_id: string;
  severity: 'info' | 'warning' | 'critical';
  message: string;
  warehouse_codes: string[];
  order_count: number;
  total_value: number;
}
