import * as z from 'zod';
import { defineTool } from '../../tools/define.ts';
import { round } from '../math/round.ts';
import { type RankingEntry, rankingEntrySchema } from '../orders.ts';
import type { Item, Shipment } from '../records.ts';
import { sharedStore } from '../store/shared.ts';
import { asOfField, requireKnown, resolveAsOf, unknownCode } from '../tool-kit.ts';
import { priceIndexes, supplierPerformance } from './performance.ts';
import { DEFAULT_WEIGHTS, rankSuppliers, type Scored } from './ranking.ts';

const weight = (standard: number, what: string) => z.number().min(0).max(1000).default(standard).describe(what);

const weightsSchema = z
  .strictObject({
    on_time: weight(DEFAULT_WEIGHTS.on_time, 'Share of deliveries on time.'),
    lead_time: weight(DEFAULT_WEIGHTS.lead_time, 'Average lead time.'),
    late_days: weight(DEFAULT_WEIGHTS.late_days, 'Average days late.'),
    price: weight(DEFAULT_WEIGHTS.price, 'Price index.'),
  })
  .refine((weights) => Object.values(weights).some((value) => value > 0), 'at least one weight must be above 0');

const input = z.strictObject({
  category: z
    .string()
    .min(1)
    .default('all')
    .describe(
      'Only deliveries of items of this category; "all" for every item. Unknown: answered with those there are.',
    ),
  supplier_codes: z.array(z.string().min(1)).min(1).optional().describe('Compare only these. Default: all suppliers.'),
  minimum_deliveries: z
    .int()
    .min(1)
    .max(100_000)
    .default(5)
    .describe('Suppliers with fewer deliveries are listed in `not_ranked`: a rate over two deliveries says little.'),
  since: z.iso.date().optional().describe('Only shipments promised on or after this day, YYYY-MM-DD.'),
  weights: weightsSchema.prefault({}).describe('Relative importance of the criteria; only their proportions matter.'),
  as_of: asOfField,
  limit: z.int().min(1).max(1000).default(20).describe('At most this many in `ranking`, the best ones.'),
});

const output = z.strictObject({
  category: z.string(),
  as_of: z.string(),
  suppliers_considered: z.int(),
  deliveries_considered: z.int(),
  ranking: z.array(rankingEntrySchema).describe('Best first: input of allocate_orders.'),
  not_ranked: z
    .array(z.strictObject({ supplier_code: z.string(), deliveries: z.int(), reason: z.string() }))
    .describe('Suppliers with some but too few deliveries; at most as many as `limit`.'),
  weights: z.strictObject({ on_time: z.number(), lead_time: z.number(), late_days: z.number(), price: z.number() }),
  method: z.string(),
});

/**
 * Performance of suppliers from their deliveries, and a score by TOPSIS (math/topsis.ts) over on-time rate, average lead
 * time, average days late and price index (performance.ts), weighted as the caller wishes. Scores compare the suppliers
 * ranked with one another; they are not absolute.
 */
export const analyzeSupplierPerformance = defineTool({
  name: 'analyze_supplier_performance',
  description:
    'Ranks suppliers by how they delivered: on-time rate, lead time and its spread, days late, spend and price level, ' +
    'combined into one score (TOPSIS) with weights of your choice.',
  input,
  output,
  reads: ['shipments', 'suppliers', 'items'],
  writes: [],
  idempotent: true,
  latency: 'fast',
  timeoutSeconds: 60,
  handler: async (request) => {
    const store = await sharedStore();
    const [suppliers, items, as_of] = await Promise.all([
      store.suppliers(),
      store.items(),
      resolveAsOf(store, request.as_of),
    ]);
    const codes = suppliers.map(({ supplier_code }) => supplier_code);
    if (request.supplier_codes !== undefined) requireKnown('supplier', request.supplier_codes, codes);
    const wanted = categoryFilter(request.category, items);
    const shipments = await store.shipments(request.supplier_codes ?? codes);
    for (const [code, list] of shipments) {
      const kept = list.filter(
        (one) => wanted(one) && (request.since === undefined || one.promised_date >= request.since),
      );
      shipments.set(code, kept);
    }
    const prices = priceIndexes(shipments, as_of);
    const performances = [...shipments].map(([code, list]) => supplierPerformance(code, list, as_of, prices.get(code)));
    const ranked = performances.filter(({ deliveries }) => deliveries >= request.minimum_deliveries);
    const names = new Map(suppliers.map(({ supplier_code, name }) => [supplier_code, name]));
    return {
      category: request.category,
      as_of,
      suppliers_considered: performances.length,
      deliveries_considered: performances.reduce((sum, { deliveries }) => sum + deliveries, 0),
      ranking: rankSuppliers(ranked, request.weights)
        .slice(0, request.limit)
        .map((scored, index) => entry(scored, index + 1, names.get(scored.performance.supplier_code))),
      not_ranked: performances
        .filter(({ deliveries, openLate }) => deliveries < request.minimum_deliveries && deliveries + openLate > 0)
        .slice(0, request.limit)
        .map(({ supplier_code, deliveries }) => ({
          supplier_code,
          deliveries,
          reason: `fewer than ${request.minimum_deliveries} deliveries`,
        })),
      weights: request.weights,
      method: 'TOPSIS (Hwang and Yoon 1981) over on-time rate, average lead time, average days late and price index',
    };
  },
});

function categoryFilter(category: string, items: readonly Item[]): (shipment: Shipment) => boolean {
  if (category === 'all') return () => true;
  const inCategory = new Set(items.filter((item) => item.category === category).map(({ item_code }) => item_code));
  if (inCategory.size === 0) {
    const categories = new Set(items.flatMap((item) => (item.category === undefined ? [] : [item.category])));
    throw unknownCode('category', category, ['all', ...[...categories].sort()]);
  }
  return ({ item_code }) => item_code !== undefined && inCategory.has(item_code);
}

function entry({ performance, score, estimated }: Scored, rank: number, name: string | undefined): RankingEntry {
  const days = (value: number | undefined) => (value === undefined ? null : round(value));
  return {
    supplier_code: performance.supplier_code,
    score: round(score, 4),
    rank,
    name: name ?? null,
    deliveries: performance.deliveries,
    on_time_rate: performance.onTimeRate === undefined ? null : round(performance.onTimeRate, 4),
    average_lead_time_days: days(performance.averageLeadTimeDays),
    lead_time_sd_days: days(performance.leadTimeSdDays),
    average_late_days: days(performance.averageLateDays),
    spend: round(performance.spend),
    price_index: performance.priceIndex === undefined ? null : round(performance.priceIndex, 4),
    open_late: performance.openLate,
    estimated,
  };
}
