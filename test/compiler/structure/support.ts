/** Graphs to structure, and what must be true of a structure, worked out by other means than the compiler's. */
import * as fc from 'fast-check';
import { type Dag, graphOf, secondsOf } from '../../../bench/dags.ts';
import type { Structure } from '../../../lib/compiler/structure/structure.ts';
import { topologicalOrder } from '../../../lib/graph/order.ts';

/** Whole seconds, so that sums are exact; often equal, sometimes none. */
const seconds = fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 9 }));

/** Any acyclic graph of up to so many nodes, which are not listed in topological order. */
export function dags(most: number): fc.Arbitrary<Dag> {
  return fc.integer({ min: 1, max: most }).chain((size) =>
    fc
      .record({
        lengths: fc.array(seconds, { minLength: size, maxLength: size }),
        listed: fc.shuffledSubarray(
          Array.from({ length: size }, (_, index) => index),
          { minLength: size, maxLength: size },
        ),
        density: fc.integer({ min: 1, max: 6 }),
        dice: fc.array(fc.integer({ min: 0, max: 9 }), {
          minLength: (size * (size - 1)) / 2,
          maxLength: (size * (size - 1)) / 2,
        }),
      })
      .map(({ lengths, listed, density, dice }) => {
        const edges: Dag['edges'] = [];
        let at = 0;
        for (let to = 0; to < size; to++) {
          for (let from = 0; from < to; from++) if (dice[at++]! < density) edges.push([`n${from}`, `n${to}`]);
        }
        return { nodes: listed.map((index) => ({ id: `n${index}`, seconds: lengths[index]! })), edges };
      }),
  );
}

type Shape = null | Shape[];

/** A series-parallel order as a graph, and how long it takes. */
export function seriesParallelDags(): fc.Arbitrary<{ dag: Dag; structure: Structure }> {
  const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
    shape: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constant(null),
      fc.array(tie('shape'), { minLength: 2, maxLength: 4 }),
    ),
  }));
  return fc.record({ shape, startsSerial: fc.boolean(), lengths: fc.infiniteStream(seconds) }).map((drawn) => {
    const nodes: Dag['nodes'] = [];
    const build = (shape: Shape, kind: 'serial' | 'parallel'): Structure => {
      if (shape === null) {
        const id = `n${nodes.length}`;
        nodes.push({ id, seconds: drawn.lengths.next().value! });
        return { kind: 'action', id };
      }
      return { kind, parts: shape.map((part) => build(part, kind === 'serial' ? 'parallel' : 'serial')) };
    };
    const structure = build(drawn.shape, drawn.startsSerial ? 'serial' : 'parallel');
    return { dag: { nodes, edges: pairsOf(structure) }, structure };
  });
}

/** Every pair of actions that a structure puts in order. */
export function pairsOf(structure: Structure): [string, string][] {
  if (structure.kind === 'action') return [];
  const pairs = structure.parts.flatMap(pairsOf);
  if (structure.kind === 'serial') {
    for (const [index, later] of structure.parts.entries()) {
      for (const earlier of structure.parts.slice(0, index)) {
        for (const from of idsOf(earlier)) for (const to of idsOf(later)) pairs.push([from, to]);
      }
    }
  }
  return pairs;
}

export function idsOf(structure: Structure): string[] {
  return structure.kind === 'action' ? [structure.id] : structure.parts.flatMap(idsOf);
}

/** What is wrong with a structure for a graph. */
export function problemsOf(structure: Structure, { nodes, edges }: Dag): string[] {
  const ids = idsOf(structure);
  const ordered = new Set(pairsOf(structure).map(([from, to]) => `${from} ${to}`));
  return [
    ...(ids.toSorted().join() ===
    nodes
      .map(({ id }) => id)
      .toSorted()
      .join()
      ? []
      : [`other actions: ${ids.join()}`]),
    ...edges.filter(([from, to]) => !ordered.has(`${from} ${to}`)).map(([from, to]) => `${from} is not before ${to}`),
    ...notFlat(structure),
  ];
}

function notFlat(structure: Structure): string[] {
  if (structure.kind === 'action') return [];
  const { kind, parts } = structure;
  return [
    ...(parts.length < 2 ? [`a ${kind} of ${parts.length}`] : []),
    ...(parts.some((part) => part.kind === kind) ? [`a ${kind} in a ${kind}`] : []),
    ...parts.flatMap(notFlat),
  ];
}

/** How long the plan takes with a barrier after each level. */
export function secondsOfWaves(dag: Dag): number {
  const graph = graphOf(dag);
  const level = new Map<string, number>();
  const waves: number[] = [];
  for (const id of topologicalOrder(graph)) {
    const at = Math.max(-1, ...[...graph.predecessors(id)].map((before) => level.get(before)!)) + 1;
    level.set(id, at);
    waves[at] = Math.max(waves[at] ?? 0, secondsOf(dag)(id));
  }
  return waves.reduce((sum, wave) => sum + wave, 0);
}

/** The least time of all series-parallel orders that contain the graph's, tried one by one. */
export function leastSeconds(dag: Dag): number {
  const all = dag.nodes.map(({ id }) => id);
  const follows = (set: ReadonlySet<string>, rest: readonly string[]) =>
    dag.edges.some(([from, to]) => set.has(to) && rest.includes(from));
  const touches = (set: ReadonlySet<string>, rest: readonly string[]) =>
    dag.edges.some(([from, to]) => (set.has(to) && rest.includes(from)) || (set.has(from) && rest.includes(to)));
  const known = new Map<string, number>();
  const least = (ids: readonly string[]): number => {
    const key = ids.join();
    if (!known.has(key)) known.set(key, ids.length === 1 ? secondsOf(dag)(ids[0]!) : split(ids));
    return known.get(key)!;
  };
  const split = (ids: readonly string[]): number => {
    let best = Number.POSITIVE_INFINITY;
    for (let chosen = 1; chosen < 2 ** ids.length - 1; chosen++) {
      const some = ids.filter((_, index) => (chosen >> index) & 1);
      const rest = ids.filter((id) => !some.includes(id));
      const set = new Set(some);
      if (!follows(set, rest)) best = Math.min(best, least(some) + least(rest));
      if (!touches(set, rest)) best = Math.min(best, Math.max(least(some), least(rest)));
    }
    return best;
  };
  return least(all);
}
