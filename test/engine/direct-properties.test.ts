/** What must hold for every plan, whatever its calls do. All on the virtual clock. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  awaited,
  inConflict,
  listLength,
  type RandomAction,
  type RandomPlan,
  randomPlan,
  required,
} from '../support/random-plan.ts';
import { runOnVirtualClock, type TracedCall, type TracedRun } from '../support/virtual-run.ts';

const anyPlan = randomPlan({ failures: true, scarce: true });

function forEveryPlan(plans: fc.Arbitrary<RandomPlan>, check: (plan: RandomPlan, traced: TracedRun) => void) {
  return fc.assert(
    fc.asyncProperty(plans, async (plan) => check(plan, await runOnVirtualClock(plan))),
    { numRuns: Number(process.env['STEPWEAVE_PROPERTY_RUNS'] ?? 300) },
  );
}

const callsOf = (traced: TracedRun, id: string) => traced.calls.filter((call) => call.id === id);
const succeeded = (traced: TracedRun, id: string) => traced.byId.get(id)!.success;
const endOf = (traced: TracedRun, id: string) => Math.max(0, ...callsOf(traced, id).map(({ end }) => end));

describe('whatever happens, the direct engine', () => {
  it('gives every action exactly one record, in listed order, that says why it has no result', () =>
    forEveryPlan(anyPlan, (plan, { run }) => {
      expect(run.records.map(({ id }) => id)).toEqual(plan.actions.map(({ id }) => id));
      for (const record of run.records) {
        expect(record.success).toBe(record.status === 'succeeded' || record.status === 'fallback');
        if (record.status === 'failed' || record.status === 'timeout') expect(record.error).toEqual(expect.any(String));
        if (record.status === 'skipped' || record.status === 'cancelled')
          expect(record.reason).toEqual(expect.any(String));
      }
    }));

  it('starts no action before all that it waits for has ended, and none whose requirements failed', () =>
    forEveryPlan(anyPlan, (plan, traced) => {
      for (const action of plan.actions) {
        const starts = callsOf(traced, action.id).map(({ start }) => start);
        if (starts.length === 0) continue;
        const first = Math.min(...starts);
        for (const other of awaited(plan, action)) {
          expect(endOf(traced, other), `${other} ends before ${action.id} starts`).toBeLessThanOrEqual(first);
        }
        const fulfilled = required(action).filter((id) => succeeded(traced, id)).length;
        expect(fulfilled).toBeGreaterThanOrEqual(action.join === 'any' ? 1 : required(action).length);
      }
    }));

  it('never lets conflicting calls overlap', () =>
    forEveryPlan(anyPlan, (plan, traced) => {
      for (const [a, b] of pairs(plan.actions)) {
        if (!inConflict(a, b)) continue;
        for (const one of callsOf(traced, a.id)) {
          for (const other of callsOf(traced, b.id)) expect(overlap(one, other), `${a.id} and ${b.id}`).toBe(false);
        }
      }
      for (const action of plan.actions.filter(({ writes }) => writes.length > 0)) {
        for (const [one, other] of pairs(callsOf(traced, action.id)))
          expect(overlap(one, other), action.id).toBe(false);
      }
    }));

  it('keeps to its lanes and caps', () =>
    forEveryPlan(anyPlan, (plan, traced) => {
      expect(mostAtOnce(traced.calls)).toBeLessThanOrEqual(plan.maxParallel ?? Number.POSITIVE_INFINITY);
      const readers = traced.calls.filter(({ tool }) => tool === 'reader');
      expect(mostAtOnce(readers)).toBeLessThanOrEqual(plan.cap ?? Number.POSITIVE_INFINITY);
    }));

  it('repeats a call only as often as its retry allows, and only after errors that may be repeated', () =>
    forEveryPlan(anyPlan, (plan, traced) => {
      for (const action of plan.actions) {
        for (const calls of Map.groupBy(callsOf(traced, action.id), ({ item }) => item).values()) {
          expect(calls.length).toBeLessThanOrEqual(action.maxAttempts + 1);
          const repeated = calls.slice(0, -1).map(({ how }) => how);
          const allowed =
            action.tool === 'fragile' ? ['throttled'] : ['throttled', 'retryable', 'crash', 'hang', 'aborted'];
          for (const how of repeated)
            if (action.mode !== 'fire_and_forget' || how === 'throttled') expect(allowed).toContain(how);
        }
      }
    }));

  it('starts nothing after the failure that stops a run', () =>
    forEveryPlan(anyPlan, (plan, { run, calls }) => {
      if (plan.onFailure !== 'stop' || run.status !== 'failed') return;
      const culprit = /^the run stopped because (a\d+) /.exec(run.error!)![1]!;
      // Failures in a race count once all of it has ended.
      const races = plan.actions.some(({ join }) => join === 'any');
      const failedAt = Date.parse(run.records.find(({ id }) => id === culprit)!.finished_at!);
      const stoppedAt = races ? run.makespan_ms : failedAt;
      for (const { start, end } of calls) expect([start, end].every((time) => time <= stoppedAt)).toBe(true);
    }));

  it('tells the same in its events as in its records, in one order', () =>
    forEveryPlan(anyPlan, (_, { run, events }) => {
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, index) => index + 1));
      expect(events[0]!.type).toBe('run_started');
      expect(events.at(-1)).toMatchObject({ type: 'run_completed', run });
      const ended = events.filter(({ type }) => /^action_(completed|failed|skipped)$/.test(type));
      expect(ended.map((event) => ('record' in event ? event.record : undefined))).toEqual(
        expect.arrayContaining(run.records),
      );
      expect(ended).toHaveLength(run.records.length);
    }));

  it('ends as its records say', () =>
    forEveryPlan(anyPlan, (plan, { run }) => {
      const statuses = new Set(run.records.map(({ status }) => status));
      const races = plan.actions.some(({ join }) => join === 'any'); // they forgive failures
      if (run.status === 'succeeded' && !races) {
        expect([...statuses].filter((status) => !['succeeded', 'fallback', 'skipped'].includes(status))).toEqual([]);
      }
      if (run.status === 'partial' && !races)
        expect(plan.onFailure === 'continue' || !statuses.has('failed')).toBe(true);
      if (run.records.every(({ success }) => success)) expect(run.status).toBe('succeeded');
      expect(run.error === null).toBe(run.status === 'succeeded');
    }));
});

describe('with unlimited lanes and no failures', () => {
  it('the makespan is the critical path', () =>
    forEveryPlan(randomPlan({ failures: false, scarce: false }).map(withoutWaitingForLosers), (plan, { run }) => {
      expect(run.makespan_ms / 1000).toBeCloseTo(criticalSeconds(plan, run), 6);
    }));
});

/** What only waits for the loser of a race goes on when that is cut off; this is for other tests (test/analysis). */
function withoutWaitingForLosers(plan: RandomPlan): RandomPlan {
  if (plan.actions.every(({ join }) => join === 'all')) return plan;
  const calm = (action: RandomAction): RandomAction => ({
    ...action,
    mode: action.mode === 'sync' ? 'async' : action.mode,
    reads: [],
    writes: [],
  });
  return { ...plan, actions: plan.actions.map(calm) };
}

/** By hand: the earliest end of each action, in listed order, which is a topological one here. */
function criticalSeconds(plan: RandomPlan, run: TracedRun['run']): number {
  const end = new Map<string, number>();
  for (const [index, action] of plan.actions.entries()) {
    const before = plan.actions
      .slice(0, index)
      .filter((other) => inConflict(other, action))
      .map(({ id }) => id);
    const waits = [...awaited(plan, action), ...before];
    const candidates = action.join === 'any' ? required(action) : [];
    const others = waits.filter((id) => !candidates.includes(id)).map((id) => end.get(id)!);
    const first = candidates.length === 0 ? 0 : raceEnd(plan, action, candidates, end);
    end.set(action.id, Math.max(0, first, ...others) + secondsOf(plan, action));
  }
  // A loser of a race is cut off when its join is decided.
  const cancelled = new Set(run.records.filter(({ status }) => status === 'cancelled').map(({ id }) => id));
  return Math.max(...plan.actions.filter(({ id }) => !cancelled.has(id)).map(({ id }) => end.get(id)!));
}

function raceEnd(plan: RandomPlan, join: RandomAction, candidates: string[], end: Map<string, number>): number {
  const neededElsewhere = plan.actions.some(
    (other) => other !== join && required(other).some((id) => candidates.includes(id)),
  );
  const ends = candidates.map((id) => end.get(id)!);
  return neededElsewhere ? Math.max(...ends) : Math.min(...ends);
}

function secondsOf(plan: RandomPlan, action: RandomAction): number {
  if (action.mode === 'fire_and_forget') return 0;
  const once = action.script[0]!.seconds;
  if (action.items === undefined) return once;
  const length = listLength(plan, action);
  return action.writes.length > 0 ? length * once : Math.min(length, 1) * once;
}

function overlap(one: TracedCall, other: TracedCall): boolean {
  return one.start < other.end && other.start < one.end;
}

function mostAtOnce(calls: TracedCall[]): number {
  return Math.max(
    0,
    ...calls.map(({ start }) => calls.filter((call) => call.start <= start && start < call.end).length),
  );
}

function pairs<T>(list: readonly T[]): [T, T][] {
  return list.flatMap((one, index) => list.slice(index + 1).map((other): [T, T] => [one, other]));
}
