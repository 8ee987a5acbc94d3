/** Branch and bound over the assignments of lines to suppliers. */
import {
  type Allocation,
  type AllocationProblem,
  type Assignment,
  isBetter,
  type Worth,
  worthOf,
} from './allocation-problem.ts';

/** Assignments looked at before the search is given up; a fraction of a second. */
const MOST_NODES = 300_000;

/** The best assignment, at least as good as `known`. */
export function searchAssignment(problem: AllocationProblem, known: Assignment): Allocation {
  const search = new Search(problem, known);
  const optimal = search.run();
  return { assignment: search.best, optimal };
}

/**
 * Depth first, cheapest candidates first, the dearest lines first. What is left is bounded by the cheapest candidate of
 * every line, without the cost of further orders.
 */
class Search {
  best: Assignment;
  #worth: Worth;
  #nodes = 0;
  readonly #problem: AllocationProblem;
  readonly #order: number[];
  /** Least cost, and lines that nobody delivers, from each depth on. */
  readonly #rest: Worth[];
  readonly #assignment: Assignment;

  constructor(problem: AllocationProblem, known: Assignment) {
    this.#problem = problem;
    this.best = known;
    this.#worth = worthOf(known, problem);
    this.#assignment = known.map(() => undefined);
    const least = problem.candidates.map((list) => Math.min(...list.map(({ cost }) => cost)));
    this.#order = least.map((_, line) => line).sort((a, b) => finite(least[b]!) - finite(least[a]!));
    this.#rest = [{ unplaced: 0, cost: 0 }];
    for (const line of this.#order.toReversed()) {
      const { unplaced, cost } = this.#rest[0]!;
      const none = least[line] === Number.POSITIVE_INFINITY;
      this.#rest.unshift({ unplaced: unplaced + (none ? 1 : 0), cost: cost + finite(least[line]!) });
    }
  }

  /** Whether the search was complete. */
  run(): boolean {
    this.#visit(0, { unplaced: 0, cost: 0 }, new Map());
    return this.#nodes <= MOST_NODES;
  }

  #visit(depth: number, soFar: Worth, orders: Map<string, number>): void {
    if (++this.#nodes > MOST_NODES) return;
    const rest = this.#rest[depth]!;
    if (!isBetter({ unplaced: soFar.unplaced + rest.unplaced, cost: soFar.cost + rest.cost }, this.#worth)) return;
    const line = this.#order[depth];
    if (line === undefined) return this.#consider();
    const byCost = this.#problem.candidates[line]!.toSorted((a, b) => a.cost - b.cost);
    for (const candidate of [...byCost, undefined]) {
      this.#assignment[line] = candidate;
      if (candidate === undefined) {
        this.#visit(depth + 1, { ...soFar, unplaced: soFar.unplaced + 1 }, orders);
        continue;
      }
      const lines = orders.get(candidate.supplier_code) ?? 0;
      orders.set(candidate.supplier_code, lines + 1);
      const opening = lines === 0 ? this.#problem.orderCost : 0;
      this.#visit(depth + 1, { ...soFar, cost: soFar.cost + candidate.cost + opening }, orders);
      orders.set(candidate.supplier_code, lines);
    }
    this.#assignment[line] = undefined;
  }

  #consider(): void {
    const worth = worthOf(this.#assignment, this.#problem);
    if (!isBetter(worth, this.#worth)) return;
    this.best = [...this.#assignment];
    this.#worth = worth;
  }
}

function finite(cost: number): number {
  return Number.isFinite(cost) ? cost : 0;
}
