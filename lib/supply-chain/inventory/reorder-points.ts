/**
 * When to order and how much: the continuous-review (s, S) policy with normal demand over the lead time.
 *
 * Sources: S. Chopra and P. Meindl, Supply Chain Management, ch. "Managing Uncertainty in a Supply Chain: Safety
 * Inventory" (lead-time uncertainty); F. W. Harris, "How Many Parts to Make at Once", 1913 (economic order quantity);
 * E. A. Silver, D. F. Pyke and R. Peterson, Inventory Management and Production Planning and Scheduling, ch. 7.
 */
import { normalQuantile } from '../math/normal.ts';

/** Demand and lead time in the same unit of time, whichever it is. */
export interface ReorderInput {
  /** Units per period. */
  demandMean: number;
  demandSd: number;
  /** Periods. */
  leadTime: number;
  leadTimeSd: number;
  /** Probability of no stock-out in a replenishment cycle, strictly between 0 and 1. */
  serviceLevel: number;
}

export interface ReorderPoint {
  /** The normal quantile of the service level. */
  z: number;
  /** d L. */
  leadTimeDemand: number;
  /** z sqrt(L σd² + d² σL²); never below 0. */
  safetyStock: number;
  /** d L + safety stock. */
  reorderPoint: number;
}

export function reorderPoint({ demandMean, demandSd, leadTime, leadTimeSd, serviceLevel }: ReorderInput): ReorderPoint {
  const z = normalQuantile(serviceLevel);
  const leadTimeDemand = demandMean * leadTime;
  const safetyStock = Math.max(0, z * leadTimeDemandSd({ demandMean, demandSd, leadTime, leadTimeSd }));
  return { z, leadTimeDemand, safetyStock, reorderPoint: leadTimeDemand + safetyStock };
}

/** sqrt(L σd² + d² σL²): how much the demand over an uncertain lead time varies. */
export function leadTimeDemandSd(input: Omit<ReorderInput, 'serviceLevel'>): number {
  return Math.sqrt(input.leadTime * input.demandSd ** 2 + (input.demandMean * input.leadTimeSd) ** 2);
}

/** Q* = sqrt(2 D S / H): annual demand, cost of an order, cost of holding a unit for a year. */
export function economicOrderQuantity(annualDemand: number, orderCost: number, holdingCost: number): number {
  return Math.sqrt((2 * annualDemand * orderCost) / holdingCost);
}
