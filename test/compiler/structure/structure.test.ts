/** Structures of small graphs, of random ones against what is true of every structure, and of large ones. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dag, graphOf, secondsOf } from '../../../bench/dags.ts';
import {
  actionsOf,
  makespanOf,
  parallelsOf,
  type Structure,
  structureOf,
} from '../../../lib/compiler/structure/structure.ts';
import { dags, idsOf, leastSeconds, problemsOf, secondsOfWaves, seriesParallelDags } from './support.ts';

function structured(dag: Dag): Structure {
  return structureOf(graphOf(dag), secondsOf(dag));
}

function makespan(dag: Dag): number {
  return makespanOf(structured(dag), secondsOf(dag));
}

/** `a:2 b c:0.5` and `a>b b>c`; a second where nothing is said. */
function dag(nodes: string, edges = ''): Dag {
  return {
    nodes: nodes.split(' ').map((node) => ({ id: node.split(':')[0]!, seconds: Number(node.split(':')[1] ?? 1) })),
    edges: edges === '' ? [] : edges.split(' ').map((edge) => [edge.split('>')[0]!, edge.split('>')[1]!]),
  };
}

/** `(a; b | c)` for a before b and c side by side. */
function text(structure: Structure): string {
  if (structure.kind === 'action') return structure.id;
  return `(${structure.parts.map(text).join(structure.kind === 'serial' ? '; ' : ' | ')})`;
}

describe('the structure of a plan', () => {
  it.each([
    ['one action', dag('a'), 'a'],
    ['a chain', dag('a b c', 'a>b b>c'), '(a; b; c)'],
    ['independent actions', dag('a b c'), '(a | b | c)'],
    ['a diamond', dag('a b c d', 'a>b a>c b>d c>d'), '(a; (b | c); d)'],
    ['edges that others imply', dag('a b c', 'a>b b>c a>c'), '(a; b; c)'],
    ['all before all', dag('a b c d', 'a>c a>d b>c b>d'), '((a | b); (c | d))'],
    ['chains side by side', dag('a b c d', 'a>b c>d'), '((a; b) | (c; d))'],
    ['nodes listed backwards', dag('c b a', 'a>b b>c'), '(a; b; c)'],
  ])('of %s is the plan’s own order', (_, graph, expected) => {
    const structure = structured(graph);

    expect(text(structure)).toBe(expected);
  });

  it('has its barrier where it costs least', () => {
    // A barrier after b alone takes 12 seconds, after a alone 12, after a and b 11, after b and d 12.
    const structure = structured(dag('a:1 b:10 c:1 d:1', 'a>c b>c b>d'));

    expect(text(structure)).toBe('((a | b); (c | d))');
  });

  it('cuts a chain in two where that is best', () => {
    const graph = dag('a:2 b:1 c:1 d:1 e:1', 'a>c b>c b>d d>e');

    expect(makespan(graph)).toBe(3);
  });

  it('counts actions that take no time', () => {
    const graph = dag('a:0 b:0 c:0 d:0', 'a>c b>c b>d');

    expect(problemsOf(structured(graph), graph)).toEqual([]);
  });
});

describe('every structure', () => {
  it('keeps every edge, has every action once and is flat', () => {
    fc.assert(
      fc.property(dags(30), (graph) => {
        expect(problemsOf(structured(graph), graph)).toEqual([]);
      }),
    );
  });

  it('takes no longer than level by level', () => {
    fc.assert(
      fc.property(dags(30), (graph) => {
        expect(makespan(graph)).toBeLessThanOrEqual(secondsOfWaves(graph));
      }),
    );
  });

  it('takes no longer than level by level when no step is spent on searching', () => {
    const hurried = (graph: Dag) => structureOf(graphOf(graph), secondsOf(graph), { stepsPerAction: 0 });

    fc.assert(
      fc.property(dags(40), (graph) => {
        expect(problemsOf(hurried(graph), graph)).toEqual([]);
        expect(makespanOf(hurried(graph), secondsOf(graph))).toBeLessThanOrEqual(secondsOfWaves(graph));
      }),
    );
  });

  it('of a small graph takes the least time that any series-parallel order takes', () => {
    fc.assert(
      fc.property(dags(6), (graph) => {
        expect(makespan(graph)).toBe(leastSeconds(graph));
      }),
      { numRuns: 300 },
    );
  });

  it('of a series-parallel graph is that graph', () => {
    const canonical = (structure: Structure): string => {
      if (structure.kind === 'action') return structure.id;
      const parts = structure.parts.map(canonical);
      return `(${(structure.kind === 'parallel' ? parts.sort() : parts).join(structure.kind === 'serial' ? '; ' : ' | ')})`;
    };

    fc.assert(
      fc.property(seriesParallelDags(), ({ dag: graph, structure }) => {
        expect(canonical(structured(graph))).toBe(canonical(structure));
      }),
    );
  });

  it('does not depend on the order of the edges', () => {
    fc.assert(
      fc.property(dags(25), fc.infiniteStream(fc.nat()), (graph, keys) => {
        const shuffled = graph.edges
          .map((edge) => ({ edge, key: keys.next().value! }))
          .sort((a, b) => a.key - b.key)
          .map(({ edge }) => edge);

        expect(structured({ ...graph, edges: shuffled })).toEqual(structured(graph));
      }),
    );
  });
});

describe('what is told of a structure', () => {
  const structure = structured(dag('a:1 b:2 c:3 d:4', 'a>b a>c b>d c>d'));

  it('is its makespan, its Parallels and its actions in order', () => {
    expect(makespanOf(structure, (id) => ({ a: 1, b: 2, c: 3, d: 4 })[id]!)).toBe(8);
    expect(parallelsOf(structure)).toBe(1);
    expect([...actionsOf(structure)]).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('a large plan', () => {
  const chain = (length: number, next: (index: number) => Dag['edges']): Dag => {
    const indexes = Array.from({ length }, (_, index) => index);
    return { nodes: indexes.map((index) => ({ id: `n${index}`, seconds: 1 })), edges: indexes.flatMap(next) };
  };

  it('may be a chain of 2,000', () => {
    const graph = chain(2000, (index) => (index === 0 ? [] : [[`n${index - 1}`, `n${index}`]]));

    const structure = structured(graph);

    expect(structure).toMatchObject({ kind: 'serial', parts: { length: 2000 } });
  });

  it.each([500, 3000])('may be nested %i deep', (depth) => {
    // Each even action is followed by an odd one and, beside it, by all the rest.
    const graph = chain(2 * depth + 1, (index) =>
      index % 2 === 1 || index === 2 * depth
        ? []
        : [
            [`n${index}`, `n${index + 1}`],
            [`n${index}`, `n${index + 2}`],
          ],
    );

    const structure = structured(graph);

    expect(idsOf(structure)).toHaveLength(2 * depth + 1);
    expect(makespanOf(structure, () => 1)).toBe(depth + 1);
  });
});
