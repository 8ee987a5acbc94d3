import * as z from 'zod';
import { defineTool } from '../../tools/define.ts';
import { round } from '../math/round.ts';
import {
  type OrderLine,
  orderLineSchema,
  type PurchaseOrder,
  purchaseOrderSchema,
  rankingEntrySchema,
} from '../orders.ts';
import type { Quote, Supplier } from '../records.ts';
import { sharedStore } from '../store/shared.ts';
import { allocate } from './allocation.ts';
import type { AllocationLine, Candidate } from './allocation-problem.ts';

const input = z.strictObject({
  lines: z.array(orderLineSchema).max(5000).describe('What to order, as the `lines` of calculate_reorder_points.'),
  ranking: z
    .array(rankingEntrySchema)
    .max(5000)
    .default([])
    .describe('Scores of suppliers, as the `ranking` of analyze_supplier_performance. Without it only prices count.'),
  quality_weight: z
    .number()
    .min(0)
    .max(10)
    .default(0.3)
    .describe('How much the score counts: 0.3 makes a supplier of score 0 count as 30 % dearer than one of score 1.'),
  order_cost: z
    .number()
    .min(0)
    .default(25)
    .describe('Cost of placing one purchase order; more of it means fewer suppliers.'),
});

const output = z.strictObject({
  purchase_orders: z.array(purchaseOrderSchema).describe('One per supplier and warehouse, largest value first.'),
  total_value: z.number(),
  lines_requested: z.int().describe('After joining lines of the same item and warehouse.'),
  lines_allocated: z.int(),
  unallocated: z.array(
    z.strictObject({ item_code: z.string(), warehouse_code: z.string(), quantity: z.number(), reason: z.string() }),
  ),
  optimal: z.boolean().describe('Whether the result is proven to be the best; else it is the best one found.'),
  method: z.string(),
});

/** Purchase orders for order lines under minimum quantities and minimum order values; the method is in allocation.ts. */
export const allocateOrders = defineTool({
  name: 'allocate_orders',
  description:
    'Divides order lines among the suppliers that quote them, by price and score, respecting minimum quantities and ' +
    'minimum order values, and gives one purchase order per supplier and warehouse. Nothing is placed by it.',
  input,
  output,
  reads: ['quotes', 'suppliers'],
  writes: [],
  idempotent: true,
  latency: 'fast',
  timeoutSeconds: 60,
  handler: async ({ lines, ranking, quality_weight, order_cost }) => {
    const store = await sharedStore();
    const wanted = joinLines(lines);
    const [quotes, suppliers] = await Promise.all([
      store.quotes(wanted.map(({ item_code }) => item_code)),
      store.suppliers(),
    ]);
    const scores = new Map(ranking.map(({ supplier_code, score }) => [supplier_code, score]));
    const minimumValue = new Map(suppliers.map((supplier) => [supplier.supplier_code, supplier.min_order_value ?? 0]));
    const priced = wanted.map((line) => ({
      line,
      candidates: (quotes.get(line.item_code) ?? []).map((quote) => candidateOf(line, quote, scores, quality_weight)),
    }));
    const byWarehouse = [...Map.groupBy(priced, ({ line }) => line.warehouse_code).values()];
    // Orders are made per warehouse, so that the warehouses are independent problems.
    const solved = byWarehouse.map((group) => ({
      group,
      ...allocate({ candidates: group.map(({ candidates }) => candidates), minimumValue, orderCost: order_cost }),
    }));
    const chosen = solved.flatMap(({ group, assignment }) =>
      group.map(({ line, candidates }, index) => ({ line, candidates, candidate: assignment[index] })),
    );
    const purchase_orders = ordersOf(chosen, new Map(suppliers.map((one) => [one.supplier_code, one])), scores);
    return {
      purchase_orders,
      total_value: round(purchase_orders.reduce((sum, order) => sum + (order.total_value ?? 0), 0)),
      lines_requested: wanted.length,
      lines_allocated: chosen.filter(({ candidate }) => candidate !== undefined).length,
      unallocated: chosen
        .filter(({ candidate }) => candidate === undefined)
        .map(({ line, candidates }) => ({
          ...line,
          reason:
            candidates.length === 0
              ? 'no supplier quotes this item'
              : 'no supplier that quotes it reaches its minimum order value with these lines',
        })),
      optimal: solved.every(({ optimal }) => optimal),
      method: 'local search, then branch and bound over the lines of each warehouse',
    };
  },
});

function joinLines(lines: readonly OrderLine[]): AllocationLine[] {
  const joined = new Map<string, AllocationLine>();
  for (const { item_code, warehouse_code, quantity } of lines) {
    const key = JSON.stringify([item_code, warehouse_code]);
    joined.set(key, { item_code, warehouse_code, quantity: quantity + (joined.get(key)?.quantity ?? 0) });
  }
  return [...joined.values()];
}

/** A supplier that was not ranked counts as one of score 0, unless nobody was ranked. */
function candidateOf(
  line: AllocationLine,
  quote: Quote,
  scores: Map<string, number>,
  qualityWeight: number,
): Candidate {
  const quantity = Math.max(line.quantity, quote.min_order_qty ?? 0);
  const value = quantity * quote.unit_price;
  const score = scores.size === 0 ? 1 : (scores.get(quote.supplier_code) ?? 0);
  return {
    supplier_code: quote.supplier_code,
    quantity,
    unit_price: quote.unit_price,
    value,
    lead_time_days: quote.lead_time_days,
    cost: value * (1 + qualityWeight * (1 - score)),
  };
}

interface Chosen {
  line: AllocationLine;
  candidate: Candidate | undefined;
}

function ordersOf(
  chosen: readonly Chosen[],
  suppliers: Map<string, Supplier>,
  scores: Map<string, number>,
): PurchaseOrder[] {
  const placed = chosen.flatMap(({ line, candidate }) => (candidate === undefined ? [] : [{ line, candidate }]));
  const groups = Map.groupBy(placed, ({ line, candidate }) =>
    JSON.stringify([candidate.supplier_code, line.warehouse_code]),
  );
  return [...groups.values()]
    .map((group) => orderOf(group, suppliers, scores))
    .sort((a, b) => b.total_value! - a.total_value! || (a.supplier_code < b.supplier_code ? -1 : 1));
}

function orderOf(
  group: { line: AllocationLine; candidate: Candidate }[],
  suppliers: Map<string, Supplier>,
  scores: Map<string, number>,
): PurchaseOrder {
  const { supplier_code } = group[0]!.candidate;
  return {
    supplier_code,
    supplier_name: suppliers.get(supplier_code)?.name ?? null,
    warehouse_code: group[0]!.line.warehouse_code,
    score: scores.get(supplier_code) ?? null,
    lines: group.map(({ line, candidate }) => ({
      item_code: line.item_code,
      quantity: candidate.quantity,
      requested_quantity: line.quantity,
      unit_price: candidate.unit_price,
      value: round(candidate.value),
      lead_time_days: candidate.lead_time_days,
    })),
    total_quantity: round(group.reduce((sum, { candidate }) => sum + candidate.quantity, 0)),
    total_value: round(group.reduce((sum, { candidate }) => sum + candidate.value, 0)),
    lead_time_days: Math.max(...group.map(({ candidate }) => candidate.lead_time_days)),
  };
}
