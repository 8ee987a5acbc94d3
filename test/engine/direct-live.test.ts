/** A run while it goes on: events and cancelling. On the virtual clock. */
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../lib/engine/events.ts';
import { runScripted, type Script, startScripted, statusesOf } from '../support/scripted-run.ts';

const work = (id: string, input: Script & object = {}, fields: object = {}) => ({ id, tool: 'work', input, ...fields });

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
