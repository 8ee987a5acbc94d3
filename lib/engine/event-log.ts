/** The events of one run in order. Every reader gets all of them from the first, however late it begins to read. */
import type { Clock } from '../core/clock.ts';
import type { RunEvent, RunEventBody } from './events.ts';

export class EventLog implements AsyncIterable<RunEvent> {
  readonly #events: RunEvent[] = [];
  readonly #runId: string;
  readonly #clock: Clock;
  #closed = false;
  #changed = Promise.withResolvers<void>();

  constructor(runId: string, clock: Clock) {
    this.#runId = runId;
    this.#clock = clock;
  }

  /** `at`, in milliseconds since the epoch, is for what is heard of only later. */
  emit(body: RunEventBody, at = this.#clock.now()): void {
    const time = new Date(at).toISOString();
    this.#events.push({ time, run_id: this.#runId, sequence: this.#events.length + 1, ...body });
    this.#wakeReaders();
  }

  /** No event follows. */
  close(): void {
    this.#closed = true;
    this.#wakeReaders();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<RunEvent> {
    for (let next = 0; ; ) {
      while (next < this.#events.length) yield this.#events[next++]!;
      if (this.#closed) return;
      await this.#changed.promise;
    }
  }

  #wakeReaders(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
