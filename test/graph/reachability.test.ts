import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bitset } from '../../lib/graph/bitset.ts';
import { Digraph } from '../../lib/graph/digraph.ts';
import { topologicalOrder } from '../../lib/graph/order.ts';
import { Ancestors } from '../../lib/graph/reachability.ts';
import { acyclicGraph, reachablePairs } from './graphs.ts';

describe('Ancestors', () => {
  it('knows who comes before whom', () => {
    fc.assert(
      fc.property(acyclicGraph, (graph) => {
        const ancestors = Ancestors.of(graph, topologicalOrder(graph));

        const pairs = graph.nodes.flatMap((from) =>
          graph.nodes.filter((to) => ancestors.precedes(from, to)).map((to) => `${from}>${to}`),
        );
        expect(pairs.sort()).toEqual(reachablePairs(graph));
      }),
    );
  });
});

describe('Bitset', () => {
  it('holds what a set holds', () => {
    const numbers = fc.array(fc.nat({ max: 99 }));
    fc.assert(
      fc.property(numbers, numbers, (some, others) => {
        const [set, other] = [new Bitset(100), new Bitset(100)];
        for (const number of some) set.add(number);
        for (const number of others) other.add(number);

        set.addAll(other);

        const held = Array.from({ length: 100 }, (_, number) => number).filter((number) => set.has(number));
        expect(held).toEqual([...new Set([...some, ...others])].sort((a, b) => a - b));
      }),
    );
  });
});

describe('Digraph', () => {
  it('refuses an edge to what is no node', () => {
    const graph = new Digraph(['a']);

    expect(() => graph.addEdge('a', 'toString')).toThrow(new RangeError('not a node: toString'));
  });

  it('keeps an edge that is added twice as one', () => {
    const graph = new Digraph(['a', 'b'], [['a', 'b']]);

    graph.addEdge('a', 'b');
    graph.removeEdge('a', 'b');

    expect([...graph.edges()]).toEqual([]);
    expect(graph.predecessors('b').size).toBe(0);
  });
});
