/**
 * The values that tools hand to one another: order lines from inventory, a ranking from supplier performance, purchase
 * orders from the allocation. One schema each, so that a plan can pass them on as they come; what a tool needs is
 * required, what it merely adds is optional, so that a caller may also write them by hand.
 */
import * as z from 'zod';

export const orderLineSchema = z.strictObject({
  item_code: z.string().min(1).describe('Code of the item.'),
  warehouse_code: z.string().min(1).describe('Where it is needed.'),
  quantity: z.number().positive().describe('Units to order.'),
  supplier_code: z.string().nullable().optional().describe('Suggested supplier; not binding.'),
  unit_price: z.number().min(0).nullable().optional().describe('Price of a unit at that supplier.'),
  value: z.number().min(0).nullable().optional().describe('quantity x unit_price.'),
  lead_time_days: z.number().min(0).nullable().optional().describe('Lead time of that supplier in days.'),
});

export const rankingEntrySchema = z.strictObject({
  supplier_code: z.string().min(1).describe('Code of the supplier.'),
  score: z.number().min(0).max(1).describe('0 is the worst, 1 the best.'),
  rank: z.int().min(1).optional(),
  name: z.string().nullable().optional(),
  deliveries: z.int().min(0).optional().describe('Deliveries that were looked at.'),
  on_time_rate: z.number().min(0).max(1).nullable().optional().describe('Share delivered by the promised date.'),
  average_lead_time_days: z.number().nullable().optional().describe('From order to delivery.'),
  lead_time_sd_days: z.number().nullable().optional().describe('Standard deviation of the lead time.'),
  average_late_days: z
    .number()
    .nullable()
    .optional()
    .describe('Days late, on average over all deliveries; early is 0.'),
  spend: z.number().optional().describe('Value of the deliveries.'),
  price_index: z.number().nullable().optional().describe('Price level: 1 is the average for the same items.'),
  open_late: z.int().min(0).optional().describe('Shipments that are open and past their promised date.'),
  estimated: z.array(z.string()).optional().describe('Criteria without data, scored as the average of the others.'),
});

export const purchaseOrderLineSchema = z.strictObject({
  item_code: z.string().min(1),
  quantity: z.number().positive().describe('Units ordered.'),
  requested_quantity: z.number().positive().optional().describe('Units asked for, before minimum quantities.'),
  unit_price: z.number().min(0).optional(),
  value: z.number().min(0).optional(),
  lead_time_days: z.number().min(0).optional(),
});

export const purchaseOrderSchema = z.strictObject({
  supplier_code: z.string().min(1),
  warehouse_code: z.string().min(1),
  lines: z.array(purchaseOrderLineSchema).min(1),
  supplier_name: z.string().nullable().optional(),
  score: z.number().nullable().optional().describe('The supplier in the ranking; null when it was not ranked.'),
  total_quantity: z.number().min(0).optional(),
  total_value: z.number().min(0).optional(),
  lead_time_days: z.number().min(0).optional().describe('The longest of its lines.'),
});

export type OrderLine = z.infer<typeof orderLineSchema>;
export type RankingEntry = z.infer<typeof rankingEntrySchema>;
export type PurchaseOrder = z.infer<typeof purchaseOrderSchema>;

/** Value of an order: as stated, else from its lines. */
export function orderValue(order: PurchaseOrder): number {
  if (order.total_value !== undefined) return order.total_value;
  return order.lines.reduce((sum, line) => sum + (line.value ?? line.quantity * (line.unit_price ?? 0)), 0);
}
