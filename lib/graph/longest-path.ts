/** The critical path method over a DAG whose nodes take time. */
import type { Digraph } from './digraph.ts';

export interface CriticalPath {
  /** The node ids of one longest chain, in order. */
  path: string[];
  /** The sum of its durations. */
  length: number;
}

/** The longest duration from the start of each node to the end of everything that follows it (its bottom level). */
export function bottomLevels(
  graph: Digraph,
  order: readonly string[],
  duration: (node: string) => number,
): Map<string, number> {
  const levels = new Map<string, number>();
  for (const node of order.toReversed()) {
    let below = 0;
    for (const successor of graph.successors(node)) below = Math.max(below, levels.get(successor)!);
    levels.set(node, duration(node) + below);
  }
  return levels;
}

/** The longest chain; of equal ones the one whose nodes are listed first. */
export function criticalPath(
  graph: Digraph,
  order: readonly string[],
  duration: (node: string) => number,
): CriticalPath {
  const levels = bottomLevels(graph, order, duration);
  const longest = (nodes: Iterable<string>) => {
    let best: string | undefined;
    for (const node of nodes) if (best === undefined || levels.get(node)! > levels.get(best)!) best = node;
    return best;
  };
  const path: string[] = [];
  let next = longest(graph.nodes);
  const length = next === undefined ? 0 : levels.get(next)!;
  while (next !== undefined) {
    path.push(next);
    next = longest(inListedOrder(graph, graph.successors(next)));
  }
  return { path, length };
}

function inListedOrder(graph: Digraph, nodes: Set<string>): string[] {
  return nodes.size < 2 ? [...nodes] : graph.nodes.filter((node) => nodes.has(node));
}
