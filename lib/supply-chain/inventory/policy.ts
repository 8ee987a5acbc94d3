/** The policy for one item: the supplier that makes it cheapest over a year, and what to order today. */
import { wholeUnits } from '../math/round.ts';
import type { Item, Quote } from '../records.ts';
import type { DemandStatistics } from './demand-statistics.ts';
import { economicOrderQuantity, type ReorderPoint, reorderPoint } from './reorder-points.ts';

const WEEKS_PER_YEAR = 52;
const DAYS_PER_WEEK = 7;

/** What a caller may set; each takes the place of what the store says. */
export interface PolicyOptions {
  serviceLevel: number;
  /** For an item that no supplier quotes. */
  defaultLeadTimeDays: number;
  leadTimeDays?: number | undefined;
  leadTimeSdDays?: number | undefined;
  orderCost?: number | undefined;
  holdingCostRate?: number | undefined;
}

export interface ItemPolicy extends ReorderPoint {
  quote?: Quote;
  leadTimeDays: number;
  leadTimeSdDays: number;
  /** Absent when a cost is not known. */
  eoq?: number;
  /** Units of one order: the EOQ, else the demand of one lead time; at least the supplier's minimum. */
  lotSize: number;
  /** Reorder point + lot size. */
  orderUpTo: number;
  /** Purchase, ordering and holding a year; what suppliers are compared by. */
  annualCost: number;
  notes: string[];
}

/**
 * The policy with the least annual cost D c + D/Q S + (Q/2 + SS) H over the suppliers that quote the item, so that a low
 * price has to make up for the stock that a long or uncertain lead time needs.
 */
export function itemPolicy(
  item: Item | undefined,
  demand: DemandStatistics,
  quotes: readonly Quote[],
  options: PolicyOptions,
): ItemPolicy {
  const candidates = quotes.length === 0 ? [undefined] : quotes;
  const policies = candidates.map((quote) => policyWith(quote, item, demand, options));
  return policies.reduce((best, policy) => (policy.annualCost < best.annualCost ? policy : best));
}

/** Units to order now: none while the position is above the reorder point, else up to the order-up-to level. */
export function orderQuantity(policy: ItemPolicy, position: number): number {
  if (policy.leadTimeDemand <= 0 && policy.safetyStock <= 0) return 0;
  if (position > policy.reorderPoint) return 0;
  return wholeUnits(Math.max(policy.orderUpTo - position, policy.quote?.min_order_qty ?? 0));
}

function policyWith(
  quote: Quote | undefined,
  item: Item | undefined,
  demand: DemandStatistics,
  options: PolicyOptions,
): ItemPolicy {
  const leadTimeDays = options.leadTimeDays ?? quote?.lead_time_days ?? options.defaultLeadTimeDays;
  const leadTimeSdDays = options.leadTimeSdDays ?? quote?.lead_time_sd_days ?? 0;
  const point = reorderPoint({
    demandMean: demand.mean,
    demandSd: demand.sd,
    leadTime: leadTimeDays / DAYS_PER_WEEK,
    leadTimeSd: leadTimeSdDays / DAYS_PER_WEEK,
    serviceLevel: options.serviceLevel,
  });
  const annualDemand = demand.mean * WEEKS_PER_YEAR;
  const unitCost = quote?.unit_price ?? item?.unit_cost;
  const orderCost = options.orderCost ?? item?.order_cost;
  const rate = options.holdingCostRate ?? item?.holding_cost_rate;
  const holdingCost = unitCost === undefined || rate === undefined ? undefined : unitCost * rate;
  const eoq =
    orderCost !== undefined && holdingCost ? economicOrderQuantity(annualDemand, orderCost, holdingCost) : undefined;
  const lotSize = Math.max(eoq ?? point.leadTimeDemand, quote?.min_order_qty ?? 0);
  const orders = lotSize === 0 ? 0 : annualDemand / lotSize;
  const holding = (lotSize / 2 + point.safetyStock) * (holdingCost ?? 0);
  return {
    ...point,
    ...(quote && { quote }),
    leadTimeDays,
    leadTimeSdDays,
    ...(eoq !== undefined && { eoq }),
    lotSize,
    orderUpTo: point.reorderPoint + lotSize,
    annualCost: annualDemand * (unitCost ?? 0) + orders * (orderCost ?? 0) + holding,
    notes: assumptions(quote, options, { unitCost, orderCost, rate, weeks: demand.weeks }),
  };
}

interface Known {
  unitCost: number | undefined;
  orderCost: number | undefined;
  rate: number | undefined;
  weeks: number;
}

/** What was taken for granted because the store does not say it. */
function assumptions(quote: Quote | undefined, options: PolicyOptions, known: Known): string[] {
  const notes: string[] = [];
  if (known.weeks === 0) notes.push('no demand is recorded: nothing is ordered');
  if (quote === undefined) notes.push('no supplier quotes this item');
  if (quote === undefined && options.leadTimeDays === undefined) {
    notes.push(`the lead time is not known: ${options.defaultLeadTimeDays} days were assumed`);
  }
  if (quote?.lead_time_sd_days === undefined && options.leadTimeSdDays === undefined) {
    notes.push('the spread of the lead time is not known: 0 was assumed');
  }
  const missing = [
    known.unitCost === undefined && 'unit cost',
    known.orderCost === undefined && 'order cost',
    known.rate === undefined && 'holding-cost rate',
  ].filter(Boolean);
  if (missing.length > 0)
    notes.push(`no ${missing.join(', ')}: the lot is the demand of one lead time instead of the EOQ`);
  return notes;
}
