/** Order lines, who could deliver them, and what an assignment of lines to suppliers is worth. */

export interface AllocationLine {
  item_code: string;
  warehouse_code: string;
  quantity: number;
}

export interface Candidate {
  supplier_code: string;
  /** At least the supplier's minimum. */
  quantity: number;
  unit_price: number;
  value: number;
  lead_time_days: number;
  /** The value as weighted by the supplier's score; what is minimised. */
  cost: number;
}

/** The lines of one warehouse, each with who could deliver it. */
export interface AllocationProblem {
  candidates: readonly (readonly Candidate[])[];
  minimumValue: ReadonlyMap<string, number>;
  orderCost: number;
}

/** For each line the candidate chosen; undefined where there is none. */
export type Assignment = (Candidate | undefined)[];

export interface Allocation {
  assignment: Assignment;
  optimal: boolean;
}

/** Worth of an assignment: lines that are left out count before cost. Infinite when an order is below its minimum. */
export interface Worth {
  unplaced: number;
  cost: number;
}

export function worthOf(assignment: Assignment, problem: AllocationProblem): Worth {
  const values = orderValues(assignment);
  if (belowMinimum(values, problem) !== undefined)
    return { unplaced: Number.POSITIVE_INFINITY, cost: Number.POSITIVE_INFINITY };
  return {
    unplaced: assignment.filter((candidate) => candidate === undefined).length,
    cost: assignment.reduce((sum, candidate) => sum + (candidate?.cost ?? 0), values.size * problem.orderCost),
  };
}

/** A saving must be larger than a rounding error. */
const LEAST_SAVING = 1e-9;

export function isBetter(a: Worth, b: Worth): boolean {
  return a.unplaced < b.unplaced || (a.unplaced === b.unplaced && a.cost < b.cost - LEAST_SAVING * Math.max(1, b.cost));
}

/** Value of each supplier's order. */
export function orderValues(assignment: Assignment): Map<string, number> {
  const values = new Map<string, number>();
  for (const candidate of assignment) {
    if (candidate !== undefined) {
      values.set(candidate.supplier_code, (values.get(candidate.supplier_code) ?? 0) + candidate.value);
    }
  }
  return values;
}

export function belowMinimum(values: Map<string, number>, { minimumValue }: AllocationProblem): string | undefined {
  let least: string | undefined;
  for (const [supplier, value] of values) {
    if (value < (minimumValue.get(supplier) ?? 0) && (least === undefined || value < values.get(least)!))
      least = supplier;
  }
  return least;
}
