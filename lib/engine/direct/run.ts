/**
 * The direct engine: invokes functions in exact dataflow order. An action begins the moment that all it waits for has
 * ended; nothing waits for a level or a wave.
 */
import { randomUUID } from 'node:crypto';
import { MAX_STANDARD_SECONDS } from '../../asl/limits.ts';
import type { PreparedPlan } from '../../compiler/prepare.ts';
import type { Races } from '../../compiler/races.ts';
import { urgencyOf } from '../../compiler/urgency.ts';
import { type Clock, realClock } from '../../core/clock.ts';
import { messageOf, StepweaveError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { Scope } from '../../plan/evaluate.ts';
import type { ResolvedAction } from '../../plan/resolve.ts';
import { EventLog } from '../event-log.ts';
import { endEvent } from '../events.ts';
import { Instant } from '../instant.ts';
import type { Invoker } from '../invoker.ts';
import { Lanes } from '../lanes.ts';
import { actionRecord, type Ended, isFailure, type Outcome, verb } from '../outcome.ts';
import type { ActionRecord, RunRecord } from '../records.ts';
import { obstacleOf, scopeOf, winnerOf } from '../requirements.ts';
import { continuationOf } from '../resume.ts';
import { type EarlyEnd, runRecord } from '../run-record.ts';
import type { StartedRun } from '../started-run.ts';
import { Cancellation, performAction } from './perform.ts';
import type { ActionServices } from './perform-call.ts';

export interface DirectRunOptions {
  invoker: Invoker;
  /** What `$inputs` stands for. */
  inputs?: JsonObject;
  runId?: string;
  clock?: Clock;
  /** Numbers in [0, 1), for jitter. */
  random?: () => number;
  warnings?: readonly string[];
  /** An earlier run of this plan, of which this one does what is left. */
  resume?: RunRecord;
}

/** Starts a plan. What fails in it is told by its records. */
export function startDirectRun(plan: PreparedPlan, options: DirectRunOptions): StartedRun {
  const run = new DirectRun(plan, options);
  return { runId: run.runId, events: run.events, result: run.start(), cancel: (reason) => run.cancel(reason) };
}

class DirectRun {
  readonly runId: string;
  readonly events: EventLog;
  readonly #plan: PreparedPlan;
  readonly #clock: Clock;
  /** What every action may refer to. One scope for the run: what is converted for evaluation is converted once. */
  readonly #scope: Scope;
  readonly #warnings: readonly string[];
  readonly #actions: ReadonlyMap<string, ResolvedAction>;
  readonly #races: Races;
  readonly #instant: Instant;
  /** Place in the topological order: of two races at one instant the inner one is decided first. */
  readonly #position: ReadonlyMap<string, number>;
  readonly #services: ActionServices;
  readonly #startedAt: number;

  /** Of each action, which it still waits for. */
  readonly #waitsFor: ReadonlyMap<string, Set<string>>;
  /** Whoever has begun, or never will. */
  readonly #begun: Set<string>;
  readonly #running = new Map<string, AbortController>();
  readonly #ended: Map<string, Ended>;
  readonly #records: Map<string, ActionRecord>;
  readonly #kept: ReadonlyMap<string, unknown>;
  /** Of each join, the candidate that won. */
  readonly #winners: Map<string, string>;
  readonly #done = Promise.withResolvers<RunRecord>();
  readonly #timer = new AbortController();
  #finished = false;
  /** Set when the run was ended before its actions were. */
  #earlyEnd: EarlyEnd | undefined;

  constructor(plan: PreparedPlan, { invoker, inputs, runId, clock, random, warnings, resume }: DirectRunOptions) {
    const { settings, actions, dependencies } = plan;
    const continued = resume && continuationOf(plan, resume);
    this.runId = continued?.runId ?? runId ?? randomUUID();
    this.#plan = plan;
    this.#clock = clock ?? realClock;
    this.#scope = new Scope([['inputs', inputs ?? {}]], { pause: () => this.#clock.sleep(0) });
    this.#warnings = [...(warnings ?? plan.warnings), ...(continued?.warnings ?? [])];
    this.events = new EventLog(this.runId, this.#clock);
    this.#actions = new Map(actions.map((action) => [action.id, action]));
    this.#races = plan.races;
    this.#kept = continued?.kept ?? new Map();
    this.#begun = new Set(this.#kept.keys());
    this.#ended = new Map(continued?.ended);
    this.#records = new Map(continued?.records);
    this.#winners = new Map(continued?.winners);
    this.#waitsFor = new Map(
      actions.map(({ id }) => [
        id,
        new Set([...dependencies.graph.predecessors(id)].filter((before) => !this.#kept.has(before))),
      ]),
    );
    this.#startedAt = this.#clock.now();
    this.#instant = new Instant(this.#clock, (fault) => this.#fail(fault));
    this.#position = new Map(dependencies.order.map((id, position) => [id, position]));
    this.#services = {
      invoker,
      clock: this.#clock,
      random: random ?? Math.random,
      lanes: new Lanes(settings.parallel ? settings.max_parallel : 1, this.#instant),
      runId: this.runId,
      urgency: urgencyOf(plan),
      emit: (event) => this.events.emit(event),
      stopOnFailure: settings.on_failure === 'stop',
    };
  }

  start(): Promise<RunRecord> {
    const { name, actions, settings } = this.#plan;
    const listed = actions.map(({ id, tool }) => ({ id, tool_name: tool.name }));
    this.events.emit({ type: 'run_started', name, actions: listed });
    void this.#limitTime(Math.min(settings.timeout_seconds ?? MAX_STANDARD_SECONDS, MAX_STANDARD_SECONDS));
    for (const { id } of actions) {
      if (this.#waitsFor.get(id)!.size > 0) continue;
      // Only of a run that is continued is everything before a join there from the start.
      if (this.#races.before(id) !== undefined) this.#decideRace(id);
      else this.#beginWhenRaceAllows(id);
    }
    if (this.#ended.size === this.#actions.size) this.#finish(); // an earlier run has done everything
    return this.#done.promise;
  }

  cancel(reason = 'the run was cancelled'): void {
    this.#end({ status: 'cancelled', message: reason });
  }

  async #limitTime(seconds: number): Promise<void> {
    try {
      await this.#clock.sleep(seconds * 1000, this.#timer.signal);
      await this.#clock.sleep(0, this.#timer.signal); // what ends at the very limit has ended in time
    } catch {
      return; // the run ended first
    }
    this.#end({ status: 'timed_out', message: `the run took longer than its ${seconds} s` });
  }

  /** Who runs in a race that may be decided at this very instant waits for the decision. */
  #beginWhenRaceAllows(id: string): void {
    const join = this.#races.joinOf(id);
    if (join === undefined) return this.#begin(id);
    const afterDecision = this.#position.get(join)! + 0.5;
    this.#instant.decide(`begin ${id}`, afterDecision, () => this.#begin(id));
  }

  /** All that the action waits for has ended. */
  #begin(id: string): void {
    if (this.#begun.has(id)) return;
    this.#begun.add(id);
    const action = this.#actions.get(id)!;
    const required = this.#plan.dependencies.requires.get(id)!;
    const winner = this.#winners.get(id);
    const obstacle = obstacleOf(action, required, winner, this.#ended);
    if (obstacle !== undefined) return this.#settleSoon(id, { status: 'skipped', attempts: 0, reason: obstacle });
    const abort = new AbortController();
    this.#running.set(id, abort);
    const requiredActions = required.map((other) => this.#actions.get(other)!);
    const scope = scopeOf(action, requiredActions, winner, this.#ended, this.#scope);
    performAction(action, scope, this.#services, abort.signal)
      .then((outcome) => this.#settle(id, outcome))
      .catch((fault) => this.#fail(fault));
  }

  /** Not at once: a long chain of skips would be as deep a recursion. */
  #settleSoon(id: string, outcome: Outcome): void {
    Promise.resolve()
      .then(() => this.#settle(id, outcome))
      .catch((fault) => this.#fail(fault));
  }

  /** The action has ended: records it, then lets those begin that waited for it. */
  #settle(id: string, outcome: Outcome): void {
    if (this.#ended.has(id)) return;
    const at = this.#clock.now();
    this.#running.delete(id);
    this.#ended.set(id, { outcome, at });
    const record = actionRecord(this.#actions.get(id)!, outcome, at);
    this.#records.set(id, record);
    this.events.emit(endEvent(record));

    if (isFailure(outcome) && this.#services.stopOnFailure && this.#races.joinOf(id) === undefined) this.#stopFor(id);
    this.#tellSuccessors(id);
    if (this.#ended.size === this.#actions.size && !this.#finished) this.#finish();
  }

  #tellSuccessors(id: string): void {
    for (const successor of this.#plan.dependencies.graph.successors(id)) {
      const waitsFor = this.#waitsFor.get(successor)!;
      waitsFor.delete(id);
      if (this.#races.before(successor) !== undefined) {
        this.#instant.decide(`race ${successor}`, this.#position.get(successor)!, () => this.#decideRace(successor));
      } else if (waitsFor.size === 0) this.#beginWhenRaceAllows(successor);
    }
  }

  /** Looks whether a `join: any` has its winner, and begins it when nothing else is left to wait for. */
  #decideRace(join: string): void {
    if (this.#begun.has(join)) return;
    const { candidates, firstWins, members } = this.#races.before(join)!;
    const mayDecide = firstWins || candidates.every((candidate) => this.#ended.has(candidate));
    const winner = this.#winners.get(join) ?? (mayDecide ? winnerOf(candidates, this.#ended) : undefined);
    if (winner !== undefined) this.#winners.set(join, winner);
    if (winner !== undefined && firstWins) {
      const cancellation = new Cancellation(`${winner} won the race for ${join}`);
      for (const member of members) this.#cancelAction(member, cancellation);
    }
    if (this.#waitsFor.get(join)!.size > 0) return;
    if (winner === undefined) this.#countFailures(join, members);
    this.#beginWhenRaceAllows(join);
  }

  /** There is no winner, so the failures of the race count after all. */
  #countFailures(join: string, members: ReadonlySet<string>): void {
    if (!this.#services.stopOnFailure || this.#races.joinOf(join) !== undefined) return;
    const isForgiven = (id: string) => this.#races.around(id, join).some((inner) => this.#winners.has(inner));
    const failed = this.#plan.actions.find(
      ({ id }) => members.has(id) && isFailure(this.#ended.get(id)!.outcome) && !isForgiven(id),
    );
    if (failed !== undefined) this.#stopFor(failed.id);
  }

  #cancelAction(id: string, cancellation: Cancellation): void {
    if (this.#ended.has(id)) return;
    const running = this.#running.get(id);
    if (running !== undefined) return running.abort(cancellation); // settles itself
    this.#begun.add(id);
    this.#settleSoon(id, { status: 'cancelled', attempts: 0, reason: `${cancellation.message}; it had not started` });
  }

  #stopFor(id: string): void {
    const { outcome } = this.#ended.get(id)!;
    const cause = outcome.error?.message ?? 'no reason given';
    const message = `the run stopped because ${id} ${verb(outcome)}`;
    this.#end({ status: 'failed', message, cause });
  }

  #end(end: EarlyEnd): void {
    if (this.#earlyEnd !== undefined || this.#finished) return;
    this.#earlyEnd = end;
    const cancellation = new Cancellation(end.message);
    for (const { id } of this.#plan.actions) this.#cancelAction(id, cancellation);
  }

  #finish(): void {
    this.#finished = true;
    this.#timer.abort();
    const run = runRecord({
      plan: this.#plan,
      engine: 'direct',
      runId: this.runId,
      startedAt: this.#startedAt,
      finishedAt: this.#clock.now(),
      ended: this.#ended,
      records: this.#records,
      earlyEnd: this.#earlyEnd,
      winners: this.#winners,
      warnings: this.#warnings,
      kept: this.#kept,
    });
    this.events.emit({ type: 'run_completed', run });
    this.events.close();
    this.#done.resolve(run);
  }

  /** A fault of the engine itself: nothing it says could be trusted, so there is no record of the run. */
  #fail(fault: unknown): void {
    this.#finished = true;
    this.#timer.abort();
    for (const running of this.#running.values()) running.abort(new Cancellation('the engine failed'));
    this.events.close();
    const message = `the direct engine failed: ${messageOf(fault)}`;
    this.#done.reject(new StepweaveError('internal_error', 'internal', message, { cause: fault }));
  }
}
