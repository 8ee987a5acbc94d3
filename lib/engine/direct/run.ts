/**
 * The direct engine: invokes functions in exact dataflow order. An action begins the moment that all it waits for has
 * ended; nothing waits for a level or a wave.
 */
import { randomUUID } from 'node:crypto';
import type { PreparedPlan } from '../../compiler/prepare.ts';
import { Races } from '../../compiler/races.ts';
import { urgencyOf } from '../../compiler/urgency.ts';
import { type Clock, realClock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { Scope } from '../../plan/evaluate.ts';
import type { ResolvedAction } from '../../plan/resolve.ts';
import { EventLog } from '../event-log.ts';
import type { RunEvent } from '../events.ts';
import { Instant } from '../instant.ts';
import type { Invoker } from '../invoker.ts';
import { Lanes } from '../lanes.ts';
import { actionRecord, hasResult, isFailure, type Outcome, verb } from '../outcome.ts';
import type { ActionRecord, RunRecord, RunStatus } from '../records.ts';
import { runRecord } from '../run-record.ts';
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
}

export interface StartedRun {
  runId: string;
  /** All events from the first; may be read more than once. */
  events: AsyncIterable<RunEvent>;
  /** Resolves when the run has ended, however it ended. */
  result: Promise<RunRecord>;
  /** Ends the run now: what runs is aborted, the rest never starts. */
  cancel(reason?: string): void;
}

/** Starts a plan. Never throws: failures are in the records. */
export function startDirectRun(plan: PreparedPlan, options: DirectRunOptions): StartedRun {
  const run = new DirectRun(plan, options);
  return { runId: run.runId, events: run.events, result: run.start(), cancel: (reason) => run.cancel(reason) };
}

class DirectRun {
  readonly runId: string;
  readonly events: EventLog;
  readonly #plan: PreparedPlan;
  readonly #clock: Clock;
  readonly #inputs: JsonObject;
  readonly #warnings: readonly string[];
  readonly #actions: Map<string, ResolvedAction>;
  readonly #races: Races;
  readonly #instant: Instant;
  /** Place in the topological order: of two races at one instant the inner one is decided first. */
  readonly #position: ReadonlyMap<string, number>;
  readonly #services: ActionServices;
  readonly #startedAt: number;

  /** Of each action, which it still waits for. */
  readonly #waitsFor: Map<string, Set<string>>;
  readonly #begun = new Set<string>();
  readonly #running = new Map<string, AbortController>();
  readonly #outcomes = new Map<string, Outcome>();
  readonly #finishedAt = new Map<string, number>();
  readonly #records = new Map<string, ActionRecord>();
  /** Of each join, the candidate that won. */
  readonly #winners = new Map<string, string>();
  readonly #done = Promise.withResolvers<RunRecord>();
  readonly #timer = new AbortController();
  #finished = false;
  #ended: { status: RunStatus; message: string } | undefined;

  constructor(plan: PreparedPlan, { invoker, inputs, runId, clock, random, warnings }: DirectRunOptions) {
    const { settings, actions, dependencies } = plan;
    this.runId = runId ?? randomUUID();
    this.#plan = plan;
    this.#clock = clock ?? realClock;
    this.#inputs = inputs ?? {};
    this.#warnings = warnings ?? plan.warnings;
    this.events = new EventLog(this.runId, this.#clock);
    this.#actions = new Map(actions.map((action) => [action.id, action]));
    this.#races = new Races(plan);
    this.#waitsFor = new Map(actions.map(({ id }) => [id, new Set(dependencies.graph.predecessors(id))]));
    this.#startedAt = this.#clock.now();
    this.#instant = new Instant(this.#clock);
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
    if (settings.timeout_seconds !== undefined) void this.#limitTime(settings.timeout_seconds);
    for (const { id } of actions) if (this.#waitsFor.get(id)!.size === 0) this.#begin(id);
    return this.#done.promise;
  }

  cancel(reason = 'the run was cancelled'): void {
    this.#end('cancelled', reason);
  }

  async #limitTime(seconds: number): Promise<void> {
    try {
      await this.#clock.sleep(seconds * 1000, this.#timer.signal);
      await this.#clock.sleep(0, this.#timer.signal); // what ends at the very limit has ended in time
    } catch {
      return; // the run ended first
    }
    this.#end('timed_out', `the run took longer than its ${seconds} s`);
  }

  /** All that the action waits for has ended. */
  #begin(id: string): void {
    if (this.#begun.has(id) || this.#ended !== undefined) return;
    this.#begun.add(id);
    const action = this.#actions.get(id)!;
    const obstacle = this.#obstacle(action);
    if (obstacle !== undefined) {
      // Not at once: a long chain of skips would be as deep a recursion.
      return queueMicrotask(() => this.#settle(id, { status: 'skipped', attempts: 0, reason: obstacle }));
    }
    const abort = new AbortController();
    this.#running.set(id, abort);
    performAction(action, this.#scopeOf(action), this.#services, abort.signal).then(
      (outcome) => this.#settle(id, outcome),
      (bug) => this.#settle(id, internalError(bug)),
    );
  }

  /** Why the action cannot run: what it requires did not succeed. */
  #obstacle({ id, action }: ResolvedAction): string | undefined {
    const required = this.#plan.dependencies.requires.get(id)!;
    const unmet = required.filter((other) => !hasResult(this.#outcomes.get(other)!));
    const told = unmet.map((other) => `${other}, which ${verb(this.#outcomes.get(other)!)}`);
    if (action.join === 'any') return this.#winners.has(id) ? undefined : `requires one of ${told.join('; ')}`;
    return unmet.length === 0 ? undefined : `requires ${told.join('; ')}`;
  }

  #scopeOf({ id, action }: ResolvedAction): Scope {
    const variables: [string, Json | undefined][] = [['inputs', this.#inputs]];
    const winner = this.#winners.get(id);
    for (const other of this.#plan.dependencies.requires.get(id)!) {
      const value = this.#outcomes.get(other)?.result;
      const lost = action.join === 'any' && other !== winner;
      variables.push([this.#actions.get(other)!.outputKey, lost ? null : value]);
    }
    if (winner !== undefined) variables.push(['winner', this.#outcomes.get(winner)!.result]);
    return new Scope(variables);
  }

  /** The action has ended: records it, then lets those begin that waited for it. */
  #settle(id: string, outcome: Outcome): void {
    if (this.#outcomes.has(id)) return;
    const now = this.#clock.now();
    this.#running.delete(id);
    this.#outcomes.set(id, outcome);
    this.#finishedAt.set(id, now);
    const record = actionRecord(this.#actions.get(id)!, outcome, now);
    this.#records.set(id, record);
    this.events.emit({ type: eventType(outcome), action_id: id, record });

    if (isFailure(outcome) && this.#services.stopOnFailure && this.#races.joinOf(id) === undefined) this.#stopFor(id);
    this.#tellSuccessors(id);
    if (this.#outcomes.size === this.#actions.size && !this.#finished) this.#finish();
  }

  #tellSuccessors(id: string): void {
    for (const successor of this.#plan.dependencies.graph.successors(id)) {
      const waitsFor = this.#waitsFor.get(successor)!;
      waitsFor.delete(id);
      if (this.#races.before(successor) !== undefined) {
        this.#instant.decide(successor, this.#position.get(successor)!, () => this.#decideRace(successor));
      } else if (waitsFor.size === 0) this.#begin(successor);
    }
  }

  /** Looks whether a `join: any` has its winner, and begins it when nothing else is left to wait for. */
  #decideRace(join: string): void {
    if (this.#ended !== undefined || this.#begun.has(join)) return;

    const race = this.#races.before(join)!;
    const waitsFor = this.#waitsFor.get(join)!;
    const allEnded = race.candidates.every((candidate) => this.#outcomes.has(candidate));
    if (!this.#winners.has(join) && (race.firstWins || allEnded)) this.#crown(join, race.candidates);
    if (this.#winners.has(join) && race.firstWins) this.#cancelLosers(join, race.members);
    if (waitsFor.size > 0) return;
    if (!this.#winners.has(join)) this.#failRace(join, race.members);
    this.#begin(join);
  }

  #crown(join: string, candidates: readonly string[]): void {
    let winner: string | undefined;
    for (const candidate of candidates) {
      const outcome = this.#outcomes.get(candidate);
      if (outcome === undefined || !hasResult(outcome)) continue;
      const earlier = winner === undefined || this.#finishedAt.get(candidate)! < this.#finishedAt.get(winner)!;
      if (earlier) winner = candidate;
    }
    if (winner !== undefined) this.#winners.set(join, winner);
  }

  #cancelLosers(join: string, members: ReadonlySet<string>): void {
    const cancellation = new Cancellation(`${this.#winners.get(join)} won the race for ${join}`);
    for (const member of members) this.#cancelAction(member, cancellation);
  }

  /** There is no winner, so the failures of the race count after all. */
  #failRace(join: string, members: ReadonlySet<string>): void {
    const failed = this.#plan.actions.find(({ id }) => members.has(id) && isFailure(this.#outcomes.get(id)!));
    if (failed === undefined || !this.#services.stopOnFailure) return;
    if (this.#races.joinOf(join) === undefined) this.#stopFor(failed.id);
  }

  #cancelAction(id: string, cancellation: Cancellation): void {
    if (this.#outcomes.has(id)) return;
    const running = this.#running.get(id);
    if (running !== undefined) return running.abort(cancellation); // settles itself
    this.#begun.add(id);
    this.#settle(id, { status: 'cancelled', attempts: 0, reason: `${cancellation.message}; it had not started` });
  }

  #stopFor(id: string): void {
    this.#end('failed', `the run stopped because ${id} ${verb(this.#outcomes.get(id)!)}`);
  }

  #end(status: RunStatus, message: string): void {
    if (this.#ended !== undefined || this.#finished) return;
    this.#ended = { status, message };
    const cancellation = new Cancellation(message);
    for (const { id } of this.#plan.actions) this.#cancelAction(id, cancellation);
  }

  #finish(): void {
    this.#finished = true;
    this.#timer.abort();
    const run = runRecord({
      plan: this.#plan,
      runId: this.runId,
      startedAt: this.#startedAt,
      finishedAt: this.#clock.now(),
      outcomes: this.#outcomes,
      records: this.#records,
      ended: this.#ended,
      races: this.#races,
      winners: this.#winners,
      warnings: this.#warnings,
    });
    this.events.emit({ type: 'run_completed', run });
    this.events.close();
    this.#done.resolve(run);
  }
}

function eventType(outcome: Outcome): 'action_completed' | 'action_skipped' | 'action_failed' {
  if (hasResult(outcome)) return 'action_completed';
  return outcome.status === 'skipped' ? 'action_skipped' : 'action_failed';
}

function internalError(bug: unknown): Outcome {
  const message = `a fault of the engine itself: ${messageOf(bug)}`;
  return { status: 'failed', attempts: 0, error: { type: 'internal_error', message } };
}
