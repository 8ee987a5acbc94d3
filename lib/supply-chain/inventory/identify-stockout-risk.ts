import * as z from 'zod';
import { defineTool } from '../../tools/define.ts';
import { addDays, daysBetween } from '../calendar.ts';
import { round } from '../math/round.ts';
import { sharedStore } from '../store/shared.ts';
import { asOfField, itemCodesField, resolveAsOf, warehouseField } from '../tool-kit.ts';
import { daysOfCover, demandStatistics } from './demand-statistics.ts';
import { itemPolicy } from './policy.ts';
import { stockoutRisk } from './stockout.ts';
import { readWarehouseStock, type StockedItem } from './warehouse-stock.ts';

const input = z.strictObject({
  warehouse_code: warehouseField,
  item_codes: itemCodesField,
  horizon_days: z
    .int()
    .min(1)
    .max(365)
    .optional()
    .describe("Days ahead to look. Default: each item's lead time, within which a new order would not help."),
  minimum_probability: z.number().min(0).max(1).default(0.05).describe('Report items at or above this probability.'),
  history_weeks: z.int().min(4).max(520).default(26).describe('Weeks of demand to look back on.'),
  default_lead_time_days: z.number().min(1).max(3650).default(14).describe('For items that no supplier quotes.'),
  as_of: asOfField,
  limit: z.int().min(1).max(5000).default(100).describe('At most this many risks.'),
});

const riskSchema = z.strictObject({
  item_code: z.string(),
  name: z.string().nullable(),
  probability: z.number().describe('Probability of running out within the horizon.'),
  level: z.enum(['critical', 'high', 'medium', 'low']).describe('From 0.5: critical; 0.2: high; 0.05: medium.'),
  expected_stockout_date: z.string().nullable().describe('When mean demand uses up the stock; null: not in a year.'),
  expected_shortage: z.number().describe('Units short on average within the horizon.'),
  on_hand: z.number(),
  inbound: z.number().describe('Units in open shipments that are promised within the horizon.'),
  horizon_days: z.number(),
  mean_weekly_demand: z.number(),
  sd_weekly_demand: z.number(),
  days_of_cover: z.number().nullable(),
});

const output = z.strictObject({
  warehouse_code: z.string(),
  as_of: z.string(),
  items_considered: z.int(),
  items_at_risk: z.int().describe('Items at or above minimum_probability.'),
  risks: z.array(riskSchema).describe('Most probable first.'),
  method: z.string(),
});

/**
 * Probability of a stock-out per item over its lead time or a given horizon, with normal demand, counting open shipments
 * on the day they are promised (overdue ones: today). Model and source: stockout.ts.
 */
export const identifyStockoutRisk = defineTool({
  name: 'identify_stockout_risk',
  description:
    'Estimates for the items of a warehouse how probable it is to run out within the lead time or a given number of ' +
    'days, and when, from demand history, stock and open shipments.',
  input,
  output,
  reads: ['inventory:{warehouse_code}', 'demand:{warehouse_code}', 'shipments', 'quotes'],
  writes: [],
  idempotent: true,
  latency: 'fast',
  timeoutSeconds: 30,
  handler: async (request) => {
    const store = await sharedStore();
    const [stock, as_of] = await Promise.all([
      readWarehouseStock(store, request.warehouse_code, request.item_codes),
      resolveAsOf(store, request.as_of),
    ]);
    const risks = stock.items
      .map((item) => assess(item, as_of, request))
      .filter(({ probability }) => probability >= request.minimum_probability)
      .sort((a, b) => b.probability - a.probability || (a.item_code < b.item_code ? -1 : 1));
    return {
      warehouse_code: request.warehouse_code,
      as_of,
      items_considered: stock.items.length,
      items_at_risk: risks.length,
      risks: risks.slice(0, request.limit),
      method: 'normal demand; largest P(demand > stock) before each arrival and at the end of the horizon',
    };
  },
});

function assess(stocked: StockedItem, asOf: string, request: z.output<typeof input>): z.input<typeof riskSchema> {
  const demand = demandStatistics(stocked.demand, asOf, request.history_weeks);
  const horizon = horizonOf(stocked, demand, request);
  const onHand = stocked.inventory?.on_hand ?? 0;
  const arrivals = stocked.inbound.map(({ promised_date, quantity }) => ({
    day: Math.max(0, daysBetween(asOf, promised_date)),
    quantity: quantity ?? 0,
  }));
  const risk = stockoutRisk({
    onHand,
    arrivals,
    weeklyMean: demand.mean,
    weeklySd: demand.sd,
    horizonDays: horizon.days,
    horizonSdDays: horizon.sdDays,
  });
  return {
    item_code: stocked.item_code,
    name: stocked.item?.name ?? null,
    probability: round(risk.probability, 4),
    level: level(risk.probability),
    expected_stockout_date: risk.expectedDay === undefined ? null : addDays(asOf, risk.expectedDay),
    expected_shortage: round(risk.expectedShortage),
    on_hand: onHand,
    inbound: arrivals.filter(({ day }) => day <= horizon.days).reduce((sum, { quantity }) => sum + quantity, 0),
    horizon_days: horizon.days,
    mean_weekly_demand: round(demand.mean),
    sd_weekly_demand: round(demand.sd),
    days_of_cover: daysOfCover(onHand, demand),
  };
}

/** The given horizon, else the lead time of the supplier that the reorder policy would choose. */
function horizonOf(
  stocked: StockedItem,
  demand: { weeks: number; mean: number; sd: number },
  request: z.output<typeof input>,
): { days: number; sdDays: number } {
  if (request.horizon_days !== undefined) return { days: request.horizon_days, sdDays: 0 };
  const options = { serviceLevel: 0.95, defaultLeadTimeDays: request.default_lead_time_days };
  const policy = itemPolicy(stocked.item, demand, stocked.quotes, options);
  return { days: policy.leadTimeDays, sdDays: policy.leadTimeSdDays };
}

function level(probability: number): 'critical' | 'high' | 'medium' | 'low' {
  if (probability >= 0.5) return 'critical';
  if (probability >= 0.2) return 'high';
  return probability >= 0.05 ? 'medium' : 'low';
}
