/** Runs that do not go to their end by themselves. */
import { describe, expect, it } from 'vitest';
import { MAX_PAYLOAD_BYTES } from '../../../lib/asl/limits.ts';
import type { PreparedPlan } from '../../../lib/compiler/prepare.ts';
import type { RunRecord } from '../../../lib/engine/records.ts';
import {
  action,
  ENGINES,
  type Engine,
  type Place,
  place,
  planOf,
  recordOf,
  START,
  statusesOf,
} from './_fixtures/engine.ts';

const TOO_LARGE = 'the result is larger than the 262,144 bytes that Step Functions carries';
const WITH_HISTORY = ['direct', 'logged', 'standard'] as const;

/** Cancels the run once that many seconds have passed. */
async function cancelledAfter(
  seconds: number,
  engine: Engine,
  plan: PreparedPlan,
  at: Place = place(),
): Promise<RunRecord> {
  const started = at.start(engine, plan);
  await at.clock.sleep(seconds * 1000);
  started.cancel('the user went home');
  return started.result;
}

const CHAIN = planOf([
  action('done', { gives: 'kept' }),
  action('list', { takes: '$item' }, { for_each: [1, 100] }),
  action('running', { takes: 100 }, { depends_on: ['done'] }),
  action('waiting', {}, { depends_on: ['running'] }),
]);

describe('a run that is cancelled', () => {
  it.each(WITH_HISTORY)('keeps on %s what had ended, and says what ran', async (engine) => {
    const run = await cancelledAfter(5, engine, CHAIN);

    expect(run).toMatchObject({ status: 'cancelled', error: 'the user went home', results: { done: 'kept' } });
    expect(statusesOf(run)).toEqual({
      done: 'succeeded',
      list: 'cancelled',
      running: 'cancelled',
      waiting: 'cancelled',
    });
    expect(recordOf(run, 'running')).toMatchObject({
      attempts: 1,
      reason: 'the user went home; its outcome is unknown',
    });
    expect(recordOf(run, 'waiting')).toMatchObject({ attempts: 0, reason: 'the user went home; it had not started' });
    expect(recordOf(run, 'list').items).toMatchObject([{ status: 'succeeded' }, { status: 'cancelled', attempts: 1 }]);
  });

  it('is not awaited on Express, of which nobody knows what it had done', async () => {
    const run = await cancelledAfter(5, 'express', CHAIN);

    expect(run).toMatchObject({ status: 'cancelled', error: 'the user went home', makespan_ms: 5000, results: {} });
    for (const { status, reason } of run.records) {
      expect([status, reason]).toEqual(['cancelled', 'the user went home; its outcome is unknown']);
    }
  });

  it('is stopped on Standard', async () => {
    const at = place();

    await cancelledAfter(5, 'standard', CHAIN, at);

    expect(at.requests).toContain('StopExecution');
    expect(at.functions.invoked.map(({ id }) => id).sort()).toEqual(['done', 'list', 'list', 'running']);
  });

  it.each(ENGINES)('ends on %s as it ended, if it was over', async (engine) => {
    const { start } = place();
    const started = start(engine, planOf([action('a')]));
    const before = await started.result;

    started.cancel();

    expect(before.status).toBe('succeeded');
    expect(await started.result).toBe(before);
  });

  it.each(ENGINES)('may be cancelled on %s before it has begun', async (engine) => {
    const { functions, start } = place();
    const started = start(engine, planOf([action('a', { takes: 9 })]));

    started.cancel('at once');

    expect(await started.result).toMatchObject({ status: 'cancelled', error: 'at once' });
    expect(functions.invoked.length).toBeLessThanOrEqual(1);
  });
});

describe('a run that takes too long', () => {
  const plan = planOf(
    [action('done', { gives: 1 }), action('a', { takes: 20 }), action('b', {}, { depends_on: ['a'] })],
    {
      timeout_seconds: 7,
    },
  );

  it.each(WITH_HISTORY)('keeps on %s what had ended', async (engine) => {
    const run = await place().run(engine, plan);

    expect(run).toMatchObject({
      status: 'timed_out',
      error: 'the run took longer than its 7 s',
      makespan_ms: 7000,
      results: { done: 1 },
    });
    expect(recordOf(run, 'a').reason).toBe('the run took longer than its 7 s; its outcome is unknown');
    expect(recordOf(run, 'b').reason).toBe('the run took longer than its 7 s; it had not started');
  });

  it('says so on Express', async () => {
    const run = await place().run('express', plan);

    expect(run).toMatchObject({ status: 'timed_out', error: 'the run took longer than its 7 s', results: {} });
  });

  it('has five minutes on Express, whatever its plan says', async () => {
    const run = await place().run('express', planOf([action('a', { takes: 600 })]));

    expect(run).toMatchObject({ status: 'timed_out', error: 'the run took longer than its 300 s' });
  });
});

describe('a run that stops at the first failure', () => {
  const plan = planOf(
    [
      action('bad', { takes: 3, fails: ['permanent'], says: 'no such warehouse' }),
      action('beside', { takes: 50 }),
      action('early', { gives: 'kept' }),
      action('next', {}, { depends_on: ['early', 'bad'] }),
      action('fallen', { takes: 2, fails: ['permanent'] }, { fallback: 'instead' }),
    ],
    { on_failure: 'stop' },
  );

  it.each(WITH_HISTORY)('ends those beside it on %s', async (engine) => {
    const run = await place().run(engine, plan);

    expect(run).toMatchObject({
      status: 'failed',
      error: 'the run stopped because bad failed: no such warehouse',
      makespan_ms: 3000,
      results: { early: 'kept', fallen: 'instead' },
    });
    expect(recordOf(run, 'bad')).toMatchObject({ status: 'failed', error_type: 'permanent_error', attempts: 1 });
    expect(recordOf(run, 'beside')).toMatchObject({
      status: 'cancelled',
      execution_time_ms: 3000,
      reason: 'the run stopped because bad failed; its outcome is unknown',
    });
    expect(recordOf(run, 'next').reason).toBe('the run stopped because bad failed; it had not started');
  });

  it('says on Express what the execution failed with', async () => {
    const run = await place().run('express', plan);

    expect(run.status).toBe('failed');
    expect(run.error).toContain('no such warehouse');
  });

  it.each([
    ['a reference that yields nothing', action('x', { gives: '$early.nothing' }), 'unresolved_reference'],
    ['an expression that raises', action('x', { gives: '{% $early + 1 %}' }), 'expression_error'],
    ['a condition that raises', action('x', {}, { when: '$early + 1 > 0' }), 'expression_error'],
    ['something that is no list', action('x', {}, { for_each: '$early' }), 'not_a_list'],
    ['a function that does not exist', action('x', {}, { tool: 'missing' }), 'Lambda.ResourceNotFoundException'],
    ['a timeout', action('x', { takes: 9 }, { timeout_seconds: 1, retry: { max_attempts: 0 } }), 'timeout'],
    ['an item', action('x', { fails: '$item' }, { for_each: [[], ['permanent']] }), 'permanent_error'],
    ['a failure that was returned', action('x', { fails: ['returned'] }, { tool: 'fragile' }), 'returned_error'],
  ])('stops for %s', async (_, failing, errorType) => {
    const plan = planOf([action('early', { gives: 'text' }), failing, action('last', { takes: 99 })], {
      on_failure: 'stop',
    });
    const [direct, ...others] = await Promise.all(WITH_HISTORY.map((engine) => place().run(engine, plan)));

    for (const run of [direct!, ...others]) {
      expect([run.status, run.error]).toEqual(['failed', direct!.error]);
      expect(recordOf(run, 'x').error_type).toBe(errorType);
      expect(recordOf(run, 'last')).toEqual(recordOf(direct!, 'last'));
    }
  });

  it.each(WITH_HISTORY)('goes on on %s past what is skipped', async (engine) => {
    const skips = planOf(
      [action('a'), action('b', {}, { when: '$a.takes = 5' }), action('c', {}, { depends_on: ['b'] }), action('d')],
      { on_failure: 'stop' },
    );

    const run = await place().run(engine, skips);

    expect(statusesOf(run)).toEqual({ a: 'succeeded', b: 'skipped', c: 'skipped', d: 'succeeded' });
  });
});

describe('a result that is larger than Step Functions carries', () => {
  const plan = planOf([
    action('small', { takes: 0.5 }),
    action('large', {}, { tool: 'large' }),
    action('slow', { takes: 9 }),
  ]);

  it('is told by the direct engine as it is', async () => {
    const run = await place().run('direct', plan);

    expect(run.results['large']).toHaveLength(MAX_PAYLOAD_BYTES);
  });

  it.each(['express', 'logged', 'standard'] as const)('fails its action on %s', async (engine) => {
    const run = await place().run(engine, plan);

    expect(run).toMatchObject({ status: 'partial', error: `large failed: ${TOO_LARGE}` });
    expect(statusesOf(run)).toEqual({ small: 'succeeded', large: 'failed', slow: 'succeeded' });
    expect(recordOf(run, 'large')).toMatchObject({ error_type: 'result_too_large', error: TOO_LARGE, attempts: 1 });
  });

  it.each(['logged', 'standard'] as const)('stops the run on %s, if any failure does', async (engine) => {
    const run = await place().run(engine, { ...plan, settings: { ...plan.settings, on_failure: 'stop' } });

    expect(run).toMatchObject({ status: 'failed', error: `the run stopped because large failed: ${TOO_LARGE}` });
    expect(statusesOf(run)).toEqual({ small: 'succeeded', large: 'failed', slow: 'cancelled' });
  });

  it('may be the sum of several, which ends the run where outputs carry them all', async () => {
    const actions = ['a', 'b', 'c'].map((id) => action(id, { gives: '$inputs.text' }));
    const used = [...actions, action('d', { gives: '{% $length($a & $b & $c) %}' })];
    const inputs = { text: 'x'.repeat(90_000) };
    const [carried, notCarried] = [planOf(used), planOf(actions)];

    const together =
      'the results that the run carries after the actions side by side in Parallel 1 are larger than the 262,144 bytes that ' +
      'Step Functions carries between two states; the engine standard carries less than express, and direct has no such limit';
    for (const engine of ['express', 'logged', 'standard'] as const) {
      expect(await place().run(engine, carried, { inputs })).toMatchObject({ status: 'failed', error: together });
    }
    expect(await place().run('express', notCarried, { inputs })).toMatchObject({ status: 'failed', error: together });
    expect(await place().run('standard', notCarried, { inputs })).toMatchObject({ status: 'succeeded' });
    expect(await place().run('direct', carried, { inputs })).toMatchObject({ status: 'succeeded' });
  });
});

it('the time of a run begins when its execution does', async () => {
  for (const engine of ENGINES) {
    const run = await place().run(engine, planOf([action('a', { takes: 2 })]));

    expect([run.started_at, run.makespan_ms]).toEqual([new Date(START).toISOString(), 2000]);
  }
});
