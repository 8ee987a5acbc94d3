/** What a supplier's deliveries say about it. */
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { daysBetween } from '../calendar.ts';
import type { Shipment } from '../records.ts';
import { shipmentAsOf, shipmentValue } from '../shipments.ts';

export interface Performance {
  supplier_code: string;
  /** Shipments delivered by the day looked from. */
  deliveries: number;
  /** Share of them that was delivered on or before the promised date; absent without deliveries. */
  onTimeRate?: number;
  /** Days from order to delivery, over those whose order date is known. */
  averageLeadTimeDays?: number;
  leadTimeSdDays?: number;
  /** Mean of max(0, delivered - promised) in days over all deliveries. */
  averageLateDays?: number;
  /** Value of the deliveries. */
  spend: number;
  /** See {@link priceIndexes}. */
  priceIndex?: number;
  /** Open shipments past their promised date. */
  openLate: number;
}

export function supplierPerformance(
  supplierCode: string,
  shipments: readonly Shipment[],
  asOf: string,
  priceIndex: number | undefined,
): Performance {
  const delivered = shipments.filter((shipment) => shipmentAsOf(shipment, asOf) === 'delivered');
  const late = delivered.map((shipment) => Math.max(0, daysBetween(shipment.promised_date, shipment.delivered_date!)));
  const leadTimes = delivered
    .filter(({ ordered_date }) => ordered_date !== undefined)
    .map(({ ordered_date, delivered_date }) => daysBetween(ordered_date!, delivered_date!));
  return {
    supplier_code: supplierCode,
    deliveries: delivered.length,
    ...(delivered.length > 0 && {
      onTimeRate: late.filter((days) => days === 0).length / delivered.length,
      averageLateDays: mean(late),
    }),
    ...(leadTimes.length > 0 && { averageLeadTimeDays: mean(leadTimes) }),
    ...(leadTimes.length > 1 && { leadTimeSdDays: sampleStandardDeviation(leadTimes) }),
    spend: delivered.reduce((sum, shipment) => sum + (shipmentValue(shipment) ?? 0), 0),
    ...(priceIndex !== undefined && { priceIndex }),
    openLate: shipments.filter(
      (shipment) => shipmentAsOf(shipment, asOf) === 'open' && daysBetween(shipment.promised_date, asOf) > 0,
    ).length,
  };
}

/**
 * Price level of each supplier: what its deliveries cost over what the same quantities cost at each item's average price
 * over all suppliers (a Paasche index against the market: H. Paasche, 1874). 0.9 is 10 % below. Items that only one
 * supplier delivers say nothing about its prices and are left out; a supplier with no other items has no index.
 */
export function priceIndexes(shipments: ReadonlyMap<string, readonly Shipment[]>, asOf: string): Map<string, number> {
  const bought = [...shipments].flatMap(([supplier, list]) =>
    list.flatMap((shipment) => purchase(supplier, shipment, asOf)),
  );
  const market = new Map<string, { quantity: number; value: number; suppliers: Set<string> }>();
  for (const { supplier, item, quantity, value } of bought) {
    const sum = market.get(item) ?? { quantity: 0, value: 0, suppliers: new Set<string>() };
    market.set(item, sum);
    sum.quantity += quantity;
    sum.value += value;
    sum.suppliers.add(supplier);
  }
  const paid = new Map<string, { actual: number; average: number }>();
  for (const { supplier, item, quantity, value } of bought) {
    const { quantity: total, value: cost, suppliers } = market.get(item)!;
    if (suppliers.size < 2) continue;
    const sums = paid.get(supplier) ?? { actual: 0, average: 0 };
    paid.set(supplier, sums);
    sums.actual += value;
    sums.average += (quantity * cost) / total;
  }
  return new Map(
    [...paid].filter(([, { average }]) => average > 0).map(([code, sums]) => [code, sums.actual / sums.average]),
  );
}

function purchase(supplier: string, shipment: Shipment, asOf: string) {
  const value = shipmentValue(shipment);
  const { item_code: item, quantity } = shipment;
  if (shipmentAsOf(shipment, asOf) !== 'delivered' || item === undefined || !quantity || value === undefined) return [];
  return [{ supplier, item, quantity, value }];
}
