/**
 * Landed cost of order lines at a supplier: what the goods cost when they lie in the warehouse. Goods at the quoted price
 * (at least the minimum quantity), freight by weight, and the capital tied up during the lead time: value x holding-cost
 * rate x lead time / 365. Follows the total-cost view of sourcing in S. Chopra and P. Meindl, Supply Chain Management,
 * ch. "Sourcing Decisions in a Supply Chain".
 */
import type { Item, Quote, Shipment, Supplier } from '../records.ts';

export interface FreightRate {
  perKg: number;
  basis: 'deliveries' | 'supplier_rate' | 'unknown';
}

/** Freight per kg: what its shipments cost, where freight and weight are recorded; else the supplier's own rate; else 0. */
export function freightRate(supplier: Supplier | undefined, shipments: readonly Shipment[]): FreightRate {
  let freight = 0;
  let weight = 0;
  for (const { freight_cost, weight_kg } of shipments) {
    if (freight_cost === undefined || weight_kg === undefined) continue;
    freight += freight_cost;
    weight += weight_kg;
  }
  if (weight > 0) return { perKg: freight / weight, basis: 'deliveries' };
  if (supplier?.freight_per_kg !== undefined) return { perKg: supplier.freight_per_kg, basis: 'supplier_rate' };
  return { perKg: 0, basis: 'unknown' };
}

export interface LandedLine {
  item_code: string;
  quantity: number;
  unit_price: number;
  goods: number;
  freight: number;
  inTransit: number;
  landed: number;
}

const DAYS_PER_YEAR = 365;

export function landedLine(
  wanted: { item_code: string; quantity: number },
  quote: Quote,
  item: Item | undefined,
  freight: FreightRate,
  holdingCostRate: number,
): LandedLine {
  const quantity = Math.max(wanted.quantity, quote.min_order_qty ?? 0);
  const goods = quantity * quote.unit_price;
  const freightCost = quantity * (item?.unit_weight_kg ?? 0) * freight.perKg;
  const inTransit = goods * holdingCostRate * (quote.lead_time_days / DAYS_PER_YEAR);
  return {
    item_code: wanted.item_code,
    quantity,
    unit_price: quote.unit_price,
    goods,
    freight: freightCost,
    inTransit,
    landed: goods + freightCost + inTransit,
  };
}
