import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digraph } from '../../lib/graph/digraph.ts';
import { bottomLevels, criticalPath } from '../../lib/graph/longest-path.ts';
import { topologicalOrder } from '../../lib/graph/order.ts';
import { acyclicGraph, pathsFrom } from './graphs.ts';

const durations = fc.array(fc.nat({ max: 5 }), { minLength: 12, maxLength: 12 });

function durationBy(lengths: readonly number[]): (node: string) => number {
  return (node) => lengths[Number(node.slice(1))]!;
}

function lengthOf(path: readonly string[], duration: (node: string) => number): number {
  return path.reduce((sum, node) => sum + duration(node), 0);
}

describe('bottomLevels', () => {
  it('is the longest of all paths from a node', () => {
    fc.assert(
      fc.property(acyclicGraph, durations, (graph, lengths) => {
        const duration = durationBy(lengths);

        const levels = bottomLevels(graph, topologicalOrder(graph), duration);

        for (const node of graph.nodes) {
          const longest = Math.max(...[...pathsFrom(graph, node)].map((path) => lengthOf(path, duration)));
          expect(levels.get(node)).toBe(longest);
        }
      }),
    );
  });
});

describe('criticalPath', () => {
  it('takes the node that is listed first among equal ones', () => {
    const graph = new Digraph(
      ['c', 'b', 'a'],
      [
        ['a', 'b'],
        ['a', 'c'],
      ],
    );

    const critical = criticalPath(graph, topologicalOrder(graph), () => 1);

    expect(critical).toEqual({ path: ['a', 'c'], length: 2 });
  });

  it('is empty where there is nothing', () => {
    expect(criticalPath(new Digraph([]), [], () => 1)).toEqual({ path: [], length: 0 });
  });

  it('is a path, and none is longer', () => {
    fc.assert(
      fc.property(acyclicGraph, durations, (graph, lengths) => {
        const duration = durationBy(lengths);

        const { path, length } = criticalPath(graph, topologicalOrder(graph), duration);

        const all = graph.nodes.flatMap((node) => [...pathsFrom(graph, node)]);
        expect(length).toBe(Math.max(0, ...all.map((other) => lengthOf(other, duration))));
        expect(lengthOf(path, duration)).toBe(length);
        for (const [index, to] of path.slice(1).entries()) expect(graph.hasEdge(path[index]!, to)).toBe(true);
      }),
    );
  });
});
