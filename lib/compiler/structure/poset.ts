/** The order that a structure must keep, on numbers: what the search for a structure works on. */
import type { Digraph } from '../../graph/digraph.ts';
import { topologicalOrder } from '../../graph/order.ts';
import { transitiveReduction } from '../../graph/reduction.ts';

/** A transitively reduced DAG over 0 … size - 1 in topological order: every edge goes from a lower to a higher number. */
export interface Poset {
  readonly size: number;
  readonly seconds: Float64Array;
  readonly before: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
  /** What each number is called where the poset was taken from. */
  readonly names: readonly number[];
}

/** No execution lasts longer than a year; so sums stay exact enough whatever a plan estimates. */
const MOST_SECONDS = 366 * 24 * 60 * 60;

export function numbersOf({ size }: { size: number }): number[] {
  return Array.from({ length: size }, (_, number) => number);
}

/** The poset of an acyclic graph; `ids` gives the id of each number. */
export function posetOf(graph: Digraph, secondsOf: (id: string) => number): { poset: Poset; ids: string[] } {
  const ids = topologicalOrder(graph);
  const numbers = new Map(ids.map((id, index) => [id, index]));
  const reduced = transitiveReduction(graph);
  const ascending = (nodes: Iterable<string>) => Array.from(nodes, (id) => numbers.get(id)!).sort((a, b) => a - b);
  const poset = {
    size: ids.length,
    seconds: Float64Array.from(ids, (id) => Math.min(secondsOf(id), MOST_SECONDS)),
    before: ids.map((id) => ascending(reduced.predecessors(id))),
    after: ids.map((id) => ascending(reduced.successors(id))),
    names: numbersOf({ size: ids.length }),
  };
  return { poset, ids };
}

/**
 * The part of a poset that consists of `members`, which get numbers in the order given: it must be topological. What lies between
 * two members must be a member too, or the covering edges of the whole would not do for the part.
 */
export function restrict(poset: Poset, members: readonly number[]): Poset {
  const numbers = new Int32Array(poset.size).fill(-1);
  for (const [index, member] of members.entries()) numbers[member] = index;
  const within = (neighbours: readonly number[]) => {
    const kept: number[] = [];
    for (const node of neighbours) if (numbers[node]! >= 0) kept.push(numbers[node]!);
    return kept;
  };
  return {
    size: members.length,
    seconds: Float64Array.from(members, (member) => poset.seconds[member]!),
    before: members.map((member) => within(poset.before[member]!)),
    after: members.map((member) => within(poset.after[member]!)),
    names: members.map((member) => poset.names[member]!),
  };
}
