/** Transitive reduction: the fewest edges that keep every order. */
import { Digraph } from './digraph.ts';
import { topologicalOrder } from './order.ts';
import { Ancestors } from './reachability.ts';

/** The graph without each edge that a longer path implies. `graph` must be acyclic. */
export function transitiveReduction(graph: Digraph): Digraph {
  const order = topologicalOrder(graph);
  const position = new Map(order.map((node, index) => [node, index]));
  const ancestors = Ancestors.of(graph, order);
  const reduced = new Digraph(graph.nodes);
  for (const from of graph.nodes) {
    // In topological order a successor can only be implied by one that came before it.
    const kept: string[] = [];
    for (const to of [...graph.successors(from)].sort((a, b) => position.get(a)! - position.get(b)!)) {
      if (!kept.some((other) => ancestors.precedes(other, to))) kept.push(to);
    }
    for (const to of kept) reduced.addEdge(from, to);
  }
  return reduced;
}
