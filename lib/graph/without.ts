/** A graph without some of its nodes: who came before and after each other through them still do. */
import { Digraph } from './digraph.ts';
import { transitiveReduction } from './reduction.ts';

/** `graph` must be acyclic; the result has no edge that a longer path implies. */
export function withoutNodes(graph: Digraph, left: ReadonlySet<string>): Digraph {
  if (left.size === 0) return graph;
  const edges = new Digraph(graph.nodes, graph.edges());
  for (const node of left) {
    for (const before of edges.predecessors(node)) {
      for (const after of edges.successors(node)) edges.addEdge(before, after);
    }
    for (const before of [...edges.predecessors(node)]) edges.removeEdge(before, node);
    for (const after of [...edges.successors(node)]) edges.removeEdge(node, after);
  }
  const nodes = graph.nodes.filter((node) => !left.has(node));
  return transitiveReduction(new Digraph(nodes, edges.edges()));
}
