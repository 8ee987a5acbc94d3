/** A run that is under way in this process, from its engine to its end in the store. */
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { RunRecord } from '../records.ts';
import type { RunStore } from '../run-store/run-store.ts';
import type { StartedRun } from '../started-run.ts';
import { Journal } from './journal.ts';
import { type PartialRun, refusedRecord, runningRecord } from './partial-record.ts';
import type { StoredEvent, UnnumberedEvent } from './stored-event.ts';
import { summaryOf } from './summary.ts';

/** Events wait so long for others to be written with them. What a process loses when it is killed is at most this much. */
const WRITE_AFTER_MS = 1_000;
/** More of them are written at once. */
const MAX_UNWRITTEN = 100;
/** Waits between tries to write the end of a run. */
const FINISH_WAITS_MS = [100, 500, 2_000, 5_000, 10_000];

export interface ActiveRunOptions {
  run: Omit<PartialRun, 'events'>;
  attempt: number;
  /** Events of the attempts before. */
  eventsBefore: number;
  store: RunStore;
  clock: Clock;
  /** Starts it; `instead` says what to do when its engine fails, undefined if there is nothing. */
  start(): StartedRun;
  instead(fault: unknown): StartedRun | undefined;
}

export class ActiveRun {
  readonly journal: Journal;
  readonly attempt: number;
  /** Resolves when its engine is seen to have begun it, or it has ended: the request for it has gone through. */
  readonly begun: Promise<void>;
  /** The record, once it is in the store. Rejects when it could not be written. */
  readonly done: Promise<RunRecord>;
  readonly #options: ActiveRunOptions;
  readonly #over = new AbortController();
  #started: StartedRun | undefined;
  #cancelled: string | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isTimed = false;
  readonly #begin = Promise.withResolvers<void>();

  constructor(options: ActiveRunOptions) {
    this.#options = options;
    this.attempt = options.attempt;
    this.journal = new Journal(options.eventsBefore);
    this.begun = this.#begin.promise;
    this.done = this.#run();
    this.done.catch(() => {}); // told to whoever waits for it
  }

  get runId(): string {
    return this.#options.run.summary.run_id;
  }

  /** As it was chosen: the functions may have been called directly after all. */
  get engine(): RunRecord['engine'] {
    return this.#options.run.summary.engine;
  }

  cancel(reason: string): void {
    this.#cancelled ??= reason;
    this.#started?.cancel(reason);
  }

  /** As it is now. */
  snapshot(): RunRecord {
    const { run, clock } = this.#options;
    return runningRecord({ ...run, events: this.journal.since(0) }, clock.now());
  }

  async #run(): Promise<RunRecord> {
    const { store, clock, attempt } = this.#options;
    try {
      const record = await this.#runOnEngine();
      this.journal.add({
        type: 'run_completed',
        time: new Date(clock.now()).toISOString(),
        run_id: this.runId,
        run: summaryOf(record),
      });
      await this.#writing;
      const events = this.journal.take();
      await this.#patiently(() => store.finish(this.runId, { attempt, record, events }));
      return record;
    } finally {
      this.#over.abort();
      this.journal.close();
      this.#begin.resolve();
    }
  }

  async #runOnEngine(): Promise<RunRecord> {
    try {
      return await this.#follow(() => this.#options.start());
    } catch (fault) {
      const other = this.#cancelled === undefined ? this.#options.instead(fault) : undefined;
      if (other === undefined) return this.#refused(fault);
      return this.#follow(() => other).catch((second) => this.#refused(second));
    }
  }

  #refused(fault: unknown): RunRecord {
    const { run, clock } = this.#options;
    return refusedRecord({ ...run, events: this.journal.since(0) }, messageOf(fault), clock.now());
  }

  async #follow(start: () => StartedRun): Promise<RunRecord> {
    this.#started = start();
    if (this.#cancelled !== undefined) this.#started.cancel(this.#cancelled);
    const { events, result } = this.#started;
    result.catch(() => {}); // awaited when its events are through
    for await (const event of events) {
      // Its end is told when it is in the store; a second engine does not start the run again.
      if (event.type === 'run_completed' || (event.type === 'run_started' && this.#hasStarted())) continue;
      const { sequence: _, ...unnumbered } = event;
      this.journal.add(unnumbered as UnnumberedEvent);
      if (event.type !== 'run_started') this.#begin.resolve();
      this.#writeSoon();
    }
    return result;
  }

  #hasStarted(): boolean {
    return this.journal.since(0).length > 0;
  }

  #writeSoon(): void {
    if (this.journal.untaken >= MAX_UNWRITTEN) return this.#write();
    if (this.#isTimed) return;
    this.#isTimed = true;
    this.#options.clock
      .sleep(WRITE_AFTER_MS, this.#over.signal)
      .then(() => {
        this.#isTimed = false;
        this.#write();
      })
      .catch(() => {}); // the run is over, and its end takes the rest along
  }

  #write(): void {
    const events: StoredEvent[] = this.journal.take();
    if (events.length === 0) return;
    const write = () => this.#patiently(() => this.#options.store.addEvents(this.runId, events));
    // What cannot be written costs nothing but these events: the record of the run holds what became of it.
    this.#writing = this.#writing.then(write).catch(() => {});
  }

  async #patiently(write: () => Promise<unknown>): Promise<void> {
    for (const waitMs of FINISH_WAITS_MS) {
      try {
        await write();
        return;
      } catch {
        await this.#options.clock.sleep(waitMs);
      }
    }
    await write();
  }
}
