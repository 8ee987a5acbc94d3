import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digraph } from '../../lib/graph/digraph.ts';
import { findCycle, topologicalOrder } from '../../lib/graph/order.ts';
import { acyclicGraph, anyGraph, reachableFrom } from './graphs.ts';

/** The definition, word for word: of the nodes whose predecessors have all come, the one listed first comes next. */
function orderByDefinition(graph: Digraph): string[] {
  const order: string[] = [];
  for (;;) {
    const next = graph.nodes.find(
      (node) => !order.includes(node) && [...graph.predecessors(node)].every((before) => order.includes(before)),
    );
    if (next === undefined) return order;
    order.push(next);
  }
}

describe('topologicalOrder', () => {
  it('is the listed order where no edge says otherwise', () => {
    const graph = new Digraph(['d', 'b', 'a', 'c'], [['a', 'b']]);

    const order = topologicalOrder(graph);

    expect(order).toEqual(['d', 'a', 'b', 'c']);
  });

  it('is stable: what can come is taken in listed order', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const order = topologicalOrder(graph);

        expect(order).toEqual(orderByDefinition(graph));
      }),
    );
  });

  it('has every node of an acyclic graph once, after all its predecessors', () => {
    fc.assert(
      fc.property(acyclicGraph, (graph) => {
        const order = topologicalOrder(graph);

        expect(order.toSorted()).toEqual(graph.nodes.toSorted());
        for (const [from, to] of graph.edges()) expect(order.indexOf(from)).toBeLessThan(order.indexOf(to));
      }),
    );
  });

  it('lacks just the nodes on a cycle and what follows them', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const order = topologicalOrder(graph);

        const onCycle = graph.nodes.filter((node) => reachableFrom(graph, node).has(node));
        const missing = new Set(onCycle.flatMap((node) => [...reachableFrom(graph, node)]));
        expect(graph.nodes.filter((node) => !order.includes(node))).toEqual(
          graph.nodes.filter((node) => missing.has(node)),
        );
      }),
    );
  });
});

describe('findCycle', () => {
  it('tells a cycle from the node that is listed first', () => {
    const graph = new Digraph(
      ['orders', 'routes', 'audit'],
      [
        ['audit', 'routes'],
        ['routes', 'orders'],
        ['orders', 'audit'],
      ],
    );

    const cycle = findCycle(graph);

    expect(cycle).toEqual(['orders', 'audit', 'routes', 'orders']);
  });

  it('finds a node that leads to itself', () => {
    expect(findCycle(new Digraph(['a', 'b'], [['b', 'b']]))).toEqual(['b', 'b']);
  });

  it('finds none in an acyclic graph', () => {
    fc.assert(
      fc.property(acyclicGraph, (graph) => {
        expect(findCycle(graph)).toBeUndefined();
      }),
    );
  });

  it('finds a real one, through no node twice, whenever there is one', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const cycle = findCycle(graph);

        if (cycle === undefined) {
          expect(graph.nodes.filter((node) => reachableFrom(graph, node).has(node))).toEqual([]);
          return;
        }
        const nodes = cycle.slice(1);
        expect(cycle[0]).toBe(cycle.at(-1));
        expect(new Set(nodes).size).toBe(nodes.length);
        for (const [index, to] of nodes.entries()) expect(graph.hasEdge(cycle[index]!, to)).toBe(true);
        expect(graph.nodes.find((node) => cycle.includes(node))).toBe(cycle[0]);
      }),
    );
  });
});
