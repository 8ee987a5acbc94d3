/** Which fork/join structure a plan gets: series-parallel order that contains the plan's own and takes the least time. */
import type { Digraph } from '../../graph/digraph.ts';
import { posetOf } from './poset.ts';
import { solve } from './search.ts';
import { rename, type Structure } from './tree.ts';

export { actionsOf, longestFirst, makespanOf, parallelsOf, peakOf, type Structure, startsIn } from './tree.ts';

export interface StructureOptions {
  /**
   * How many steps per action the search may take where the plan is not series-parallel, beyond the first structures. Steps, not
   * time: the same plan always gets the same structure.
   */
  stepsPerAction?: number;
}

const STEPS_PER_ACTION = 5000;

/**
 * Every edge of the graph is kept, whatever the actions really take. The structure depends on the graph, the order of its nodes and
 * the seconds, but not on the order of its edges. `graph` must be acyclic and not empty.
 */
export function structureOf(
  graph: Digraph,
  secondsOf: (id: string) => number,
  { stepsPerAction = STEPS_PER_ACTION }: StructureOptions = {},
): Structure {
  const { poset, ids } = posetOf(graph, secondsOf);
  return rename(solve(poset, stepsPerAction).tree, (number) => ids[number]!);
}
