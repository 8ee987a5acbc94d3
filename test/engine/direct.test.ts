/** The meaning of plans, case by case, on the virtual clock. */
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../lib/engine/events.ts';
import { runScripted, type Script, startScripted, statusesOf } from '../support/scripted-run.ts';

const work = (id: string, input: Script & object = {}, fields: object = {}) => ({ id, tool: 'work', input, ...fields });
const once = { retry: { max_attempts: 0 } };

describe('dataflow', () => {
  it('starts each action the moment its own inputs are there, whatever else is slow', async () => {
    const actions = [
      work('slow', { takes: 10 }),
      work('fast', { takes: 1 }),
      work('next', { gives: '$fast' } as never, { depends_on: ['fast'] }),
      work('last', {}, { depends_on: ['next', 'slow'] }),
    ];

    const { starts, run } = await runScripted(actions);

    expect(starts).toEqual(['slow@0', 'fast@0', 'next@1', 'last@10']);
    expect(run).toMatchObject({ status: 'succeeded', makespan_ms: 11_000, sequential_ms: 13_000, speedup: 1.18 });
  });

  it('hands results on by value, with their types, and as text inside strings', async () => {
    const actions = [
      work('stock', { gives: { lines: [{ code: 'A', qty: 3 }], total: 3 } }),
      work('use', {
        gives: {
          all: '$stock.lines',
          first: '$stock.lines[0].qty',
          text: 'n=${stock.total}',
          sum: '{% $stock.total + 1 %}',
          cost: '$$5',
        },
      } as never),
    ];

    const { run } = await runScripted(actions);

    expect(run.results['use']).toEqual({ all: [{ code: 'A', qty: 3 }], first: 3, text: 'n=3', sum: 4, cost: '$5' });
  });

  it('passes the inputs of the run, and fails what refers to an input that is not there', async () => {
    const actions = [
      work('a', { gives: '$inputs.code' }),
      work('b', { gives: '$inputs.missing' }, { fallback: 'unused' }),
    ];

    const { run, record } = await runScripted(actions, { inputs: { code: 'WH001' } });

    expect(run.results).toEqual({ a: 'WH001' });
    expect(record('b')).toMatchObject({
      status: 'failed',
      attempts: 0,
      error_type: 'unresolved_reference',
      error: 'input.gives: $inputs.missing yields nothing',
    });
  });
});

describe('conditions', () => {
  it('skips an action whose condition is false or nothing, and fails one whose condition raises', async () => {
    const actions = [
      work('a', { gives: { n: 2 } }),
      work('no', {}, { when: '$a.n > 5' }),
      work('nothing', {}, { when: '$a.missing' }),
      work('raises', {}, { when: '$a.n + "x" = 1' }),
      work('yes', {}, { when: '$a.n = 2 and $exists($a.n)' }),
    ];

    const { statuses, record, starts } = await runScripted(actions);

    expect(statuses).toEqual({ a: 'succeeded', no: 'skipped', nothing: 'skipped', raises: 'failed', yes: 'succeeded' });
    expect(record('no').reason).toBe('its condition does not hold: $a.n > 5');
    expect(record('raises').error_type).toBe('expression_error');
    expect(starts).toEqual(['a@0', 'yes@1']);
  });

  it('is succeeded when all that did not run was kept back by its own condition', async () => {
    const { run } = await runScripted([work('a'), work('b', {}, { when: '1 = 2' })]);

    expect(run).toMatchObject({ status: 'succeeded', error: null });
  });

  it('is partial when something required what was kept back', async () => {
    const { run, record } = await runScripted([
      work('a'),
      work('b', {}, { when: false }),
      work('c', {}, { depends_on: ['b'] }),
    ]);

    expect(run.status).toBe('partial');
    expect(record('c').reason).toBe('requires b, which was skipped');
  });
});

describe('lists', () => {
  it('runs once per item and gives the results in order', async () => {
    const actions = [
      work('orders', { gives: { list: [3, 1, 2] } }),
      work('each', { takes: '$item', gives: { at: '$index', of: '$item' } } as never, { for_each: '$orders.list' }),
    ];

    const { run, record } = await runScripted(actions);

    expect(run.results['each']).toEqual([
      { at: 0, of: 3 },
      { at: 1, of: 1 },
      { at: 2, of: 2 },
    ]);
    expect(record('each').items!.map(({ execution_time_ms }) => execution_time_ms)).toEqual([3000, 1000, 2000]);
    expect(run.makespan_ms).toBe(4000);
  });

  it.each([
    ['no element', [], []],
    ['one element', [{ id: 7 }], [7]],
    ['two elements', [{ id: 7 }, { id: 8 }], [7, 8]],
  ])('takes a path through a list of %s as a list', async (_, list, expected) => {
    const actions = [work('a', { gives: { list } }), work('each', { gives: '$item' }, { for_each: '$a.list.id' })];

    const { run } = await runScripted(actions);

    expect(run.results['each']).toEqual(expected);
  });

  it('fails what is no list, without calling anything', async () => {
    const actions = [work('a', { gives: { n: 3 } }), work('each', {}, { for_each: '$a.n', fallback: [] })];

    const { record, starts } = await runScripted(actions);

    expect(record('each')).toMatchObject({
      status: 'failed',
      error_type: 'not_a_list',
      error: 'for_each: $a.n is not a list, it is a number',
    });
    expect(starts).toEqual(['a@0']);
  });

  it('lets the other items finish under continue, and tells which failed', async () => {
    const actions = [
      work('each', { takes: '$item.t', fails: '$item.f' } as never, {
        for_each: [
          { t: 1, f: ['Bad'] },
          { t: 2, f: [] },
        ],
        ...once,
      }),
    ];

    const { record, run } = await runScripted(actions);

    expect(record('each')).toMatchObject({
      status: 'failed',
      error_type: 'Bad',
      error: '1 of 2 items failed; item 0: Bad happened',
    });
    expect(record('each').items!.map(({ status }) => status)).toEqual(['failed', 'succeeded']);
    expect(run).toMatchObject({ status: 'failed', makespan_ms: 2000 });
  });

  it('aborts the other items under stop', async () => {
    const actions = [
      work('each', { takes: '$item.t', fails: '$item.f' } as never, {
        for_each: [
          { t: 1, f: ['Bad'] },
          { t: 2, f: [] },
        ],
        ...once,
      }),
    ];

    const { record, run } = await runScripted(actions, { settings: { on_failure: 'stop' } });

    expect(record('each').items).toMatchObject([
      { status: 'failed', error_type: 'Bad' },
      { status: 'cancelled', error: 'item 0 failed; its outcome is unknown' },
    ]);
    expect(run).toMatchObject({ status: 'failed', makespan_ms: 1000 });
  });

  it('under stop does not even look at the items after the failed one', async () => {
    const actions = [work('each', { gives: '$item.x' }, { for_each: [{}, { x: 1 }, {}], writes: ['orders'] })];

    const { record } = await runScripted(actions, { settings: { on_failure: 'stop' } });

    expect(record('each').items!.map(({ status }) => status)).toEqual(['failed', 'cancelled', 'cancelled']);
    expect(record('each').error).toMatch(/^1 of 3 items failed; item 0: /);
  });

  it('runs items that write one by one', async () => {
    const { starts } = await runScripted([work('each', {}, { for_each: [1, 2, 3], writes: ['orders:{code}'] })]);

    expect(starts).toEqual(['each@0', 'each@1', 'each@2']);
  });
});

describe('retries and timeouts', () => {
  it('waits between attempts as the retry says: interval, backoff, longest delay', async () => {
    const retry = { max_attempts: 4, interval_seconds: 2, backoff_rate: 3, max_delay_seconds: 10 };

    const { starts, record } = await runScripted([work('a', { fails: ['X', 'X', 'X', 'X'] }, { retry })]);

    expect(starts).toEqual(['a@0', 'a@3', 'a@10', 'a@21', 'a@32']);
    expect(record('a')).toMatchObject({ status: 'succeeded', attempts: 5, execution_time_ms: 33_000 });
  });

  it('draws each delay from zero to its length with full jitter', async () => {
    const retry = { max_attempts: 2, interval_seconds: 4, jitter: 'full' };

    const { starts } = await runScripted([work('a', { fails: ['X', 'X'] }, { retry })], { random: () => 0.25 });

    expect(starts).toEqual(['a@0', 'a@2', 'a@5']);
  });

  it('takes the settings for actions that say nothing, and an action over the settings', async () => {
    const actions = [work('a', { fails: ['X', 'X'] }), work('b', { fails: ['X'] }, { retry: { max_attempts: 1 } })];

    const { statuses } = await runScripted(actions, { settings: { retry: { max_attempts: 0 } } });

    expect(statuses).toEqual({ a: 'failed', b: 'succeeded' });
  });

  it.each([
    ['Lambda.TooManyRequestsException', 2],
    ['Runtime.ExitError', 1],
    ['Lambda.ServiceException', 1],
    ['ToolRetryable', 1],
  ])('after %s calls a tool that is not idempotent %i times', async (error, times) => {
    const { record } = await runScripted([{ id: 'a', tool: 'fragile', input: { fails: [error] } }]);

    expect(record('a').attempts).toBe(times);
  });

  it.each(['ToolPermanent', 'Lambda.ResourceNotFoundException'])('never repeats after %s', async (error) => {
    const { record } = await runScripted([work('a', { fails: [error] })]);

    expect(record('a')).toMatchObject({ status: 'failed', attempts: 1 });
  });

  it('ends an attempt at its timeout and tries again with a new one', async () => {
    const { record, starts } = await runScripted([
      work('a', { takes: 9 }, { timeout_seconds: 2, retry: { max_attempts: 1 } }),
    ]);

    expect(starts).toEqual(['a@0', 'a@3']);
    expect(record('a')).toMatchObject({
      status: 'timeout',
      attempts: 2,
      error_type: 'timeout',
      error: 'no answer within 2 s',
    });
  });

  it('counts an answer at the very limit as in time', async () => {
    const { statuses } = await runScripted([work('a', { takes: 2 }, { timeout_seconds: 2 })], {
      settings: { timeout_seconds: 2 },
    });

    expect(statuses).toEqual({ a: 'succeeded' });
  });

  it('ends the run at its own timeout, with a record for everything', async () => {
    const actions = [work('done'), work('running', { takes: 9 }), work('waiting', {}, { depends_on: ['running'] })];

    const { run, statuses, record } = await runScripted(actions, { settings: { timeout_seconds: 5 } });

    expect(run).toMatchObject({ status: 'timed_out', makespan_ms: 5000, error: 'the run took longer than its 5 s' });
    expect(statuses).toEqual({ done: 'succeeded', running: 'cancelled', waiting: 'cancelled' });
    expect(record('running').reason).toBe('the run took longer than its 5 s; its outcome is unknown');
    expect(record('waiting').reason).toBe('the run took longer than its 5 s; it had not started');
  });
});

describe('failures', () => {
  it('under continue skips only what requires the failed action', async () => {
    const actions = [
      work('bad', { fails: ['ToolPermanent'] }),
      work('needs', {}, { depends_on: ['bad'] }),
      work('alsoNeeds', {}, { depends_on: ['needs'] }),
      work('other', { takes: 3 }),
    ];

    const { run, statuses, record } = await runScripted(actions);

    expect(statuses).toEqual({ bad: 'failed', needs: 'skipped', alsoNeeds: 'skipped', other: 'succeeded' });
    expect(run).toMatchObject({ status: 'partial', error: 'bad failed: ToolPermanent happened' });
    expect(record('alsoNeeds').reason).toBe('requires needs, which was skipped');
  });

  it('skips a chain of any length', async () => {
    const chain = Array.from({ length: 5000 }, (_, n) =>
      work(`a${n}`, {}, { depends_on: n === 0 ? [] : [`a${n - 1}`] }),
    );
    const [first, ...rest] = chain;

    const { run } = await runScripted([{ ...first!, input: { fails: ['ToolPermanent'] } }, ...rest]);

    expect(run.records.map(({ status }) => status)).toEqual(['failed', ...rest.map(() => 'skipped')]);
  });

  it('lets what only waits go on after a failure: fences and conflicts', async () => {
    const actions = [
      work('fence', { fails: ['ToolPermanent'] }, { mode: 'sync' }),
      work('first', { fails: ['ToolPermanent'] }, { writes: ['orders'] }),
      work('second', {}, { writes: ['orders'] }),
    ];

    const { starts, statuses } = await runScripted(actions);

    expect(statuses).toEqual({ fence: 'failed', first: 'failed', second: 'succeeded' });
    expect(starts).toEqual(['fence@0', 'first@1', 'second@2']);
  });

  it('under stop ends the run at the first failure and cancels the rest', async () => {
    const actions = [
      work('bad', { fails: ['ToolPermanent'] }),
      work('running', { takes: 5 }),
      work('later', {}, { depends_on: ['running'] }),
    ];

    const { run, statuses } = await runScripted(actions, { settings: { on_failure: 'stop' } });

    expect(statuses).toEqual({ bad: 'failed', running: 'cancelled', later: 'cancelled' });
    expect(run).toMatchObject({
      status: 'failed',
      makespan_ms: 1000,
      error: 'the run stopped because bad failed: ToolPermanent happened',
    });
  });

  it('names as the cause of a stopped run what stopped it, and of a timeout nothing else', async () => {
    const race = [
      work('bad', { fails: ['ToolPermanent'] }),
      work('good', { takes: 2 }),
      work('pick', {}, { join: 'any', depends_on: ['bad', 'good'] }),
    ];
    const late = work('late', { takes: 3, fails: ['Lambda.ResourceNotFoundException'] });

    const stopped = await runScripted([...race, late], { settings: { on_failure: 'stop' } });
    const timedOut = await runScripted([work('r', { fails: ['ToolPermanent'] }), work('s', { takes: 9 })], {
      settings: { timeout_seconds: 5 },
    });

    expect(stopped.run.error).toBe('the run stopped because late failed: Lambda.ResourceNotFoundException happened');
    expect(timedOut.run.error).toBe('the run took longer than its 5 s');
  });

  it('ends a run that would wait for more than a year', async () => {
    const retry = { max_attempts: 99_999_999, interval_seconds: 99_999_999 };

    const { run } = await runScripted([work('a', { fails: Array(9).fill('X') }, { retry })]);

    expect(run).toMatchObject({ status: 'timed_out', makespan_ms: 31_536_000_000 });
  });

  it('has no fallback for what nobody awaits', async () => {
    const actions = [work('a', { fails: ['ToolPermanent'] }, { mode: 'fire_and_forget', fallback: 1 })];

    const { record } = await runScripted(actions);

    expect(record('a')).toMatchObject({ status: 'failed', result: null });
  });

  it('uses the fallback when every attempt failed, and goes on with it', async () => {
    const actions = [
      work('rates', { fails: ['X', 'X'] }, { fallback: { eur: 1.1 }, retry: { max_attempts: 1 } }),
      work('price', { gives: '$rates.eur' }),
    ];

    const { run, record } = await runScripted(actions, { settings: { on_failure: 'stop' } });

    expect(run).toMatchObject({ status: 'succeeded', results: { rates: { eur: 1.1 }, price: 1.1 } });
    expect(record('rates')).toMatchObject({ status: 'fallback', success: true, attempts: 2, error_type: 'X' });
  });

  it('refuses a result that is nested without end', async () => {
    const deep = JSON.parse('['.repeat(300) + ']'.repeat(300));

    const { record } = await runScripted([work('a', { gives: '$inputs.deep' })], { inputs: { deep } });

    expect(record('a')).toMatchObject({ status: 'failed', error_type: 'result_too_deep', attempts: 1 });
  });

  it('takes the answer of a function that knows no envelope as the result, and an envelope apart', async () => {
    const envelope = { success: true, result: { n: 1 }, tool_name: 'work', execution_time_ms: 3 };
    const failure = { success: false, error: 'no such warehouse', error_type: 'unknown_warehouse', retryable: false };
    const actions = [
      work('plain', { gives: [1, 2] }),
      work('wrapped', { gives: envelope }),
      work('failed', { gives: failure }),
    ];

    const { run, record } = await runScripted(actions);

    expect(run.results).toEqual({ plain: [1, 2], wrapped: { n: 1 } });
    expect(record('failed')).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: 'no such warehouse',
      error_type: 'unknown_warehouse',
    });
  });
});

describe('join any', () => {
  const race = [
    work('slow', { takes: 9 }),
    work('quick', { takes: 2, gives: 'quick!' }),
    work('pick', { gives: { won: '$winner', slow: '$slow' } } as never, { join: 'any', depends_on: ['quick'] }),
  ];

  it('starts with the first success, and cancels candidates that nobody else needs', async () => {
    const { run, statuses, record } = await runScripted(race);

    expect(run).toMatchObject({ status: 'succeeded', makespan_ms: 3000 });
    expect(statuses).toEqual({ slow: 'cancelled', quick: 'succeeded', pick: 'succeeded' });
    expect(run.results['pick']).toEqual({ won: 'quick!', slow: null });
    expect(record('slow').reason).toBe('quick won the race for pick; its outcome is unknown');
  });

  it('cancels what only leads to a loser', async () => {
    const actions = [
      work('prepare', { takes: 5 }),
      work('slow', {}, { depends_on: ['prepare'] }),
      work('quick', { takes: 1 }),
      work('pick', {}, { join: 'any', depends_on: ['slow', 'quick'] }),
    ];

    const { statuses, run } = await runScripted(actions);

    expect(statuses).toEqual({ prepare: 'cancelled', slow: 'cancelled', quick: 'succeeded', pick: 'succeeded' });
    expect(run.status).toBe('succeeded');
  });

  it('awaits all candidates when another action needs one of them, and takes the earliest', async () => {
    const { starts, run } = await runScripted([...race, work('other', {}, { depends_on: ['slow'] })]);

    expect(starts).toEqual(['slow@0', 'quick@0', 'other@9', 'pick@9']);
    expect(run.results['pick']).toEqual({ won: 'quick!', slow: null });
  });

  it('forgives a failed candidate when another one wins, even under stop', async () => {
    const actions = [
      work('bad', { fails: ['ToolPermanent'] }),
      work('good', { takes: 3 }),
      work('pick', {}, { join: 'any', depends_on: ['bad', 'good'] }),
    ];

    const { run, statuses } = await runScripted(actions, { settings: { on_failure: 'stop' } });

    expect(statuses).toEqual({ bad: 'failed', good: 'succeeded', pick: 'succeeded' });
    expect(run.status).toBe('succeeded');
  });

  it('counts the failures when all candidates failed', async () => {
    const actions = [
      work('a', { fails: ['ToolPermanent'] }),
      work('b', { fails: ['ToolPermanent'], takes: 2 }),
      work('pick', {}, { join: 'any', depends_on: ['a', 'b'] }),
      work('rest', { takes: 9 }),
    ];

    const stopped = await runScripted(actions, { settings: { on_failure: 'stop' } });
    const went = await runScripted(actions);

    expect(stopped.run).toMatchObject({ status: 'failed', makespan_ms: 2000 });
    expect(stopped.statuses).toMatchObject({ a: 'failed', b: 'failed', rest: 'cancelled' });
    expect(went.run.status).toBe('partial');
    expect(went.record('pick').reason).toBe('requires one of a, which failed; b, which failed');
  });

  it('calls no candidate once the race is won, not even one that was waiting for the winner', async () => {
    const actions = [
      work('a', {}, { writes: ['quotes'] }),
      work('b', {}, { writes: ['quotes'] }),
      work('pick', {}, { join: 'any', depends_on: ['a', 'b'] }),
    ];

    const { starts, record } = await runScripted(actions);

    expect(starts).toEqual(['a@0', 'pick@1']);
    expect(record('b')).toMatchObject({
      status: 'cancelled',
      attempts: 0,
      reason: 'a won the race for pick; it had not started',
    });
  });

  it('gives null for every reference to a loser, however long its path', async () => {
    const actions = [
      work('quick', { gives: { n: 1 } }),
      work('slow', { takes: 9 }),
      work(
        'pick',
        {
          gives: { won: '$winner.n', lost: '$slow.n.m', text: '${slow.n}', mine: '$quick.n' },
        } as never,
        { join: 'any' },
      ),
    ];

    const { run } = await runScripted(actions);

    expect(run.results['pick']).toEqual({ won: 1, lost: null, text: 'null', mine: 1 });
  });

  it('takes the one listed first when two succeed at the same instant', async () => {
    const actions = [
      work('first', { gives: 1 }),
      work('second', { gives: 2 }),
      work('pick', { gives: '$winner' }, { join: 'any', depends_on: ['second', 'first'] }),
    ];

    const { run } = await runScripted(actions);

    expect(run.results['pick']).toBe(1);
  });
});

describe('order that is asked for', () => {
  it('runs a fence before all that is listed after it, and nothing else waits', async () => {
    const actions = [work('before', { takes: 3 }), work('fence', { takes: 2 }, { mode: 'sync' }), work('after')];

    const { starts } = await runScripted(actions);

    expect(starts).toEqual(['before@0', 'fence@0', 'after@2']);
  });

  it('accepts fire and forget without awaiting it', async () => {
    const actions = [work('notify', { takes: 60 }, { mode: 'fire_and_forget' }), work('a')];

    const { run, record } = await runScripted(actions);

    expect(run).toMatchObject({ status: 'succeeded', makespan_ms: 1000 });
    expect(record('notify')).toMatchObject({ status: 'succeeded', result: null, attempts: 1 });
  });

  it('runs one after another in listed order without parallel', async () => {
    const actions = [
      work('a', { gives: '$c' }),
      work('b', {}, { priority: 9 }),
      work('c'),
      work('d', {}, { for_each: [1, 2] }),
    ];

    const { starts } = await runScripted(actions, { settings: { parallel: false } });

    expect(starts).toEqual(['b@0', 'c@1', 'a@2', 'd@3', 'd@4']);
  });

  it('gives scarce lanes to the higher priority, then to the longer way still to go', async () => {
    const actions = [work('short'), work('long', {}, { expected_seconds: 9 }), work('urgent', {}, { priority: 1 })];

    const { starts } = await runScripted(actions, { settings: { max_parallel: 1 } });

    expect(starts).toEqual(['urgent@0', 'long@1', 'short@2']);
  });

  it('keeps to the cap of a tool, each item counting, and keeps the lane through retries', async () => {
    const actions = [
      { id: 'each', tool: 'pair', for_each: [['X'], [], []], input: { fails: '$item' }, retry: { max_attempts: 1 } },
    ];

    const { starts } = await runScripted(actions);

    expect(starts).toEqual(['each@0', 'each@0', 'each@1', 'each@2']);
  });
});

describe('while it runs', () => {
  it('tells every step as an event', async () => {
    const started = startScripted([work('a', { fails: ['X'] }), work('b', {}, { when: '1 = 2' })]);
    const types: string[] = [];

    for await (const event of started.events) types.push(describeEvent(event));

    expect(types).toEqual([
      'run_started',
      'action_started a',
      'action_skipped b',
      'progress a',
      'action_completed a',
      'run_completed',
    ]);
  });

  it('can be cancelled from outside: what runs is aborted, the rest never starts', async () => {
    const started = startScripted([work('a', { takes: 100 }), work('b', {}, { depends_on: ['a'] })]);

    for await (const event of started.events) if (event.type === 'action_started') started.cancel('the user went home');
    const run = await started.result;

    expect(run).toMatchObject({ status: 'cancelled', error: 'the user went home' });
    expect(statusesOf(run)).toEqual({ a: 'cancelled', b: 'cancelled' });
  });

  it('gives every attempt of an item the same idempotency key, and no other call', async () => {
    const actions = [work('a', { fails: '$item' } as never, { for_each: [['X'], []] }), work('b')];

    const { keys } = await runScripted(actions);

    expect(keys.toSorted()).toEqual(['run-1:a:0', 'run-1:a:0', 'run-1:a:1', 'run-1:b']);
  });

  it('skips an hour of waiting', async () => {
    const { run } = await runScripted([work('a', { takes: 3600 }, { timeout_seconds: 4000 })]);

    expect(run.makespan_ms).toBe(3_600_000);
  });
});

function describeEvent(event: RunEvent): string {
  return 'action_id' in event ? `${event.type} ${event.action_id}` : event.type;
}
