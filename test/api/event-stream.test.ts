/** A stream of events on its own: signs of life while nothing happens, and its end when the client goes. */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eventStream } from '../../lib/api/http/event-stream.ts';
import type { Clock } from '../../lib/core/clock.ts';
import type { StoredEvent } from '../../lib/engine/runs/stored-event.ts';

const started: StoredEvent = {
  time: '2026-03-04T05:06:07.000Z',
  run_id: 'r',
  sequence: 1,
  type: 'run_started',
  name: 'line\nbreak',
  actions: [],
};

/** A clock on which so many waits end, and all others never do. */
function clockWith(waits: number): Clock & { asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    now: () => 0,
    sleep: (ms) => {
      asked.push(ms);
      return asked.length <= waits ? Promise.resolve() : new Promise(() => {});
    },
  };
}

/** Events that are told one by one. */
function source() {
  const next = Promise.withResolvers<StoredEvent | undefined>();
  let isReturned = false;
  async function* events(): AsyncGenerator<StoredEvent> {
    try {
      const event = await next.promise;
      if (event !== undefined) yield event;
    } finally {
      isReturned = true;
    }
  }
  return { events: events(), tell: next.resolve, isReturned: () => isReturned };
}

describe('a stream of events', () => {
  it('gives a sign of life while nothing happens', async () => {
    const clock = clockWith(2);
    const { events, tell } = source();
    const response = eventStream(events, { closed: new AbortController(), clock, heartbeatSeconds: 15 });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const chunks = [await reader.read(), await reader.read(), await reader.read()].map(({ value }) => value);

    tell(started);
    const event = await reader.read();
    const end = await reader.read();

    expect(chunks).toEqual(['retry: 2000\n\n', ': the run goes on\n\n', ': the run goes on\n\n']);
    expect(clock.asked[0]).toBe(15_000);
    expect(event.value).toBe(`id: 1\nevent: run_started\ndata: ${JSON.stringify(started)}\n\n`);
    expect(end.done).toBe(true);
  });

  it('lets go of the run when the client goes', async () => {
    const closed = new AbortController();
    const { events, tell, isReturned } = source();
    const response = eventStream(events, { closed, clock: clockWith(0), heartbeatSeconds: 15 });
    const reader = response.body!.getReader();
    await reader.read();
    const waiting = reader.read();
    await setImmediate(); // it waits for the next event now

    const cancelled = reader.cancel();
    tell(undefined);
    await Promise.all([cancelled, waiting]);

    expect(closed.signal.aborted).toBe(true);
    expect(isReturned()).toBe(true);
  });
});
