/** Runs from their request to their end: chosen an engine, written, started, followed, stopped and taken up again. */
import { randomUUID } from 'node:crypto';
import { analysePlan } from '../../analysis/analyse.ts';
import type { Engine } from '../../analysis/engine-choice.ts';
import { type PreparedPlan, preparePlan } from '../../compiler/prepare.ts';
import { type Clock, realClock } from '../../core/clock.ts';
import { StepweaveError } from '../../core/errors.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import type { RunRecord } from '../records.ts';
import { continuationOf } from '../resume.ts';
import type { Listing, ListingPage } from '../run-store/listing.ts';
import type { RunStore } from '../run-store/run-store.ts';
import { ActiveRun } from './active-run.ts';
import { Elsewhere } from './elsewhere.ts';
import { engineFor } from './engine-for.ts';
import type { Engines } from './engines.ts';
import { reasonToRunDirectly } from './fallback.ts';
import { followEvents } from './follow.ts';
import { requestHash, runIdFor } from './request.ts';
import type { RunDetails, RunRequest, RunServiceOptions } from './run-request.ts';
import { merged, type StoredEvent } from './stored-event.ts';
import type { Lease, RunSource } from './stored-run.ts';
import type { RunSummary } from './summary.ts';

const DEFAULT_MAX_ACTIVE = 1_000;
/** A Standard execution may take a year, but no process follows one for so long: it is looked at again when somebody asks. */
const DEFAULT_LEASE_MS = 24 * 3_600_000;
/** An execution that was stopped is seen to have ended within this. */
const STOP_WAIT_MS = 5_000;
const DEFAULT_POLL_MS = 1_000;

export class RunService {
  readonly tools: ToolRegistry;
  readonly clock: Clock;
  readonly #store: RunStore;
  readonly #engines: Engines;
  readonly #elsewhere: Elsewhere;
  readonly #maxActive: number;
  readonly #leaseMs: number;
  readonly #pollMs: number;
  readonly #background: boolean;
  /** Of this process. */
  readonly #owner = randomUUID();
  readonly #active = new Map<string, ActiveRun>();
  #closing: string | undefined;

  constructor(options: RunServiceOptions) {
    this.#store = options.store;
    this.#engines = options.engines;
    this.tools = options.tools;
    this.clock = options.clock ?? realClock;
    this.#elsewhere = new Elsewhere({ ...options, clock: this.clock });
    this.#maxActive = options.maxActive ?? DEFAULT_MAX_ACTIVE;
    this.#leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
    this.#background = options.background ?? true;
    this.#pollMs = options.pollMs ?? DEFAULT_POLL_MS;
  }

  /** What the names of machines begin with. */
  get machinePrefix(): string {
    return this.#engines.machinePrefix;
  }

  /** How many runs this process has under way. */
  get active(): number {
    return this.#active.size;
  }

  /**
   * Starts a run; resolves when it is written, with its id. Throws an `IssuesError` for a plan that cannot be run, and a
   * {@link StepweaveError} `idempotency_conflict`, `too_many_runs` or `stopping`.
   */
  async start(request: RunRequest): Promise<{ runId: string; isNew: boolean }> {
    const { caller, plan: document, inputs, engine: asked, toolCalls, warnings = [] } = request;
    const plan = preparePlan(document, this.tools);
    const engine = engineFor(plan, request, this.#background);
    const machine = this.#engines.machineOf(plan, engine, inputs);
    const runId = runIdFor(caller, request.idempotencyKey);
    const callIds = toolCalls === undefined ? null : { ...toolCalls.callIds };
    const hash = requestHash({ plan: document, inputs, engine: asked ?? null, callIds });
    if (request.idempotencyKey !== undefined && (await this.#isThere(runId, hash))) return { runId, isNew: false };

    this.#checkRoom();
    const analysis = analysePlan(plan, { ...(asked && { engine: asked }), inputs });
    const source = { plan: document, inputs, analysis, ...(toolCalls && { toolCalls }) };
    const startedAt = this.clock.now();
    const allWarnings = [...warnings, ...plan.warnings];
    const isNew = await this.#store.create({
      runId,
      caller,
      requestHash: hash,
      name: plan.name,
      engine,
      machine,
      actions: plan.actions.length,
      startedAt,
      source,
      warnings: allWarnings,
      lease: this.#lease(),
    });
    if (!isNew) {
      await this.#isThere(runId, hash);
      return { runId, isNew };
    }
    const summary: RunSummary = {
      run_id: runId,
      name: plan.name,
      status: 'running',
      engine,
      started_at: new Date(startedAt).toISOString(),
      finished_at: null,
      makespan_ms: 0,
      actions: plan.actions.length,
      error: null,
    };
    // Who insists on an engine gets no other.
    const mayRunDirectly = (asked ?? plan.settings.engine) === 'auto';
    const first = { attempt: 0, eventsBefore: 0, previous: undefined };
    const active = this.#launch(plan, { summary, source, warnings: allWarnings, mayRunDirectly, ...first });
    if (!this.#background) await active.begun;
    return { runId, isNew };
  }

  /** The run as it is now; undefined when there is none. */
  async get(runId: string): Promise<RunDetails | undefined> {
    const stored = await this.#store.get(runId);
    if (stored === undefined) return undefined;
    const { source } = stored;
    if (stored.summary.status !== 'running') return { run: stored.record!, source };
    const active = this.#active.get(runId);
    return { run: active?.snapshot() ?? (await this.#elsewhere.run(stored)), source };
  }

  /** The run when it has ended, or as it is after `ms`. */
  async wait(runId: string, ms: number): Promise<RunRecord | undefined> {
    const over = new AbortController();
    const timeUp = this.clock.sleep(ms, over.signal).then(
      () => undefined,
      () => undefined,
    );
    try {
      const active = this.#active.get(runId);
      if (active !== undefined) {
        // Nobody else could end it.
        if (!this.#background && active.engine !== 'standard') return await active.done;
        const record = await Promise.race([active.done, timeUp]);
        return record ?? active.snapshot();
      }
      for (;;) {
        const details = await this.get(runId);
        if (details === undefined || details.run.status !== 'running') return details?.run;
        const next = this.clock.sleep(this.#pollMs, over.signal).then(() => true);
        next.catch(() => {}); // when the time is up
        if ((await Promise.race([next, timeUp])) === undefined) return details.run;
      }
    } finally {
      over.abort();
    }
  }

  list(listing: Listing): Promise<ListingPage> {
    return this.#store.list(listing);
  }

  /**
   * The events of a run with larger numbers than `after`: those that are there, then each as it comes, to the end of the
   * run. Undefined when there is no such run.
   */
  async events(runId: string, after: number, signal: AbortSignal): Promise<AsyncIterable<StoredEvent> | undefined> {
    if ((await this.#store.get(runId)) === undefined) return undefined;
    const followed = {
      journal: () => this.#active.get(runId)?.journal,
      events: (last: number) => this.#eventsNow(runId, last),
      mayGoOn: (last: number) => this.#mayGoOn(runId, last),
    };
    return followEvents(followed, after, { clock: this.clock, pollMs: this.#pollMs, signal });
  }

  /** Those that are there now. */
  async eventsSoFar(runId: string, after: number): Promise<StoredEvent[] | undefined> {
    if ((await this.#store.get(runId)) === undefined) return undefined;
    return this.#eventsNow(runId, after);
  }

  async #eventsNow(runId: string, after: number): Promise<StoredEvent[]> {
    const active = this.#active.get(runId);
    if (active !== undefined) return merged(await this.#store.events(runId, after), active.journal.since(after));
    const stored = await this.#store.get(runId);
    return stored === undefined ? [] : this.#elsewhere.events(stored, after);
  }

  /** Whether events may follow this one. */
  async #mayGoOn(runId: string, last: number): Promise<boolean> {
    const run = (await this.get(runId))?.run;
    if (run === undefined) return false;
    return run.status === 'running' || (await this.#store.events(runId, last)).length > 0;
  }

  /** Ends a run; resolves with it when it has ended, or undefined when there is none. */
  async stop(runId: string, reason: string): Promise<RunRecord | undefined> {
    const active = this.#active.get(runId);
    if (active !== undefined) {
      active.cancel(reason);
      return active.done;
    }
    const details = await this.get(runId);
    if (details === undefined || details.run.status === 'cancelled') return details?.run;
    const { status, engine } = details.run;
    if (status !== 'running') {
      throw new StepweaveError('run_ended', 'user', `the run has ended already: it is ${status}`);
    }
    const stored = engine === 'standard' ? await this.#store.get(runId) : undefined;
    if (stored?.machine !== undefined && stored.attempt === 0) {
      await this.#engines.stop(stored, reason);
      return this.wait(runId, STOP_WAIT_MS);
    }
    const message = 'another process has the run under way, and it cannot be stopped from here';
    throw new StepweaveError('not_stoppable', 'user', message);
  }

  /** Does what is left of a run that has ended. False when there is no such run. */
  async resume(runId: string): Promise<boolean> {
    const stored = await this.#store.get(runId);
    if (stored === undefined) return false;
    const { summary, source, attempt, record: previous } = stored;
    if (summary.status === 'running' || previous === undefined) throw stillRunning();
    const plan = preparePlan(source.plan, this.tools);
    continuationOf(plan, previous); // says at once what cannot be continued
    this.#checkRoom();
    const machine = this.#engines.machineOf(plan, summary.engine, source.inputs);
    const eventsBefore = (await this.#store.events(runId)).at(-1)?.sequence ?? 0;
    if (!(await this.#store.reopen(runId, attempt, { lease: this.#lease(), machine }))) throw stillRunning();
    const warnings = plan.warnings;
    this.#launch(plan, {
      summary,
      source,
      warnings,
      attempt: attempt + 1,
      eventsBefore,
      previous,
      mayRunDirectly: false,
    });
    return true;
  }

  /**
   * Ends the runs that the process before this one had under way when it ended; only where no other process uses the
   * store. Resolves with how many there were.
   */
  async recover(reason: string): Promise<number> {
    const open = await this.#store.open();
    for (const { runId } of open) {
      const stored = this.#active.has(runId) ? undefined : await this.#store.get(runId);
      if (stored !== undefined) await this.#elsewhere.run(stored, reason);
    }
    return open.length;
  }

  /** Takes no more runs, gives those under way some time, then ends them for this reason. Resolves with how many it ended. */
  async close(graceMs: number, reason: string): Promise<number> {
    this.#closing = reason;
    const all = () => Promise.allSettled(Array.from(this.#active.values(), ({ done }) => done));
    const over = new AbortController();
    await Promise.race([all(), this.clock.sleep(graceMs, over.signal).catch(() => {})]);
    over.abort();
    const left = [...this.#active.values()];
    for (const active of left) active.cancel(reason);
    await all();
    return left.length;
  }

  #launch(plan: PreparedPlan, launch: Launch): ActiveRun {
    const { summary, source, warnings, previous, mayRunDirectly } = launch;
    const { run_id: runId, engine } = summary;
    const start = (on: Engine, warnings: readonly string[]) =>
      this.#engines.start(plan, on, { runId, inputs: source.inputs, warnings, ...(previous && { resume: previous }) });
    const active: ActiveRun = new ActiveRun({
      run: { summary, source, warnings, previous },
      attempt: launch.attempt,
      eventsBefore: launch.eventsBefore,
      store: this.#store,
      clock: this.clock,
      start: () => start(engine, warnings),
      instead: (fault) => {
        const reason = mayRunDirectly ? reasonToRunDirectly(fault, plan) : undefined;
        if (reason === undefined) return undefined;
        return start('direct', [...warnings, `${reason}, so that the functions were called directly`]);
      },
    });
    this.#active.set(runId, active);
    active.done.catch(() => {}).finally(() => this.#active.delete(runId));
    return active;
  }

  /** Whether a run with this id is there; throws when it was asked for otherwise. */
  async #isThere(runId: string, hash: string): Promise<boolean> {
    const stored = await this.#store.get(runId);
    if (stored === undefined) return false;
    if (stored.requestHash === hash) return true;
    throw new StepweaveError(
      'idempotency_conflict',
      'user',
      'this idempotency key was used for another plan, other inputs or another engine: take a new key',
    );
  }

  #checkRoom(): void {
    if (this.#closing !== undefined) throw new StepweaveError('stopping', 'service', this.#closing);
    if (this.#active.size < this.#maxActive) return;
    const message = `${this.#maxActive} runs are under way, and no more are started at once: try again later`;
    throw new StepweaveError('too_many_runs', 'service', message);
  }

  #lease(): Lease {
    return { owner: this.#owner, until: this.clock.now() + this.#leaseMs };
  }
}

interface Launch {
  summary: RunSummary;
  source: RunSource;
  warnings: readonly string[];
  attempt: number;
  eventsBefore: number;
  previous: RunRecord | undefined;
  /** Whether the functions may be called directly where Step Functions does not take the plan. */
  mayRunDirectly: boolean;
}

function stillRunning(): StepweaveError {
  return new StepweaveError('run_not_ended', 'user', 'the run is under way: stop it first, or wait for its end');
}
