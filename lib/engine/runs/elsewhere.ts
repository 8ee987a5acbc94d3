/** Runs that another process has under way, or had when it ended. */
import { preparePlan } from '../../compiler/prepare.ts';
import type { Clock } from '../../core/clock.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import type { RunRecord } from '../records.ts';
import type { RunStore } from '../run-store/run-store.ts';
import type { Engines } from './engines.ts';
import type { ExecutionView } from './execution-view.ts';
import { lostRecord, runningRecord } from './partial-record.ts';
import { eventsOfAttempt, merged, type StoredEvent } from './stored-event.ts';
import type { StoredRun } from './stored-run.ts';
import { summaryOf } from './summary.ts';

export interface ElsewhereOptions {
  store: RunStore;
  engines: Engines;
  tools: ToolRegistry;
  clock: Clock;
}

const LOST = 'the process that had the run under way ended without ending it';

export class Elsewhere {
  readonly #options: ElsewhereOptions;

  constructor(options: ElsewhereOptions) {
    this.#options = options;
  }

  /**
   * The run as it is now. When it is seen to have ended, or is lost, its end is written. `lostFor` says why it is, if its process is
   * known to be gone; else it is when its lease is over.
   */
  async run(stored: StoredRun, lostFor?: string): Promise<RunRecord> {
    const { store, clock } = this.#options;
    const written = await store.events(stored.summary.run_id);
    const view = await this.#view(stored, written);
    if (view?.record !== undefined) return this.#end(stored, view.record, written, view.events);

    const goesOn = view !== undefined && !view.isBrokenOff;
    const isLost = view?.isBrokenOff || lostFor !== undefined || stored.lease.until < clock.now();
    if (!goesOn && isLost) return this.#endLost(stored, written, view?.events ?? [], lostFor ?? LOST);
    const events = eventsOfAttempt(merged(written, view?.events ?? []), stored.attempt);
    return runningRecord({ ...stored, previous: stored.record, events }, clock.now());
  }

  /** Events with larger numbers than `after`: those that are written, and those that the execution tells. */
  async events(stored: StoredRun, after: number): Promise<StoredEvent[]> {
    const { store } = this.#options;
    const { run_id: runId, status, engine } = stored.summary;
    if (status !== 'running' || engine !== 'standard') return store.events(runId, after);
    const written = await store.events(runId);
    const view = await this.#view(stored, written);
    return merged(written, view?.events ?? []).filter(({ sequence }) => sequence > after);
  }

  async #view(stored: StoredRun, written: readonly StoredEvent[]): Promise<ExecutionView | undefined> {
    if (stored.summary.engine !== 'standard') return undefined;
    const { engines, tools } = this.#options;
    return engines.view(preparePlan(stored.source.plan, tools), stored, written);
  }

  async #endLost(
    stored: StoredRun,
    written: readonly StoredEvent[],
    unwritten: readonly StoredEvent[],
    reason: string,
  ): Promise<RunRecord> {
    const events = merged(written, unwritten);
    const ofAttempt = eventsOfAttempt(events, stored.attempt);
    const now = this.#options.clock.now();
    const record = lostRecord({ ...stored, previous: stored.record, events: ofAttempt }, reason, now);
    const told = new Set(ofAttempt.flatMap((event) => ('record' in event ? [event.record.id] : [])));
    const cancelled = record.records.filter(({ id, status }) => status === 'cancelled' && !told.has(id));
    const before = events.at(-1)?.sequence ?? 0;
    const ends: StoredEvent[] = cancelled.map((one, index) => ({
      time: new Date(now).toISOString(),
      run_id: stored.summary.run_id,
      sequence: before + index + 1,
      type: 'action_failed',
      action_id: one.id,
      record: one,
    }));
    return this.#end(stored, record, written, [...unwritten, ...ends]);
  }

  /** Whoever comes first writes it. */
  async #end(
    { summary, attempt }: StoredRun,
    record: RunRecord,
    written: readonly StoredEvent[],
    unwritten: readonly StoredEvent[],
  ): Promise<RunRecord> {
    const { store, clock } = this.#options;
    const runId = summary.run_id;
    const last = unwritten.at(-1) ?? written.at(-1);
    const end: StoredEvent = {
      time: record.finished_at ?? new Date(clock.now()).toISOString(),
      run_id: runId,
      sequence: (last?.sequence ?? 0) + 1,
      type: 'run_completed',
      run: summaryOf(record),
    };
    if (await store.finish(runId, { attempt, record, events: [...unwritten, end] })) return record;
    return (await store.get(runId))?.record ?? record;
  }
}
