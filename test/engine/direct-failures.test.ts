/** What becomes of calls that fail: retries, timeouts, policies, fallbacks. On the virtual clock. */
import { describe, expect, it } from 'vitest';
import { runScripted, type Script } from '../support/scripted-run.ts';

const work = (id: string, input: Script & object = {}, fields: object = {}) => ({ id, tool: 'work', input, ...fields });

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
