/** A run while it goes on, told by its history or its log as the direct engine tells it. */
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../lib/engine/events.ts';
import type { Engine } from './_fixtures/engine.ts';
import { action, eventsOf, place, planOf, type RunOptions, START } from './_fixtures/engine.ts';

const PLAN = planOf([
  action('a', { takes: 2, fails: ['retryable', 'Flaky'] }),
  action('list', { takes: '$item', fails: { 4: ['throttled'] } }, { for_each: [3, 1, 2] }),
  action('some', { fails: '$item' }, { for_each: [['retryable', 'permanent'], ['throttled']] }),
  action('b', { gives: '$a.takes' }, { when: '$a.takes = 3' }),
  action('c', {}, { depends_on: ['b'] }),
  action('bad', { gives: '$a.nothing' }),
  action('late', { takes: 9 }, { timeout_seconds: 3, retry: { max_attempts: 1, interval_seconds: 5 } }),
  action('fallen', { fails: ['permanent'] }, { fallback: 0 }),
  action('quick', { takes: 1.5 }),
  action('slow', { takes: 20, fails: ['retryable'] }),
  action('unbegun', {}, { depends_on: ['slow'] }),
  action('either', { gives: ['$quick', '$unbegun'] }, { join: 'any' }),
  action('sent', {}, { mode: 'fire_and_forget' }),
]);

async function told(engine: Engine, options: RunOptions = {}): Promise<RunEvent[]> {
  const started = place().start(engine, PLAN, { runId: 'run-1', ...options });
  const events = await eventsOf(started);
  expect(events.at(-1)).toMatchObject({ type: 'run_completed', run: await started.result });
  return events;
}

/**
 * Without their numbers, and in one order where times are equal. That a call is tried again a history tells only when that happens.
 */
function comparable(events: readonly RunEvent[]): unknown[] {
  const plain = events
    .slice(0, -1)
    .map(({ sequence: _, time, ...rest }) => ({ time: 'attempt' in rest ? '' : time, ...rest }))
    .map((event) => ({ key: `${event.time} ${JSON.stringify(event)}`, event }));
  return plain.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ event }) => event);
}

describe.each(['standard', 'logged'] as const)('the events of a run on %s', (engine) => {
  it('are those of the direct engine, at the same times', async () => {
    const [direct, events] = await Promise.all([told('direct'), told(engine)]);

    expect(comparable(events)).toEqual(comparable(direct));
  });

  it('are numbered, and none is earlier than the one before', async () => {
    const events = await told(engine);

    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    const times = events.slice(0, -1).map(({ time }) => time);
    expect(times).toEqual(times.toSorted());
  });

  it('tell each action once as begun and once as ended', async () => {
    const events = await told(engine);

    const ofAction = (id: string) => events.filter((event) => 'action_id' in event && event.action_id === id);
    for (const id of ['a', 'list', 'late']) {
      const types = ofAction(id).map(({ type }) => type);
      expect(types.filter((type) => type === 'action_started')).toHaveLength(1);
      expect(types.filter((type) => type === 'action_completed' || type === 'action_failed')).toHaveLength(1);
    }
  });
});

it('a Standard run is told while it goes on', async () => {
  const { clock, start } = place();
  const started = start(
    'standard',
    planOf([action('a', { takes: 10 }), action('b', { takes: 10, gives: '$a.takes' })]),
  );
  const heard: [string, number][] = [];

  for await (const event of started.events) {
    if ('action_id' in event) heard.push([`${event.type} ${event.action_id}`, (clock.now() - START) / 1000]);
  }

  expect(heard.map(([what]) => what)).toEqual([
    ...['action_started a', 'action_completed a', 'action_started b', 'action_completed b'],
  ]);
  const seconds = heard.map(([, at]) => at);
  expect(seconds[0]).toBeLessThanOrEqual(1);
  expect(seconds[1]).toBeLessThanOrEqual(11);
});

it('an Express run without a log is told when it has ended', async () => {
  const events = await told('express');
  const direct = await told('direct');

  const ends = (list: readonly RunEvent[]) =>
    list.filter((event) => 'record' in event && event.record.status !== 'cancelled');
  expect(comparable([...ends(events), events.at(-1)!])).toEqual(comparable([...ends(direct), direct.at(-1)!]));
  expect(events.filter(({ type }) => type === 'action_started' || type === 'progress')).toEqual([]);
});
