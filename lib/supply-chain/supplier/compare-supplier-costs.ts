import * as z from 'zod';
import { defineTool } from '../../tools/define.ts';
import { round } from '../math/round.ts';
import { orderLineSchema } from '../orders.ts';
import type { Item, Quote, Shipment, Supplier } from '../records.ts';
import { sharedStore } from '../store/shared.ts';
import { requireKnown } from '../tool-kit.ts';
import { freightRate, type LandedLine, landedLine } from './landed-cost.ts';

const input = z.strictObject({
  lines: z
    .array(orderLineSchema.partial({ warehouse_code: true }))
    .min(1)
    .max(1000)
    .describe('What is wanted: item_code and quantity of each line, as the `lines` of calculate_reorder_points.'),
  supplier_codes: z.array(z.string().min(1)).min(1).optional().describe('Compare only these. Default: all that quote.'),
  holding_cost_rate: z
    .number()
    .min(0)
    .max(10)
    .optional()
    .describe("Yearly cost of capital in transit as a share of the value. Default: the item's own rate, else 0."),
});

const lineSchema = z.strictObject({
  item_code: z.string(),
  quantity: z.number().describe('At least the minimum quantity of the supplier.'),
  unit_price: z.number(),
  goods_cost: z.number(),
  freight_cost: z.number(),
  in_transit_cost: z.number(),
  landed_cost: z.number(),
});

const supplierSchema = z.strictObject({
  supplier_code: z.string(),
  name: z.string().nullable(),
  complete: z.boolean().describe('Whether it quotes every line.'),
  missing_items: z.array(z.string()),
  goods_cost: z.number(),
  freight_cost: z.number(),
  in_transit_cost: z.number(),
  landed_cost: z.number(),
  freight_basis: z.enum(['deliveries', 'supplier_rate', 'unknown']).describe('unknown: freight is left out.'),
  below_minimum_order: z.boolean().describe('Whether the goods are worth less than its minimum order value.'),
  lines: z.array(lineSchema),
});

const output = z.strictObject({
  suppliers: z.array(supplierSchema).describe('Those that quote every line first, then by landed cost.'),
  cheapest: z
    .array(z.strictObject({ item_code: z.string(), supplier_code: z.string(), landed_unit_cost: z.number() }))
    .describe('The supplier with the least landed cost per unit wanted, for each item.'),
  without_quote: z.array(z.string()).describe('Items that no supplier compared quotes.'),
  method: z.string(),
});

/** Landed cost of the lines at each supplier; formula and source in landed-cost.ts. */
export const compareSupplierCosts = defineTool({
  name: 'compare_supplier_costs',
  description:
    'Compares what order lines cost at each supplier when they lie in the warehouse: goods, freight and capital in ' +
    'transit, with minimum quantities.',
  input,
  output,
  reads: ['quotes', 'shipments', 'suppliers', 'items'],
  writes: [],
  idempotent: true,
  latency: 'fast',
  timeoutSeconds: 60,
  handler: async (request) => {
    const store = await sharedStore();
    const wanted = joined(request.lines);
    const [suppliers, items, quotes] = await Promise.all([
      store.suppliers(),
      store.items(),
      store.quotes(wanted.map(({ item_code }) => item_code)),
    ]);
    const known = new Map(suppliers.map((supplier) => [supplier.supplier_code, supplier]));
    if (request.supplier_codes !== undefined) requireKnown('supplier', request.supplier_codes, [...known.keys()]);
    const quoting = new Set([...quotes.values()].flat().map(({ supplier_code }) => supplier_code));
    const compared = [...quoting].filter((code) => request.supplier_codes?.includes(code) ?? true).sort();
    const shipments = await store.shipments(compared);
    const catalog = new Map(items.map((item) => [item.item_code, item]));
    const costs = compared.map((code) =>
      costAt(
        known.get(code) ?? { supplier_code: code },
        wanted,
        quotes,
        catalog,
        shipments.get(code) ?? [],
        request.holding_cost_rate,
      ),
    );
    costs.sort((a, b) => Number(b.complete) - Number(a.complete) || a.landed_cost - b.landed_cost);
    return {
      suppliers: costs,
      cheapest: wanted.flatMap((line) => cheapestOf(line, costs)),
      without_quote: wanted
        .map(({ item_code }) => item_code)
        .filter((code) => !costs.some(({ missing_items }) => !missing_items.includes(code))),
      method: 'landed cost = goods + freight by weight + value x holding-cost rate x lead time / 365',
    };
  },
});

interface Wanted {
  item_code: string;
  quantity: number;
}

function joined(lines: readonly Wanted[]): Wanted[] {
  const quantities = new Map<string, number>();
  for (const { item_code, quantity } of lines) quantities.set(item_code, (quantities.get(item_code) ?? 0) + quantity);
  return [...quantities].map(([item_code, quantity]) => ({ item_code, quantity }));
}

function costAt(
  supplier: Supplier,
  wanted: readonly Wanted[],
  quotes: ReadonlyMap<string, Quote[]>,
  items: ReadonlyMap<string, Item>,
  shipments: readonly Shipment[],
  holdingCostRate: number | undefined,
): z.input<typeof supplierSchema> {
  const freight = freightRate(supplier, shipments);
  const lines = wanted.flatMap((line) => {
    const quote = quotes.get(line.item_code)?.find(({ supplier_code }) => supplier_code === supplier.supplier_code);
    const item = items.get(line.item_code);
    return quote === undefined
      ? []
      : [landedLine(line, quote, item, freight, holdingCostRate ?? item?.holding_cost_rate ?? 0)];
  });
  const quoted = new Set(lines.map(({ item_code }) => item_code));
  const goods = sum(lines, 'goods');
  return {
    supplier_code: supplier.supplier_code,
    name: supplier.name ?? null,
    complete: lines.length === wanted.length,
    missing_items: wanted.map(({ item_code }) => item_code).filter((code) => !quoted.has(code)),
    goods_cost: round(goods),
    freight_cost: round(sum(lines, 'freight')),
    in_transit_cost: round(sum(lines, 'inTransit')),
    landed_cost: round(sum(lines, 'landed')),
    freight_basis: freight.basis,
    below_minimum_order: goods < (supplier.min_order_value ?? 0),
    lines: lines.map((line) => ({
      item_code: line.item_code,
      quantity: line.quantity,
      unit_price: line.unit_price,
      goods_cost: round(line.goods),
      freight_cost: round(line.freight),
      in_transit_cost: round(line.inTransit),
      landed_cost: round(line.landed),
    })),
  };
}

function sum(lines: readonly LandedLine[], field: 'goods' | 'freight' | 'inTransit' | 'landed'): number {
  return lines.reduce((total, line) => total + line[field], 0);
}

function cheapestOf({ item_code, quantity }: Wanted, suppliers: readonly z.input<typeof supplierSchema>[]) {
  const offers = suppliers.flatMap(({ supplier_code, lines }) => {
    const line = lines.find((one) => one.item_code === item_code);
    return line === undefined
      ? []
      : [{ item_code, supplier_code, landed_unit_cost: round(line.landed_cost / quantity, 4) }];
  });
  offers.sort((a, b) => a.landed_unit_cost - b.landed_unit_cost);
  return offers.slice(0, 1);
}
