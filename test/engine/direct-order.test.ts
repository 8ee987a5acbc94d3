/** Order beyond references: races, fences, lanes. On the virtual clock. */
import { describe, expect, it } from 'vitest';
import { runScripted, type Script } from '../support/scripted-run.ts';

const work = (id: string, input: Script & object = {}, fields: object = {}) => ({ id, tool: 'work', input, ...fields });

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
