/** What must hold for the analysis of every plan. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analysePlan } from '../../lib/analysis/analyse.ts';
import type { Analysis } from '../../lib/analysis/analysis.ts';
import { planOf, type RandomShape, randomPlan } from './plans.ts';

function forEveryAnalysis(shape: RandomShape, check: (analysis: Analysis) => void): void {
  fc.assert(
    fc.property(randomPlan(shape), (plan) => {
      check(analysePlan(plan));
    }),
    { numRuns: 300 },
  );
}

/** All chains of actions that wait for each other, from any start to any end. */
function chainsOf({ actions, edges }: Analysis): string[][] {
  const after = Map.groupBy(edges, ({ from }) => from);
  const from = (id: string): string[][] => {
    const next = (after.get(id) ?? []).flatMap(({ to }) => from(to));
    return next.length === 0 ? [[id]] : next.map((chain) => [id, ...chain]);
  };
  return actions.flatMap(({ id }) => from(id));
}

function lengthMs({ actions }: Analysis, id: string): number {
  const { earliest_start_seconds, earliest_finish_seconds } = actions.find((action) => action.id === id)!;
  return Math.round((earliest_finish_seconds - earliest_start_seconds) * 1000);
}

describe('the times of every plan', () => {
  it('stand in order: one after another, in parallel, critical path, each action', () => {
    forEveryAnalysis({ races: true, limits: true }, (analysis) => {
      const { sequential_seconds, parallel_seconds, critical_path, actions } = analysis;

      expect(sequential_seconds).toBeGreaterThanOrEqual(parallel_seconds);
      expect(parallel_seconds).toBeGreaterThanOrEqual(critical_path.seconds);
      for (const { id } of actions) expect(critical_path.seconds * 1000).toBeGreaterThanOrEqual(lengthMs(analysis, id));
    });
  });

  it('are those of the critical path where nothing limits how many calls run at once', () => {
    forEveryAnalysis({ races: true, limits: false }, ({ parallel_seconds, wave_seconds, critical_path }) => {
      expect(parallel_seconds).toBe(critical_path.seconds);
      expect(wave_seconds).toBeGreaterThanOrEqual(parallel_seconds);
    });
  });

  it('survive JSON', () => {
    forEveryAnalysis({ races: true, limits: true }, (analysis) => {
      expect(JSON.parse(JSON.stringify(analysis))).toEqual(analysis);
    });
  });
});

describe('the waves of every plan', () => {
  it('hold each action once, in the wave after the last of what it waits for', () => {
    forEveryAnalysis({ races: true, limits: false }, ({ actions, edges, waves }) => {
      const waveOf = new Map(actions.map(({ id, wave }) => [id, wave]));

      expect(waves.flat().sort()).toEqual(actions.map(({ id }) => id).sort());
      for (const { id, wave } of actions) {
        const before = edges.filter(({ to }) => to === id).map(({ from }) => waveOf.get(from)!);
        expect(wave).toBe(Math.max(0, ...before) + 1);
        expect(waves[wave - 1]).toContain(id);
      }
    });
  });
});

describe('the critical path of every plan', () => {
  it('is as long as the longest chain, and slack is nought exactly on such chains', () => {
    forEveryAnalysis({ races: false, limits: true }, (analysis) => {
      const chains = chainsOf(analysis).map((ids) => ({
        ids,
        ms: ids.reduce((sum, id) => sum + lengthMs(analysis, id), 0),
      }));
      const longest = Math.max(...chains.map(({ ms }) => ms));

      expect(Math.round(analysis.critical_path.seconds * 1000)).toBe(longest);
      expect(chains).toContainEqual({ ids: analysis.critical_path.ids, ms: longest });
      for (const { id, slack_seconds, on_critical_path } of analysis.actions) {
        const through = Math.max(...chains.filter(({ ids }) => ids.includes(id)).map(({ ms }) => ms));
        expect(Math.round(slack_seconds * 1000)).toBe(longest - through);
        expect(on_critical_path).toBe(slack_seconds === 0);
      }
    });
  });

  it('begins at once, ends with the plan and has no gap, races included', () => {
    forEveryAnalysis({ races: true, limits: false }, ({ actions, critical_path }) => {
      const path = critical_path.ids.map((id) => actions.find((action) => action.id === id)!);

      expect(path[0]!.earliest_start_seconds).toBe(0);
      expect(path.at(-1)!.earliest_finish_seconds).toBe(critical_path.seconds);
      expect(path.every(({ on_critical_path }) => on_critical_path)).toBe(true);
      for (const [index, action] of path.slice(1).entries()) {
        expect(action.earliest_start_seconds).toBe(path[index]!.earliest_finish_seconds);
      }
    });
  });
});

describe('a large plan', () => {
  it('of a thousand actions is analysed while one waits', () => {
    const actions = Array.from({ length: 1000 }, (_, index) => ({
      id: `a${index}`,
      depends_on: [1, 7, 40].filter((back) => back <= index && index % 10 !== 0).map((back) => `a${index - back}`),
      join: index % 10 === 5 ? 'any' : 'all',
      ...(index % 4 === 0 && { for_each: Array.from({ length: 20 }, (_, item) => item) }),
      ...(index % 3 === 0 && { reads: [`stock:${index % 30}`] }),
      ...(index % 50 === 0 && { writes: [`stock:${index % 30}`] }),
    }));
    const plan = planOf(actions, { settings: { max_parallel: 16 } });

    const started = performance.now();
    const { waves } = analysePlan(plan);

    expect(waves.flat()).toHaveLength(1000);
    expect(performance.now() - started).toBeLessThan(1000); // about 40 ms on an idle machine
  });
});
