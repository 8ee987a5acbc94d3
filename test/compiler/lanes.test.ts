/** Structures within limits: what may run at once is counted on the structure alone. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dag, geometricMean, graphOf, type NamedDag, secondsOf, sharedDags } from '../../bench/dags.ts';
import { type LaneLimits, type LaneTask, planStructure } from '../../lib/compiler/lanes.ts';
import { makespanOf, type Structure, structureOf } from '../../lib/compiler/structure/structure.ts';
import { bottomLevels } from '../../lib/graph/longest-path.ts';
import { topologicalOrder } from '../../lib/graph/order.ts';
import { dags, idsOf, pairsOf, problemsOf } from './structure/support.ts';

const UNLIMITED = Number.POSITIVE_INFINITY;

interface Case {
  dag: Dag;
  tasks: LaneTask[];
  priorities: Map<string, number>;
  limits: LaneLimits;
}

/** Actions of two tools, some with a cap, and some of them lists. */
function cases(most: number): fc.Arbitrary<Case> {
  const task = fc.record({
    lane: fc.constantFrom('free', 'capped', undefined),
    width: fc.oneof(fc.constant(1), fc.constantFrom(0, 2, 3, 7, 'unknown' as const)),
    priority: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 })),
  });
  const limits = fc.record({
    maxParallel: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(UNLIMITED)),
    cap: fc.integer({ min: 1, max: 3 }),
  });
  return fc.tuple(dags(most), fc.infiniteStream(task), limits).map(([dag, drawn, { maxParallel, cap }]) => {
    const priorities = new Map<string, number>();
    const tasks = dag.nodes.map(({ id, seconds }): LaneTask => {
      const { lane, width, priority } = drawn.next().value!;
      priorities.set(id, priority);
      return { id, seconds, width, ...(lane !== undefined && { lane }) };
    });
    return { dag, tasks, priorities, limits: { maxParallel, capOf: (lane) => (lane === 'capped' ? cap : UNLIMITED) } };
  });
}

function planned({ dag, tasks, priorities, limits }: Case) {
  const graph = graphOf(dag);
  const levels = bottomLevels(graph, topologicalOrder(graph), secondsOf(dag));
  const index = new Map(dag.nodes.map(({ id }, at) => [id, at]));
  return planStructure(graph, tasks, limits, (id) => [-priorities.get(id)!, -levels.get(id)!, index.get(id)!]);
}

function caseOf(dag: Dag, limits: Partial<LaneLimits>, tasks: Partial<LaneTask>[] = []): Case {
  return {
    dag,
    tasks: dag.nodes.map(({ id, seconds }, at) => ({ id, seconds, width: 1, ...tasks[at] })),
    priorities: new Map(dag.nodes.map(({ id }) => [id, 0])),
    limits: { maxParallel: UNLIMITED, capOf: () => UNLIMITED, ...limits },
  };
}

/** The most calls that the structure alone allows at once. */
function mostAtOnce(structure: Structure, callsOf: (id: string) => number): number {
  if (structure.kind === 'action') return callsOf(structure.id);
  const parts = structure.parts.map((part) => mostAtOnce(part, callsOf));
  return structure.kind === 'serial' ? Math.max(...parts) : parts.reduce((sum, part) => sum + part, 0);
}

function independent(...lengths: number[]): Dag {
  return { nodes: lengths.map((seconds, at) => ({ id: `n${at}`, seconds })), edges: [] };
}

describe('a structure within limits', () => {
  it('keeps every edge, has every action once and is flat', () => {
    fc.assert(
      fc.property(cases(20), (plan) => {
        expect(problemsOf(planned(plan).structure, plan.dag)).toEqual([]);
      }),
    );
  });

  it('never lets more calls run at once than the plan and its tools allow', () => {
    fc.assert(
      fc.property(cases(20), (plan) => {
        const { structure, concurrency } = planned(plan);
        const { maxParallel, capOf } = plan.limits;
        const calls = new Map(
          plan.tasks.map(({ id, width }) => [
            id,
            concurrency.get(id) ?? (width === 'unknown' ? UNLIMITED : Math.max(1, width)),
          ]),
        );
        const callsOf = (tool: string) => (id: string) =>
          plan.tasks.find((task) => task.id === id)!.lane === tool ? calls.get(id)! : 0;

        expect(mostAtOnce(structure, (id) => calls.get(id)!)).toBeLessThanOrEqual(maxParallel);
        expect(mostAtOnce(structure, callsOf('capped'))).toBeLessThanOrEqual(capOf('capped'));
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order of the edges or of the tasks', () => {
    fc.assert(
      fc.property(cases(15), (plan) => {
        const reversed = {
          ...plan,
          tasks: plan.tasks.toReversed(),
          dag: { ...plan.dag, edges: plan.dag.edges.toReversed() },
        };

        expect(planned(reversed)).toEqual(planned(plan));
      }),
    );
  });

  it('is that of the plan where there is no limit', () => {
    fc.assert(
      fc.property(dags(20), (dag) => {
        const { structure, concurrency } = planned(caseOf(dag, {}));

        expect(structure).toEqual(structureOf(graphOf(dag), secondsOf(dag)));
        expect(concurrency.size).toBe(0);
      }),
    );
  });

  it('is that of the plan where the limit does not bind', () => {
    const dag = independent(1, 2, 3);

    const { structure } = planned(caseOf(dag, { maxParallel: 3 }));

    expect(structure).toMatchObject({ kind: 'parallel', parts: { length: 3 } });
  });
});

describe('one after another', () => {
  it('follows the listed order as far as the edges allow', () => {
    fc.assert(
      fc.property(dags(20), (dag) => {
        const graph = graphOf(dag);
        const { tasks } = caseOf(dag, {});
        const limits = { maxParallel: 1, capOf: () => UNLIMITED };
        const listed = (id: string) => [dag.nodes.findIndex((node) => node.id === id)];

        const { structure } = planStructure(graph, tasks, limits, listed);

        expect(idsOf(structure)).toEqual(topologicalOrder(graph));
        expect(mostAtOnce(structure, () => 1)).toBe(1);
      }),
    );
  });
});

describe('where lanes are scarce', () => {
  it('they are filled evenly', () => {
    const dag = independent(3, 3, 2, 2, 2);

    const { structure } = planned(caseOf(dag, { maxParallel: 2 }));

    expect(makespanOf(structure, secondsOf(dag))).toBe(6);
  });

  it('a higher priority goes first, however short it is', () => {
    const plan = caseOf(independent(9, 9, 1), { maxParallel: 1 });
    plan.priorities.set('n2', 5);

    const { structure } = planned(plan);

    expect(idsOf(structure)).toEqual(['n2', 'n0', 'n1']);
  });

  it('of equal priority the longest way still to go goes first', () => {
    const dag: Dag = { ...independent(1, 1, 1, 5), edges: [['n2', 'n3']] };

    const { structure } = planned(caseOf(dag, { maxParallel: 2 }));

    expect(pairsOf(structure)).not.toContainEqual(['n0', 'n2']);
    expect(makespanOf(structure, secondsOf(dag))).toBe(6);
  });

  it('a tool’s cap holds back only that tool', () => {
    const plan = caseOf(independent(1, 1, 3), { capOf: (lane) => (lane === 'capped' ? 1 : UNLIMITED) }, [
      { lane: 'capped' },
      { lane: 'capped' },
      { lane: 'free' },
    ]);

    const { structure } = planned(plan);

    expect(pairsOf(structure)).toEqual([['n0', 'n1']]);
  });
});

describe('a list', () => {
  const list = (width: LaneTask['width'], limits: Partial<LaneLimits>, beside: number[] = []) =>
    planned(caseOf(independent(1, ...beside), limits, [{ width }]));

  it('runs all its items at once where nothing limits it', () => {
    expect(list('unknown', {}).concurrency.size).toBe(0);
    expect(list(5, { maxParallel: 5 }).concurrency.size).toBe(0);
  });

  it('alone gets every lane', () => {
    expect(list('unknown', { maxParallel: 4 }).concurrency).toEqual(new Map([['n0', 4]]));
    expect(list(9, { maxParallel: 4 }).concurrency).toEqual(new Map([['n0', 4]]));
  });

  it('leaves lanes to what takes long beside it', () => {
    const { structure, concurrency } = list(6, { maxParallel: 3 }, [3]);

    expect(concurrency).toEqual(new Map([['n0', 2]]));
    expect(structure).toMatchObject({ kind: 'parallel' });
  });
});

const shared = sharedDags('real plans within limits')?.filter(({ nodes }) => nodes.length <= 100);

describe.skipIf(shared === undefined)('real plans within limits', () => {
  const slowdown = (dag: NamedDag, maxParallel: number) => {
    const { critical, sequential } = dag.baseline;
    const { structure } = planned(caseOf(dag, { maxParallel }));
    return makespanOf(structure, secondsOf(dag)) / Math.max(critical, sequential / maxParallel);
  };

  it.each([4, 16])('take little longer than %i lanes must take', (maxParallel) => {
    const slowdowns = (shared ?? []).map((dag) => slowdown(dag, maxParallel));

    expect(geometricMean(slowdowns)).toBeLessThan(1.03);
  });
});
