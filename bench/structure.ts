/**
 * How much longer than the critical path the structures take: `node bench/structure.ts`. Ratios are geometric means over the graphs
 * of ../shared/dags/dev.
 */
import { planStructure } from '../lib/compiler/lanes.ts';
import { makespanOf, parallelsOf, structureOf } from '../lib/compiler/structure/structure.ts';
import { bottomLevels } from '../lib/graph/longest-path.ts';
import { topologicalOrder } from '../lib/graph/order.ts';
import { geometricMean, graphOf, type NamedDag, secondsOf, sharedDags } from './dags.ts';

const GROUPS = ['agent plans', 'workflows', 'synthetic'] as const;
const SIGMA = 0.5;
const DRAWS = 10;

const dags = sharedDags('the benchmark of structures');
if (dags !== undefined) {
  for (const dag of dags.slice(0, 100)) structureOf(graphOf(dag), secondsOf(dag)); // warms up
  console.log('Ratio of the makespan to the critical path');
  console.table(byGroup(dags, ratios));
  console.log('Milliseconds to find the structure, by the number of actions');
  console.table(times(dags));
  console.log('The same ratio where the structure was made from wrong estimates; plans that are not series-parallel');
  console.table(
    byGroup(
      dags.filter(({ baseline }) => !baseline.series_parallel),
      wrongEstimates,
    ),
  );
  for (const maxParallel of [2, 4, 16]) {
    console.log(`Ratio to the lower bound with max_parallel ${maxParallel}`);
    console.table(byGroup(dags, (of) => limited(of, maxParallel)));
  }
}

type Row = Record<string, number>;

function byGroup(all: readonly NamedDag[], rowOf: (dags: readonly NamedDag[]) => Row): Record<string, Row> {
  const rows = GROUPS.map((group) => [group, rowOf(all.filter((dag) => dag.group === group))] as const);
  return Object.fromEntries([...rows, ['all', rowOf(all)] as const]);
}

function ratios(of: readonly NamedDag[]): Row {
  const structures = of.map((dag) => structureOf(graphOf(dag), secondsOf(dag)));
  const makespans = of.map((dag, index) => makespanOf(structures[index]!, secondsOf(dag)));
  const mean = (secondsFor: (dag: NamedDag, index: number) => number) =>
    rounded(geometricMean(of.map((dag, index) => secondsFor(dag, index) / dag.baseline.critical)));
  return {
    graphs: of.length,
    sequential: mean(({ baseline }) => baseline.sequential),
    waves: mean(({ baseline }) => baseline.waves),
    'best known': mean(({ baseline }) => baseline.best_known_sp),
    stepweave: mean((_, index) => makespans[index]!),
    'worse than waves': of.filter(({ baseline }, index) => makespans[index]! > baseline.waves * (1 + 1e-9)).length,
    'better than known': of.filter(({ baseline }, index) => makespans[index]! < baseline.best_known_sp * (1 - 1e-6))
      .length,
    'worse than known': of.filter(({ baseline }, index) => makespans[index]! > baseline.best_known_sp * (1 + 1e-6))
      .length,
    Parallels: structures.reduce((sum, structure) => sum + parallelsOf(structure), 0),
  };
}

function times(of: readonly NamedDag[]): Record<string, Row> {
  const bounds = [10, 30, 100, 300, 1100];
  return Object.fromEntries(
    bounds.map((most, index) => {
      const inside = of.filter(({ nodes }) => nodes.length <= most && nodes.length > (bounds[index - 1] ?? 0));
      const took = inside
        .map((dag) => milliseconds(() => structureOf(graphOf(dag), secondsOf(dag))))
        .sort((a, b) => a - b);
      const at = (share: number) => rounded(took[Math.floor((took.length - 1) * share)]!);
      return [`up to ${most}`, { graphs: took.length, median: at(0.5), '90 %': at(0.9), most: at(1) }];
    }),
  );
}

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function wrongEstimates(of: readonly NamedDag[]): Row {
  const random = linearCongruential(7);
  const ratioWith = (dag: NamedDag, estimateOf: (id: string) => number) =>
    makespanOf(structureOf(graphOf(dag), estimateOf), secondsOf(dag)) / dag.baseline.critical;
  const noisy = (dag: NamedDag) => {
    const estimates = new Map(dag.nodes.map(({ id, seconds }) => [id, seconds * Math.exp(SIGMA * normal(random))]));
    return ratioWith(dag, (id) => estimates.get(id)!);
  };
  return {
    graphs: of.length,
    waves: rounded(geometricMean(of.map(({ baseline }) => baseline.waves / baseline.critical))),
    right: rounded(geometricMean(of.map((dag) => ratioWith(dag, secondsOf(dag))))),
    'all equal': rounded(geometricMean(of.map((dag) => ratioWith(dag, () => 1)))),
    [`log-normal, sigma ${SIGMA}`]: rounded(
      geometricMean(of.flatMap((dag) => Array.from({ length: DRAWS }, () => noisy(dag)))),
    ),
  };
}

function limited(of: readonly NamedDag[], maxParallel: number): Row {
  const slowdowns: number[] = [];
  const took: number[] = [];
  for (const dag of of) {
    const graph = graphOf(dag);
    const levels = bottomLevels(graph, topologicalOrder(graph), secondsOf(dag));
    const tasks = dag.nodes.map(({ id, seconds }) => ({ id, seconds, width: 1 }));
    const limits = { maxParallel, capOf: () => Number.POSITIVE_INFINITY };
    const index = new Map(dag.nodes.map(({ id }, at) => [id, at]));
    took.push(
      milliseconds(() => {
        const { structure } = planStructure(graph, tasks, limits, (id) => [0, -levels.get(id)!, index.get(id)!]);
        const { critical, sequential } = dag.baseline;
        slowdowns.push(makespanOf(structure, secondsOf(dag)) / Math.max(critical, sequential / maxParallel));
      }),
    );
  }
  return { graphs: of.length, stepweave: rounded(geometricMean(slowdowns)), 'most ms': rounded(Math.max(...took)) };
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function linearCongruential(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Box and Muller's method. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
