/** The events of a run that is under way in this process: numbered, read live, and taken from here to be written. */
import type { StoredEvent, UnnumberedEvent } from './stored-event.ts';

export class Journal {
  readonly #events: StoredEvent[] = [];
  /** The number of the event before the first that is here. */
  readonly #before: number;
  #taken = 0;
  #closed = false;
  #changed = Promise.withResolvers<void>();

  /** `before`: how many events earlier attempts of the run have. */
  constructor(before = 0) {
    this.#before = before;
  }

  /** Bytes are not counted: it is about how often to write. */
  get untaken(): number {
    return this.#events.length - this.#taken;
  }

  add(event: UnnumberedEvent): void {
    const { time, run_id, ...rest } = event;
    const sequence = this.#before + this.#events.length + 1;
    this.#events.push({ time, run_id, sequence, ...rest } as StoredEvent);
    this.#wakeReaders();
  }

  /** No event follows. */
  close(): void {
    this.#closed = true;
    this.#wakeReaders();
  }

  /** Those that nobody has taken yet. */
  take(): StoredEvent[] {
    const taken = this.#events.slice(this.#taken);
    this.#taken = this.#events.length;
    return taken;
  }

  /** Events with larger numbers than `after` that are here now. */
  since(after: number): StoredEvent[] {
    return this.#events.slice(Math.max(0, after - this.#before));
  }

  /** Resolves when there are more events than when it was called, or none will follow. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  #wakeReaders(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
