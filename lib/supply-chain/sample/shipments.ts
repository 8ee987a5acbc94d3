/** Quotes, and two years of shipments that keep to them as well as each supplier does. */
import { addDays, dateOfDay, dayNumber } from '../calendar.ts';
import type { Random } from '../math/random.ts';
import type { Quote, Shipment } from '../records.ts';
import {
  ITEMS,
  SAMPLE_AS_OF,
  SAMPLE_FIRST_WEEK,
  type SampleItem,
  type SampleSupplier,
  SUPPLIERS,
  WAREHOUSES,
} from './catalog.ts';

const SHIPMENTS = 1500;
const CONGESTION = { days: 21, chance: 0.35 } as const;

export function sampleQuotes(random: Random): Quote[] {
  return SUPPLIERS.flatMap((supplier) =>
    ITEMS.filter(({ category }) => supplier.categories.includes(category)).map((item) => ({
      supplier_code: supplier.supplier_code,
      item_code: item.item_code,
      unit_price: cents(item.unit_cost * supplier.priceFactor * random.between(0.96, 1.04)),
      min_order_qty: Math.max(1, Math.round((item.weekly * random.between(0.2, 0.8)) / 5) * 5),
      lead_time_days: Math.max(2, supplier.leadTimeDays + random.whole(-2, 3)),
      lead_time_sd_days: supplier.spreadDays,
    })),
  );
}

/** In order of the day they were ordered, and numbered so. */
export function sampleShipments(quotes: readonly Quote[], random: Random): Shipment[] {
  const days = dayNumber(SAMPLE_AS_OF) - dayNumber(SAMPLE_FIRST_WEEK);
  const ordered = Array.from({ length: SHIPMENTS }, () => dayNumber(SAMPLE_FIRST_WEEK) + random.whole(0, days));
  ordered.sort((a, b) => a - b);
  return ordered.map((day, index) => shipment(index + 1, dateOfDay(day), random.pick(quotes), random));
}

function shipment(number: number, ordered_date: string, quote: Quote, random: Random): Shipment {
  const supplier = SUPPLIERS.find(({ supplier_code }) => supplier_code === quote.supplier_code)!;
  const item = ITEMS.find(({ item_code }) => item_code === quote.item_code)!;
  const warehouse = random.pick(WAREHOUSES);
  const promised_date = addDays(ordered_date, quote.lead_time_days);
  const arrival = addDays(promised_date, delay(supplier, random) + congestion(promised_date, random));
  const quantity = Math.max(quote.min_order_qty ?? 1, Math.round(item.weekly * warehouse.scale * random.between(1, 3)));
  const unit_price = cents(quote.unit_price * random.between(0.98, 1.02));
  const weight_kg = cents(quantity * item.unit_weight_kg);
  return {
    shipment_id: `SH${String(number).padStart(5, '0')}`,
    supplier_code: supplier.supplier_code,
    item_code: item.item_code,
    destination: warehouse.warehouse_code,
    ordered_date,
    promised_date,
    ...(arrival <= SAMPLE_AS_OF && { delivered_date: arrival }),
    quantity,
    unit_price,
    value: cents(quantity * unit_price),
    freight_cost: cents(weight_kg * supplier.freight_per_kg * random.between(0.9, 1.2)),
    weight_kg,
    mode: mode(supplier, item, random),
    status: arrival <= SAMPLE_AS_OF ? 'delivered' : 'in_transit',
  };
}

/** Days after the promised one: on time or a little early, else late by an exponential number of days. */
function delay(supplier: SampleSupplier, random: Random): number {
  if (random.chance(supplier.onTime)) return -random.whole(0, Math.round(supplier.spreadDays / 2));
  return 1 + Math.round(random.exponential(supplier.lateDays));
}

/** Late in December many shipments are held up, so that the sample has some that are open and late. */
function congestion(promised_date: string, random: Random): number {
  const held = promised_date > addDays(SAMPLE_AS_OF, -CONGESTION.days) && random.chance(CONGESTION.chance);
  return held ? random.whole(CONGESTION.days, 2 * CONGESTION.days) : 0;
}

function mode(supplier: SampleSupplier, item: SampleItem, random: Random): string {
  if (supplier.country !== 'CN') return 'truck';
  return item.unit_weight_kg < 1 && random.chance(0.4) ? 'air' : 'ocean';
}

export function cents(value: number): number {
  return Math.round(value * 100) / 100;
}
