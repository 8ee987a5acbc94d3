/** The records of a run: the same whichever engine ran the plan. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/core/json.ts';
import type { RunRecord } from '../../../lib/engine/records.ts';
import { action, ENGINES, type Engine, place, planOf, recordOf } from './_fixtures/engine.ts';

const RICH = planOf(
  [
    action('first', { gives: { list: [{ n: 1 }, { n: 2 }, { n: 3 }], name: 'x' } }),
    action('tried', { takes: 0.5, fails: ['retryable', 'Flaky'] }),
    action('each', { gives: '$item' }, { for_each: '$first.list' }),
    action('some', { fails: '$item', gives: 1 }, { for_each: [[], ['permanent'], ['retryable']] }),
    action('empty', {}, { for_each: [] }),
    action('text', { gives: 'a ${first.name} of ${each[1].n}' }),
    action('total', { gives: '{% $sum($each.n) + $count($first.list) %}' }),
    action('unless', {}, { when: '$count($first.list) > 7' }),
    action('after', {}, { depends_on: ['unless'] }),
    action('broken', { gives: '$first.nothing' }),
    action('raises', { gives: '{% 1 + $first.name %}' }),
    action('badCondition', {}, { when: '$first.name + 1 > 2' }),
    action('notList', {}, { for_each: '$first.name' }),
    action('fallen', { fails: ['permanent'] }, { fallback: { instead: [1] } }),
    action('late', { takes: 30 }, { timeout_seconds: 2, retry: { max_attempts: 1 } }),
    action('sent', {}, { mode: 'fire_and_forget' }),
    action('gone', {}, { tool: 'missing' }),
    action('oneTry', { fails: ['throttled', 'Crash'] }, { tool: 'fragile' }),
    action('returned', { fails: ['returned', 'returned'], says: 'that was not to be' }, { tool: 'fragile' }),
  ],
  { name: 'rich' },
);

const RACE = planOf([
  action('quick', { takes: 2, gives: 'quick' }),
  action('slow', { takes: 20, gives: 'slow' }),
  action('never', {}, { depends_on: ['slow'] }),
  action('either', { gives: ['$winner', '$quick', '$never'] }, { join: 'any' }),
]);

describe('the records of a run', () => {
  it('are the same on every engine, for a plan of everything', async () => {
    const runs = await Promise.all(ENGINES.map((engine) => place().run(engine, RICH, { runId: 'run-1' })));

    const [direct, ...others] = runs.map(({ engine: _, ...run }) => run);
    for (const other of others) expect(other).toEqual(direct);
    expect(runs.map(({ engine }) => engine)).toEqual(['direct', 'express', 'express', 'standard']);
  });

  it('tell of the losers of a race as much as the history does', async () => {
    const [direct, express, logged, standard] = await Promise.all(ENGINES.map((engine) => place().run(engine, RACE)));

    for (const run of [logged!, standard!]) expect(run.records).toEqual(direct!.records);
    expect(recordOf(standard!, 'slow')).toMatchObject({ attempts: 1, execution_time_ms: 2000 });
    expect(express!.results).toEqual(direct!.results);
    expect(recordOf(express!, 'slow')).toMatchObject({
      status: 'cancelled',
      reason: 'quick won the race for either; its outcome is unknown',
      started_at: null,
    });
  });

  it('have the answer of a function as it came', async () => {
    const answers: Json[] = [null, [], false, 0, '', [null], [[1]], 'text', { success: 'yes' }, { success: true }, {}];
    const plan = planOf([
      action('all', { answers: '$item' }, { for_each: answers }),
      ...answers.map((_, index) => action(`a${index}`, { answers: `$inputs.answers[${index}]` })),
      action('next', { gives: answers.map((_, index) => `$a${index}`) }),
    ]);
    const results = answers.map((answer, index) => (index === 9 ? null : answer));

    for (const run of await onAll(plan, { answers })) {
      expect(run.status).toBe('succeeded');
      expect(run.results).toMatchObject({ all: results, next: results });
      expect(answers.map((_, index) => run.results[`a${index}`])).toEqual(results);
    }
  });

  it('keep 200,000 characters and every digit', async () => {
    const long = { text: 'ä'.repeat(100_000), n: 0.1 + 0.2, big: 2 ** 60 };
    const plan = planOf([action('a', { gives: '$inputs.long' }), action('b', { gives: '$a.text' })]);
    const runs = await Promise.all(
      ENGINES.map((engine) => place().run(engine, planOf([action('a', { gives: long })]))),
    );

    for (const run of runs) expect(run.results['a']).toEqual(long);
    const [, , , standard] = await onAll(plan, { long: { text: 'x'.repeat(60_000) } });
    expect(standard!.results['b']).toHaveLength(60_000);
  });

  it('keep 15 digits of the numbers that go through a race, in later actions', async () => {
    const plan = planOf([
      action('a', { gives: 0.1 + 0.2 }),
      action('b', { takes: 5 }),
      action('both', { gives: '$winner' }, { join: 'any', depends_on: ['a', 'b'] }),
    ]);

    const [direct, , , standard] = await onAll(plan);

    expect(direct!.results['both']).toBe(0.1 + 0.2);
    expect(standard!.results).toEqual({ a: 0.1 + 0.2, both: 0.3 });
  });

  it('say which candidate was too long to win', async () => {
    const plan = planOf([
      action('long', { gives: 'x'.repeat(40_000) }),
      action('short', { takes: 5, gives: 'short' }),
      action('both', { gives: '$winner' }, { join: 'any', depends_on: ['long', 'short'] }),
    ]);

    const [, express, logged, standard] = await onAll(plan);

    for (const run of [express!, logged!, standard!]) expect(run.results).toEqual({ short: 'short', both: 'short' });
    for (const run of [logged!, standard!]) {
      expect(recordOf(run, 'long')).toMatchObject({ status: 'failed', error_type: 'result_too_large' });
      expect(recordOf(run, 'long').error).toContain('32,768 characters');
    }
    expect(recordOf(express!, 'long')).toMatchObject({ status: 'cancelled', error: null });
  });

  it('say that all candidates were too long, if nobody wins', async () => {
    const plan = planOf([
      action('long', { gives: 'x'.repeat(40_000) }),
      action('both', {}, { join: 'any', depends_on: ['long'] }),
    ]);

    const [direct, ...others] = await onAll(plan);

    expect(direct!.status).toBe('succeeded');
    for (const run of others) {
      expect(recordOf(run, 'long')).toMatchObject({ status: 'failed', error_type: 'result_too_large' });
      expect(recordOf(run, 'both')).toMatchObject({ status: 'skipped' });
    }
  });

  it.each(['continue', 'stop'])(
    'tell of a failure that was returned instead of thrown, under %s',
    async (onFailure) => {
      const told = { fails: ['returned', 'returned'], says: 'no such thing' };
      const alone = planOf([action('a', told, { tool: 'fragile' }), action('b', { takes: 9 })], {
        on_failure: onFailure,
      });
      const inList = planOf([action('a', told, { tool: 'fragile', for_each: [1] })], { on_failure: onFailure });
      const inRace = planOf(
        [
          action('a', told, { tool: 'fragile' }),
          action('b', { takes: 2 }),
          action('both', { gives: '$winner.takes' }, { join: 'any', depends_on: ['a', 'b'] }),
        ],
        { on_failure: onFailure },
      );

      for (const plan of [alone, inList, inRace]) {
        const [direct, , logged, standard] = await onAll(plan);

        for (const run of [logged!, standard!]) {
          expect(run.records).toEqual(direct!.records);
          expect([run.status, run.error]).toEqual([direct!.status, direct!.error]);
        }
        expect(recordOf(direct!, 'a')).toMatchObject({ status: 'failed', error_type: 'returned_error' });
      }
    },
  );

  it('have the whole message of an error, however long its trace; Express has what is left of its cause', async () => {
    const plan = planOf([
      action('a', { fails: ['Crash'], says: 'm"\\ß'.repeat(100), trace: 30_000 }, { tool: 'fragile' }),
    ]);
    const longer = planOf([action('a', { fails: ['Crash'], says: 'x'.repeat(20_000) }, { tool: 'fragile' })]);

    for (const run of await onAll(plan)) expect(recordOf(run, 'a').error).toBe('m"\\ß'.repeat(100));
    const [direct, express, , standard] = await onAll(longer);
    expect(recordOf(standard!, 'a')).toEqual(recordOf(direct!, 'a'));
    expect(recordOf(express!, 'a').error).toMatch(/^x{4000,4096}$/);
  });

  it('have the idempotency keys and names that the run says', async () => {
    const plan = planOf([action('a', {}, { for_each: [1, 2] }), action('b', { fails: ['retryable'] })]);

    for (const engine of ENGINES) {
      const { functions, run } = place();
      await run(engine, plan, { runId: 'run-7' });

      expect(functions.invoked.map(({ key }) => key).sort()).toEqual(['run-7:a:0', 'run-7:a:1', 'run-7:b', 'run-7:b']);
    }
  });

  it('have a name for what is called like a function or a variable elsewhere', async () => {
    const names = [
      'map',
      'p',
      'b',
      'joined1',
      'error',
      'constructor',
      'r',
      't',
      'millis',
      'toString',
      'End',
      'valueOf',
    ];
    const plan = planOf([
      ...names.map((id) => action(id, { gives: id })),
      action('all', { gives: `{% [${names.map((id) => `$${id}`).join(', ')}] %}` }),
    ]);

    for (const run of await onAll(plan)) expect(run.results['all']).toEqual(names);
  });
});

function onAll(plan: Parameters<ReturnType<typeof place>['run']>[1], inputs = {}): Promise<RunRecord[]> {
  return Promise.all(ENGINES.map((engine: Engine) => place().run(engine, plan, { runId: 'run-1', inputs })));
}
