/** The estimate is what the direct engine does when every call takes as long as estimated. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analysePlan } from '../../lib/analysis/analyse.ts';
import type { PreparedPlan } from '../../lib/compiler/prepare.ts';
import { VirtualClock } from '../../lib/core/clock.ts';
import { startDirectRun } from '../../lib/engine/direct/run.ts';
import type { Invoker } from '../../lib/engine/invoker.ts';
import type { RunRecord } from '../../lib/engine/records.ts';
import { type RandomShape, randomPlan } from './plans.ts';

/** Every call succeeds and takes what was estimated. */
async function runOnVirtualClock(plan: PreparedPlan): Promise<RunRecord> {
  const clock = new VirtualClock();
  const lengthMs = new Map(plan.actions.map(({ id, estimatedSeconds }) => [id, estimatedSeconds * 1000]));
  const invoker: Invoker = {
    async invoke({ event, mode, signal }) {
      if (mode === 'request') await clock.sleep(lengthMs.get(event.action_id!)!, signal);
      return { ok: true, payload: 'done' };
    },
  };
  return startDirectRun(plan, { invoker, clock, inputs: { one: ['item'] } }).result;
}

function forEveryPlan(shape: RandomShape, check: (plan: PreparedPlan, run: RunRecord) => void): Promise<void> {
  return fc.assert(
    fc.asyncProperty(randomPlan(shape), async (plan) => check(plan, await runOnVirtualClock(plan))),
    { numRuns: Number(process.env['STEPWEAVE_PROPERTY_RUNS'] ?? 300) },
  );
}

describe('the direct engine on the virtual clock', () => {
  it('takes the parallel time where lanes are scarce, races included', () =>
    forEveryPlan({ races: true, limits: true }, (plan, run) => {
      const analysis = analysePlan(plan);

      expect(run.makespan_ms).toBe(Math.round(analysis.parallel_seconds * 1000));
    }));

  it('starts and ends every action at its earliest times where nothing is scarce, races included', () =>
    forEveryPlan({ races: true, limits: false }, (plan, run) => {
      const analysis = analysePlan(plan);

      const estimated = analysis.actions.map(({ id, earliest_start_seconds, earliest_finish_seconds, loses_to }) => {
        const length = Math.round((earliest_finish_seconds - earliest_start_seconds) * 1000);
        return { id, startedAt: Math.round(earliest_start_seconds * 1000), length, cancelled: loses_to !== null };
      });
      const begun = run.records.filter(({ started_at }) => started_at !== null);
      const happened = begun.map(({ id, started_at, execution_time_ms, status }) => ({
        id,
        startedAt: Date.parse(started_at!),
        length: execution_time_ms,
        cancelled: status === 'cancelled',
      }));
      expect(happened).toEqual(estimated.filter(({ id }) => begun.some((record) => record.id === id)));
      expect(run.makespan_ms).toBe(Math.round(analysis.parallel_seconds * 1000));
    }));
});
