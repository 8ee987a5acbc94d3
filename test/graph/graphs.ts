/** Random graphs, and reachability found by walking: slow, simple, and sharing no code with lib/graph. */
import * as fc from 'fast-check';
import { Digraph } from '../../lib/graph/digraph.ts';

const MOST_NODES = 12;

/** Any directed graph without self-loops; cycles are likely. */
export const anyGraph: fc.Arbitrary<Digraph> = edgesBetween(([a, b]) => a !== b);

/** Acyclic graphs whose listed order says nothing about the order of their edges. */
export const acyclicGraph: fc.Arbitrary<Digraph> = edgesBetween(([a, b]) => a < b);

function edgesBetween(allowed: (edge: [number, number]) => boolean): fc.Arbitrary<Digraph> {
  return fc.integer({ min: 0, max: MOST_NODES }).chain((count) => {
    const ids = Array.from({ length: count }, (_, index) => `n${index}`);
    const index = fc.nat({ max: Math.max(0, count - 1) });
    return fc
      .tuple(
        fc.shuffledSubarray(ids, { minLength: count }),
        fc.array(fc.tuple(index, index), { maxLength: count < 2 ? 0 : 3 * count }),
      )
      .map(
        ([nodes, pairs]) =>
          new Digraph(
            nodes,
            pairs.filter(allowed).map(([from, to]) => [`n${from}`, `n${to}`]),
          ),
      );
  });
}

/** All that one can come to from a node by at least one edge. */
export function reachableFrom(graph: Digraph, start: string): Set<string> {
  const reached = new Set<string>();
  const open = [...graph.successors(start)];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    open.push(...graph.successors(node));
  }
  return reached;
}

/** Every pair of which the first leads to the second, as `a>b`, sorted. */
export function reachablePairs(graph: Digraph): string[] {
  return graph.nodes.flatMap((from) => [...reachableFrom(graph, from)].map((to) => `${from}>${to}`)).sort();
}

/** Every path that cannot be made longer at its end, from every node. */
export function* pathsFrom(graph: Digraph, node: string): Iterable<string[]> {
  if (graph.successors(node).size === 0) yield [node];
  for (const next of graph.successors(node)) for (const path of pathsFrom(graph, next)) yield [node, ...path];
}
