import * as z from 'zod';
import { defineTool } from '../../tools/define.ts';
import { normalQuantile } from '../math/normal.ts';
import { round, wholeUnits } from '../math/round.ts';
import { type OrderLine, orderLineSchema } from '../orders.ts';
import { sharedStore } from '../store/shared.ts';
import { asOfField, itemCodesField, resolveAsOf, warehouseField } from '../tool-kit.ts';
import { daysOfCover, demandStatistics } from './demand-statistics.ts';
import { type ItemPolicy, itemPolicy, orderQuantity, type PolicyOptions } from './policy.ts';
import { readWarehouseStock, type StockedItem } from './warehouse-stock.ts';

const input = z.strictObject({
  warehouse_code: warehouseField,
  item_codes: itemCodesField,
  service_level: z
    .number()
    .min(0.5)
    .max(0.9999)
    .default(0.95)
    .describe('Wanted probability of no stock-out while waiting for a delivery, 0.5 to 0.9999.'),
  history_weeks: z
    .int()
    .min(4)
    .max(520)
    .default(26)
    .describe('Weeks of demand to look back on; fewer follow trends and seasons faster, more are steadier.'),
  lead_time_days: z.number().min(0).max(3650).optional().describe("Overrides the suppliers' lead times."),
  lead_time_sd_days: z.number().min(0).max(3650).optional().describe('Overrides the spread of the lead times.'),
  default_lead_time_days: z.number().min(0).max(3650).default(14).describe('For items that no supplier quotes.'),
  order_cost: z.number().min(0).optional().describe('Cost of placing one order; overrides that of the items.'),
  holding_cost_rate: z.number().positive().max(10).optional().describe('Yearly holding cost as a share of the price.'),
  as_of: asOfField,
  max_items: z
    .int()
    .min(0)
    .max(5000)
    .default(200)
    .describe('At most this many in `items`; `lines` is always complete.'),
});

const consideredSchema = z.strictObject({
  item_code: z.string(),
  name: z.string().nullable(),
  on_hand: z.number(),
  on_order: z.number().describe('On order when the stock was counted, and purchase orders placed since.'),
  position: z.number().describe('on_hand + on_order.'),
  mean_weekly_demand: z.number(),
  sd_weekly_demand: z.number(),
  demand_weeks: z.int().describe('Weeks that the two were computed from.'),
  supplier_code: z.string().nullable().describe('The quote with the least annual cost.'),
  lead_time_days: z.number(),
  lead_time_sd_days: z.number(),
  lead_time_demand: z.number(),
  safety_stock: z.number(),
  reorder_point: z.number(),
  economic_order_quantity: z.number().nullable().describe('Null when a cost is not known.'),
  order_up_to: z.number(),
  order_quantity: z.number().describe('Units to order now.'),
  days_of_cover: z.number().nullable().describe('Days that the stock on hand lasts at mean demand.'),
  notes: z.array(z.string()).describe('What was assumed because the data do not say it.'),
});

const output = z.strictObject({
  warehouse_code: z.string(),
  as_of: z.string(),
  service_level: z.number(),
  z: z.number().describe('Normal quantile of the service level.'),
  lines: z.array(orderLineSchema).describe('What to order now: input of allocate_orders.'),
  total_value: z.number().describe('Value of the lines that have a price.'),
  items_considered: z.int(),
  items: z.array(consideredSchema).describe('Most urgent first.'),
  method: z.string(),
});

/**
 * Reorder points of a warehouse by the continuous-review (s, S) policy.
 *
 * Safety stock SS = z sqrt(L σd² + d² σL²), reorder point s = d L + SS, lot Q = EOQ = sqrt(2 D S / H) and at least the
 * supplier's minimum, order-up-to level S = s + Q; an item is ordered when on hand + on order <= s. Sources: see
 * reorder-points.ts. The supplier of an item is the one with the least annual cost (policy.ts).
 */
export const calculateReorderPoints = defineTool({
  name: 'calculate_reorder_points',
  description:
    'Computes safety stock, reorder point, economic order quantity and order-up-to level for the items of a warehouse ' +
    'from their demand history and supplier quotes, and lists what to order now.',
  input,
  output,
  reads: ['inventory:{warehouse_code}', 'demand:{warehouse_code}', 'purchase_orders:{warehouse_code}', 'quotes'],
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
    const options = policyOptions(request);
    const considered = stock.items.map((item) => consider(item, as_of, request.history_weeks, options));
    considered.sort(byUrgency);
    const lines = considered.flatMap((item) => lineOf(item, request.warehouse_code));
    return {
      warehouse_code: request.warehouse_code,
      as_of,
      service_level: request.service_level,
      z: round(normalQuantile(request.service_level), 4),
      lines,
      total_value: round(lines.reduce((sum, { value }) => sum + (value ?? 0), 0)),
      items_considered: considered.length,
      items: considered.slice(0, request.max_items).map(report),
      method: 'SS = z sqrt(L sd_d^2 + d^2 sd_L^2); reorder point = d L + SS; EOQ = sqrt(2 D S / H); order up to s + Q',
    };
  },
});

interface Considered {
  stocked: StockedItem;
  policy: ItemPolicy;
  demand: { weeks: number; mean: number; sd: number };
  onHand: number;
  onOrder: number;
  quantity: number;
}

function policyOptions(request: z.output<typeof input>): PolicyOptions {
  return {
    serviceLevel: request.service_level,
    defaultLeadTimeDays: request.default_lead_time_days,
    leadTimeDays: request.lead_time_days,
    leadTimeSdDays: request.lead_time_sd_days,
    orderCost: request.order_cost,
    holdingCostRate: request.holding_cost_rate,
  };
}

function consider(stocked: StockedItem, asOf: string, historyWeeks: number, options: PolicyOptions): Considered {
  const demand = demandStatistics(stocked.demand, asOf, historyWeeks);
  const policy = itemPolicy(stocked.item, demand, stocked.quotes, options);
  const onHand = stocked.inventory?.on_hand ?? 0;
  const onOrder = (stocked.inventory?.on_order ?? 0) + stocked.placed;
  return { stocked, policy, demand, onHand, onOrder, quantity: orderQuantity(policy, onHand + onOrder) };
}

/** The share of its reorder point that an item has left; items without demand come last. */
function byUrgency(a: Considered, b: Considered): number {
  return cover(a) - cover(b) || (a.stocked.item_code < b.stocked.item_code ? -1 : 1);
}

function cover({ onHand, onOrder, policy }: Considered): number {
  return policy.reorderPoint === 0 ? Number.MAX_VALUE : (onHand + onOrder) / policy.reorderPoint;
}

function lineOf({ stocked, policy, quantity }: Considered, warehouse_code: string): OrderLine[] {
  if (quantity === 0) return [];
  const { quote } = policy;
  return [
    {
      item_code: stocked.item_code,
      warehouse_code,
      quantity,
      supplier_code: quote?.supplier_code ?? null,
      unit_price: quote?.unit_price ?? null,
      value: quote === undefined ? null : round(quantity * quote.unit_price),
      lead_time_days: quote?.lead_time_days ?? null,
    },
  ];
}

function report({ stocked, policy, demand, onHand, onOrder, quantity }: Considered): z.input<typeof consideredSchema> {
  return {
    item_code: stocked.item_code,
    name: stocked.item?.name ?? null,
    on_hand: onHand,
    on_order: onOrder,
    position: onHand + onOrder,
    mean_weekly_demand: round(demand.mean),
    sd_weekly_demand: round(demand.sd),
    demand_weeks: demand.weeks,
    supplier_code: policy.quote?.supplier_code ?? null,
    lead_time_days: policy.leadTimeDays,
    lead_time_sd_days: policy.leadTimeSdDays,
    lead_time_demand: round(policy.leadTimeDemand),
    safety_stock: round(policy.safetyStock),
    reorder_point: wholeUnits(policy.reorderPoint),
    economic_order_quantity: policy.eoq === undefined ? null : round(policy.eoq),
    order_up_to: wholeUnits(policy.orderUpTo),
    order_quantity: quantity,
    days_of_cover: daysOfCover(onHand, demand),
    notes: policy.notes,
  };
}
