/**
 * Which supplier gets which order line.
 *
 * A line goes to one supplier, which delivers at least its minimum quantity of the item; a purchase order (all lines of a
 * supplier for a warehouse) must reach the supplier's minimum value and costs something to place. As many lines as
 * possible are placed first; then the cost is least: value x (1 + qualityWeight x (1 - score)) of each line, and the cost
 * of each order.
 *
 * Method: local search from the cheapest quotes, then branch and bound (A. H. Land and A. G. Doig, 1960) over the lines
 * of a warehouse with that as its first bound. When the search ends within its limit the result is optimal and is said to
 * be; else it is the best one found.
 */
import {
  type Allocation,
  type AllocationProblem,
  type Assignment,
  belowMinimum,
  type Candidate,
  isBetter,
  orderValues,
  worthOf,
} from './allocation-problem.ts';
import { searchAssignment } from './allocation-search.ts';

export function allocate(problem: AllocationProblem): Allocation {
  return searchAssignment(problem, improve(cheapestFeasible(problem), problem));
}

/** Every line at its cheapest supplier; then suppliers that miss their minimum are given up, the smallest order first. */
function cheapestFeasible(problem: AllocationProblem): Assignment {
  const givenUp = new Set<string>();
  for (;;) {
    const assignment = problem.candidates.map((candidates) => cheapest(candidates, givenUp));
    const missed = belowMinimum(orderValues(assignment), problem);
    if (missed === undefined) return assignment;
    givenUp.add(missed);
  }
}

function cheapest(candidates: readonly Candidate[], without: ReadonlySet<string>): Candidate | undefined {
  return candidates
    .filter(({ supplier_code }) => !without.has(supplier_code))
    .reduce<Candidate | undefined>((best, one) => (best === undefined || one.cost < best.cost ? one : best), undefined);
}

/** Takes the first better neighbour until there is none. */
function improve(start: Assignment, problem: AllocationProblem): Assignment {
  let current = start;
  let worth = worthOf(current, problem);
  for (;;) {
    const better = neighbours(current, problem).find((one) => isBetter(worthOf(one, problem), worth));
    if (better === undefined) return current;
    current = better;
    worth = worthOf(current, problem);
  }
}

/** One line elsewhere; all lines that a supplier could take to it; all lines of a supplier elsewhere. */
function neighbours(current: Assignment, { candidates }: AllocationProblem) {
  const suppliers = [...new Set(candidates.flat().map(({ supplier_code }) => supplier_code))];
  const moves = candidates.flatMap((list, line) => list.map((candidate) => current.with(line, candidate)));
  const gathered = suppliers.map((supplier) =>
    current.map((chosen, line) => candidates[line]!.find(({ supplier_code }) => supplier_code === supplier) ?? chosen),
  );
  const given = suppliers.map((supplier) =>
    current.map((chosen, line) =>
      chosen?.supplier_code === supplier ? cheapest(candidates[line]!, new Set([supplier])) : chosen,
    ),
  );
  return [...moves, ...gathered, ...given];
}
