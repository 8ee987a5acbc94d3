/** The structures of real plans and workflows. Skipped where these are not there. */
import { describe, expect, it } from 'vitest';
import { type Group, geometricMean, graphOf, type NamedDag, secondsOf, sharedDags } from '../../../bench/dags.ts';
import { makespanOf, structureOf } from '../../../lib/compiler/structure/structure.ts';
import { problemsOf } from './support.ts';

const dags = sharedDags('the structures of real plans');

describe.skipIf(dags === undefined)('the structures of real plans', () => {
  const structures = (dags ?? []).map((dag) => ({ dag, structure: structureOf(graphOf(dag), secondsOf(dag)) }));
  const makespans = structures.map(({ dag, structure }) => ({ dag, makespan: makespanOf(structure, secondsOf(dag)) }));

  it('keep every edge', () => {
    const wrong = structures.flatMap(({ dag, structure }) => problemsOf(structure, dag));

    expect(wrong).toEqual([]);
  });

  it('never take longer than level by level', () => {
    const longer = makespans.filter(({ dag, makespan }) => makespan > dag.baseline.waves * (1 + 1e-9));

    expect(longer.map(({ dag }) => dag.name)).toEqual([]);
  });

  it('take no longer than the critical path where the plan is series-parallel', () => {
    const isLonger = ({ baseline }: NamedDag, makespan: number) => makespan > baseline.critical * (1 + 1e-9);
    const longer = makespans.filter(({ dag, makespan }) => dag.baseline.series_parallel && isLonger(dag, makespan));

    expect(longer.map(({ dag }) => dag.name)).toEqual([]);
  });

  it.each<[Group, number]>([
    ['agent plans', 1.001],
    ['workflows', 1.005],
    ['synthetic', 1.025],
  ])('of %s take at most %f times the critical path, in the geometric mean', (group, most) => {
    const ofGroup = makespans.filter(({ dag }) => dag.group === group);

    expect(geometricMean(ofGroup.map(({ dag, makespan }) => makespan / dag.baseline.critical))).toBeLessThan(most);
  });
});
