/** Topological order and cycles. */
import { Heap } from '../core/heap.ts';
import type { Digraph } from './digraph.ts';

/**
 * The stable topological order: of the nodes whose predecessors have all come, the one listed first comes next
 * (Kahn's algorithm). Nodes on a cycle, and what follows them, are missing: the order is complete when the graph is
 * acyclic.
 */
export function topologicalOrder(graph: Digraph): string[] {
  const position = new Map(graph.nodes.map((node, index) => [node, index]));
  const waitingFor = new Map(graph.nodes.map((node) => [node, graph.predecessors(node).size]));
  const ready = new Heap<number>((a, b) => a - b);
  for (const [node, count] of waitingFor) if (count === 0) ready.push(position.get(node)!);

  const order: string[] = [];
  for (let index = ready.pop(); index !== undefined; index = ready.pop()) {
    const node = graph.nodes[index]!;
    order.push(node);
    for (const successor of graph.successors(node)) {
      const left = waitingFor.get(successor)! - 1;
      waitingFor.set(successor, left);
      if (left === 0) ready.push(position.get(successor)!);
    }
  }
  return order;
}

/** A cycle as its path, first node repeated at the end: `[a, b, a]`; undefined when there is none. */
export function findCycle(graph: Digraph): string[] | undefined {
  const ordered = new Set(topologicalOrder(graph));
  const start = graph.nodes.find((node) => !ordered.has(node));
  if (start === undefined) return undefined;

  // Every unordered node has an unordered predecessor, so walking backwards must come round.
  const walked: string[] = [];
  const seenAt = new Map<string, number>();
  let node = start;
  while (!seenAt.has(node)) {
    seenAt.set(node, walked.length);
    walked.push(node);
    node = [...graph.predecessors(node)].find((predecessor) => !ordered.has(predecessor))!;
  }
  const cycle = walked.slice(seenAt.get(node)).toReversed();
  return fromFirstListed(graph, cycle);
}

/** The same cycle told from the node that is listed first, so that messages do not depend on the walk. */
function fromFirstListed(graph: Digraph, cycle: string[]): string[] {
  const first = graph.nodes.find((node) => cycle.includes(node))!;
  const at = cycle.indexOf(first);
  return [...cycle.slice(at), ...cycle.slice(0, at), first];
}
