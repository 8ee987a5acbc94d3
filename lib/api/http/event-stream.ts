/** Events over HTTP as they come: https://html.spec.whatwg.org/multipage/server-sent-events.html */
import type { Clock } from '../../core/clock.ts';
import type { StoredEvent } from '../../engine/runs/stored-event.ts';

export interface EventStreamOptions {
  /** Aborted when the client has gone. */
  closed: AbortController;
  clock: Clock;
  /** A comment is sent after so many seconds without an event: connections that are silent are cut by what is in between. */
  heartbeatSeconds: number;
}

/** Milliseconds after which a client that was cut off comes back. */
const RETRY_MS = 2_000;

export function eventStream(events: AsyncIterable<StoredEvent>, options: EventStreamOptions): Response {
  const { closed } = options;
  const texts = textsOf(events, options);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await texts.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (thrown) {
        controller.error(thrown);
      }
    },
    async cancel() {
      closed.abort();
      await texts.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies that gather a response before they pass it on are asked not to.
      'x-accel-buffering': 'no',
    },
  });
}

async function* textsOf(
  events: AsyncIterable<StoredEvent>,
  { closed, clock, heartbeatSeconds }: EventStreamOptions,
): AsyncGenerator<string, void, undefined> {
  yield `retry: ${RETRY_MS}\n\n`;
  const iterator = events[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    while (!closed.signal.aborted) {
      const timer = new AbortController();
      const silence = clock.sleep(heartbeatSeconds * 1000, timer.signal).then(() => 'silence' as const);
      silence.catch(() => {}); // ended by the event
      const first = await Promise.race([next, silence]).finally(() => timer.abort());
      if (first === 'silence') {
        yield ': the run goes on\n\n';
        continue;
      }
      if (first.done) return;
      yield textOf(first.value);
      next = iterator.next();
    }
  } finally {
    closed.abort();
    void iterator.return?.();
  }
}

/** JSON has no line breaks of its own, so that an event is one line of data. */
function textOf(event: StoredEvent): string {
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
