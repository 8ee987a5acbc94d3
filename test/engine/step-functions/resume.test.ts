/** Runs that are continued, on every engine. */
import { describe, expect, it } from 'vitest';
import type { PreparedPlan } from '../../../lib/compiler/prepare.ts';
import type { RunRecord } from '../../../lib/engine/records.ts';
import { action, ENGINES, type Engine, type Place, place, planOf, recordOf, statusesOf } from './_fixtures/engine.ts';

const once = ['permanent'];
const twice = ['permanent', 'permanent'];

/** The run, and then what continues it in the same place; `calls` are those of the continuation. */
async function resumed(engine: Engine, plan: PreparedPlan, at: Place = place()) {
  const first = await at.run(engine, plan, { runId: 'run-1' });
  return { first, ...(await continued(engine, plan, first, at)), at };
}

async function continued(engine: Engine, plan: PreparedPlan, first: RunRecord, at: Place) {
  const before = at.functions.invoked.length;
  at.requests.splice(0);
  const run = await at.run(engine, plan, { resume: first });
  const invoked = at.functions.invoked.slice(before);
  return { run, calls: invoked.map(({ id }) => id).sort(), keys: invoked.map(({ key }) => key).sort() };
}

describe.each(ENGINES)('on %s', (engine) => {
  it('what failed and what waited for it runs again, and nothing else', async () => {
    const plan = planOf([
      action('fine', { gives: { n: 1 } }),
      action('flaky', { fails: once, gives: '$fine.n' }),
      action('list', { fails: { 0: once }, gives: '$item' }, { for_each: [5, 6] }),
      action('fallen', { fails: twice }, { fallback: 'instead' }),
      action('skipped', {}, { when: '$fine.n = 2' }),
      action('after', { gives: ['$flaky', '$fine', '$fallen'] }),
      action('sent', {}, { mode: 'fire_and_forget' }),
    ]);

    const { first, run, calls, keys } = await resumed(engine, plan);

    expect(first.status).toBe('partial');
    expect(run).toMatchObject({ run_id: 'run-1', status: 'succeeded', error: null });
    expect(run.results).toMatchObject({ fine: { n: 1 }, flaky: 1, fallen: 'instead', after: [1, { n: 1 }, 'instead'] });
    expect(calls).toEqual(['after', 'flaky']);
    expect(keys).toEqual(['run-1:after', 'run-1:flaky']);
    for (const id of ['fine', 'list', 'fallen', 'sent']) expect(recordOf(run, id)).toEqual(recordOf(first, id));
    expect(recordOf(run, 'skipped').status).toBe('skipped');
  });

  it('a list runs again as a whole, with the keys of its items', async () => {
    const plan = planOf([action('list', { fails: '$item', gives: '$index' }, { for_each: [[], once, []] })]);

    const { first, run, keys } = await resumed(engine, plan);

    expect(recordOf(first, 'list').items!.map(({ status }) => status)).toEqual(['succeeded', 'failed', 'succeeded']);
    expect(run.results).toEqual({ list: [0, 1, 2] });
    expect(keys).toEqual(['run-1:list:0', 'run-1:list:1', 'run-1:list:2']);
  });

  it('a run that fails again is continued again', async () => {
    const plan = planOf([action('a', { fails: twice }), action('b', { fails: once, gives: '$a.takes' })]);
    const second = planOf([action('a', { fails: twice, takes: 2 }), action('b', { fails: once, gives: '$a.takes' })]);
    const at = place();

    const first = await at.run(engine, second, { runId: 'run-1' });
    const again = await continued(engine, second, first, at);
    const third = await continued(engine, second, again.run, at);
    const last = await continued(engine, second, third.run, at);

    expect([first, again.run, third.run, last.run].map(({ status }) => status)).toEqual([
      ...['failed', 'failed', 'partial', 'succeeded'],
    ]);
    expect([again.calls, third.calls, last.calls]).toEqual([['a'], ['a', 'b'], ['b']]);
    expect(last.run).toMatchObject({ run_id: 'run-1', results: { b: 2 } });
    expect(plan.name).toBe('test');
  });

  it('of a race that was won nothing runs again', async () => {
    const plan = planOf([
      action('quick', { gives: 'quick' }),
      action('slow', { takes: 9 }),
      action('either', { fails: once, gives: '$winner' }, { join: 'any', depends_on: ['quick', 'slow'] }),
    ]);

    const { first, run, calls } = await resumed(engine, plan);

    expect(statusesOf(first)).toEqual({ quick: 'succeeded', slow: 'cancelled', either: 'failed' });
    expect(calls).toEqual(['either']);
    expect(run).toMatchObject({ status: 'succeeded', results: { quick: 'quick', either: 'quick' } });
    expect(statusesOf(run)).toEqual({ quick: 'succeeded', slow: 'cancelled', either: 'succeeded' });
  });

  it('a race that nobody won is run again', async () => {
    const plan = planOf([
      action('one', { fails: once, takes: 2, gives: 'one' }),
      action('other', { fails: once, takes: 5, gives: 'other' }),
      action('either', { gives: '$winner' }, { join: 'any', depends_on: ['one', 'other'] }),
    ]);

    const { first, run } = await resumed(engine, plan);

    expect(statusesOf(first)).toEqual({ one: 'failed', other: 'failed', either: 'skipped' });
    expect(run).toMatchObject({ status: 'succeeded', results: { one: 'one', either: 'one' } });
    expect(recordOf(run, 'other').status).toBe('cancelled');
  });

  it('a run that was cancelled goes on', async () => {
    const at = place();
    const plan = planOf([
      action('a', { gives: 1 }),
      action('b', { takes: 9, gives: '$a' }),
      action('c', { gives: '$b' }),
    ]);
    const started = at.start(engine, plan, { runId: 'run-1' });
    await at.clock.sleep(3000);
    started.cancel();

    const { run, calls } = await continued(engine, plan, await started.result, at);

    expect(run).toMatchObject({ run_id: 'run-1', status: 'succeeded', results: { a: 1, b: 1, c: 1 } });
    expect(calls).toEqual(engine === 'express' ? ['a', 'b', 'c'] : ['b', 'c']);
  });

  it('a run that took too long goes on, with all its time', async () => {
    const plan = planOf([action('a', { takes: 6, gives: 1 }), action('b', { takes: 6, gives: '$a' })], {
      timeout_seconds: 10,
    });

    const { first, run, calls } = await resumed(engine, plan);

    expect(first.status).toBe('timed_out');
    // Of an Express execution that did not end nothing is known, so that it begins anew.
    expect(run.status).toBe(engine === 'express' ? 'timed_out' : 'succeeded');
    expect(calls).toEqual(engine === 'express' ? ['a', 'b'] : ['b']);
  });

  it('a run that stopped at a failure goes on', async () => {
    const plan = planOf(
      [
        action('early', { gives: 1 }),
        action('bad', { takes: 2, fails: once, gives: '$early' }),
        action('list', { takes: '$item', gives: '$item' }, { for_each: [1, 8] }),
        action('last', { gives: ['$bad', '$list'] }),
      ],
      { on_failure: 'stop' },
    );

    const { first, run, calls, keys } = await resumed(engine, plan);

    expect(first.status).toBe('failed');
    expect(run).toMatchObject({
      run_id: 'run-1',
      status: 'succeeded',
      error: null,
      results: { early: 1, bad: 1, list: [1, 8], last: [1, [1, 8]] },
    });
    const rerun = engine === 'express' ? ['bad', 'early', 'last', 'list', 'list'] : ['bad', 'last', 'list', 'list'];
    // A redriven list goes on with the items that had not ended.
    expect(calls).toEqual(engine === 'standard' ? ['bad', 'last', 'list'] : rerun);
    expect(new Set(keys)).toEqual(new Set(keys.filter((key) => key.startsWith('run-1:'))));
  });

  it('nothing is done where nothing is left', async () => {
    const at = place();
    const plan = planOf([action('a'), action('b')]);
    const first = await at.run(engine, plan);

    expect(() => at.start(engine, plan, { resume: first })).toThrow('Nothing of this run is left to do');
  });

  it('a run of another plan is refused, with what is different', async () => {
    const at = place();
    const first = await at.run(engine, planOf([action('a', { fails: once }), action('b')]));
    const other = planOf([action('a', {}, { tool: 'fragile' }), action('c')]);

    expect(() => at.start(engine, other, { resume: first })).toThrow(
      'This is not a run of this plan: the run has no a (fragile), c (work); the plan has no a (work), b (work).',
    );
  });
});

describe('a Standard run that stopped', () => {
  const plan = planOf(
    [
      action('one', { gives: 1 }),
      action('bad', { takes: 2, fails: twice, gives: '$one' }),
      action('beside', { takes: 9 }),
      action('next', { gives: '$bad' }),
    ],
    { on_failure: 'stop' },
  );

  it('is redriven: one request, and the same execution', async () => {
    const { first, run, calls, at } = await resumed('standard', plan);

    expect(at.requests.filter((operation) => operation !== 'GetExecutionHistory')).toEqual(['RedriveExecution']);
    expect(first).toMatchObject({ status: 'failed', error: 'the run stopped because bad failed: no' });
    expect(run).toMatchObject({ status: 'failed', started_at: first.started_at, error: first.error });
    expect(calls).toEqual(['bad', 'beside']);
    expect(recordOf(run, 'bad').attempts).toBe(2);

    const third = await continued('standard', plan, run, at);

    expect(third.run).toMatchObject({ run_id: 'run-1', status: 'succeeded', results: { one: 1, bad: 1, next: 1 } });
    expect(third.calls).toEqual(['bad', 'beside', 'next']);
    expect(recordOf(third.run, 'bad').attempts).toBe(3);
  });

  it('is continued by a new execution where the first one is gone', async () => {
    const at = place();
    const first = await at.run('standard', plan, { runId: 'run-1' });
    at.refuse((operation) => (operation === 'RedriveExecution' ? { name: 'ExecutionDoesNotExist' } : undefined));

    const { run, calls } = await continued('standard', plan, first, at);

    expect(run).toMatchObject({ run_id: 'run-1', status: 'failed' });
    expect(calls).toEqual(['bad', 'beside']);
    expect(recordOf(run, 'one')).toEqual(recordOf(first, 'one'));
    expect(recordOf(run, 'bad').attempts).toBe(1);
    expect((await continued('standard', plan, run, at)).run).toMatchObject({
      status: 'succeeded',
      results: { next: 1 },
    });
  });

  it('is not continued if Step Functions says no for another reason', async () => {
    const at = place();
    const first = await at.run('standard', plan);
    at.refuse((operation) => (operation === 'RedriveExecution' ? { name: 'AccessDeniedException' } : undefined));

    await expect(at.run('standard', plan, { resume: first })).rejects.toThrow('AccessDeniedException');
  });

  it.each([
    ['at a failure that was returned', [action('bad', { fails: ['returned'], gives: '$one' })]],
    ['at an item that returned its failure', [action('bad', { fails: '$item' }, { for_each: ['$one', ['returned']] })]],
    [
      'at a race that nobody won',
      [action('lost', { fails: once }), action('bad', {}, { join: 'any', depends_on: ['lost'] })],
    ],
  ])('is continued by a new execution if the machine itself ended it %s', async (_, actions) => {
    const stopping = planOf([action('one', { gives: [] }), ...actions], { on_failure: 'stop' });

    const { first, run, at } = await resumed('standard', stopping);

    expect(first.status).toBe('failed');
    expect(at.requests).not.toContain('RedriveExecution');
    expect(run).toMatchObject({ run_id: 'run-1', status: 'succeeded' });
  });

  it('is redriven into the midst of a race', async () => {
    const racing = planOf(
      [
        action('quick', { takes: 2, gives: 'quick' }),
        action('slow', { takes: 9 }),
        action('either', { fails: once, gives: '$winner' }, { join: 'any', depends_on: ['quick', 'slow'] }),
        action('beside', { takes: 20 }),
      ],
      { on_failure: 'stop' },
    );

    const { first, run, calls } = await resumed('standard', racing);

    expect(first.status).toBe('failed');
    expect(calls).toEqual(['beside', 'either']);
    expect(run).toMatchObject({ status: 'succeeded', results: { quick: 'quick', either: 'quick' } });
  });
});

it.each([
  ['direct', 'standard'],
  ['express', 'direct'],
  ['standard', 'logged'],
] as const)('a run on %s can be continued on %s', async (one, other) => {
  const at = place();
  const plan = planOf([
    action('a', { gives: 1 }),
    action('b', { fails: once, gives: '$a' }),
    action('c', { gives: '$b' }),
  ]);
  const first = await at.run(one, plan, { runId: 'run-1' });

  const { run, calls } = await continued(other, plan, first, at);

  expect(run).toMatchObject({ run_id: 'run-1', status: 'succeeded', results: { a: 1, b: 1, c: 1 } });
  expect(calls).toEqual(['b', 'c']);
});
