import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digraph } from '../../lib/graph/digraph.ts';
import { transitiveReduction } from '../../lib/graph/reduction.ts';
import { acyclicGraph, reachablePairs } from './graphs.ts';

describe('transitiveReduction', () => {
  it('leaves out an edge that a longer path implies', () => {
    const graph = new Digraph(
      ['a', 'b', 'c', 'd'],
      [
        ['a', 'd'],
        ['a', 'b'],
        ['b', 'c'],
        ['a', 'c'],
        ['c', 'd'],
      ],
    );

    const reduced = transitiveReduction(graph);

    expect([...reduced.edges()]).toEqual([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'd'],
    ]);
  });

  it('keeps reachability, and adds no edge', () => {
    fc.assert(
      fc.property(acyclicGraph, (graph) => {
        const reduced = transitiveReduction(graph);

        expect(reduced.nodes).toEqual(graph.nodes);
        expect(reachablePairs(reduced)).toEqual(reachablePairs(graph));
        for (const [from, to] of reduced.edges()) expect(graph.hasEdge(from, to)).toBe(true);
      }),
    );
  });

  it('is minimal: without any one of its edges something is no longer reached', () => {
    fc.assert(
      fc.property(acyclicGraph, (graph) => {
        const reduced = transitiveReduction(graph);

        const pairs = reachablePairs(reduced);
        for (const [from, to] of [...reduced.edges()]) {
          const less = new Digraph(reduced.nodes, reduced.edges());
          less.removeEdge(from, to);
          expect(reachablePairs(less), `without ${from} -> ${to}`).not.toEqual(pairs);
        }
      }),
    );
  });
});
