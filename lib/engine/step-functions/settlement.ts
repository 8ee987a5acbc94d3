/** Turns what an execution shows into the records of a run, action by action as they end. */
import type { PreparedPlan } from '../../compiler/prepare.ts';
import type { JsonObject } from '../../core/json.ts';
import { Scope } from '../../plan/evaluate.ts';
import type { ResolvedAction } from '../../plan/resolve.ts';
import { cancelled } from '../calls.ts';
import type { EventLog } from '../event-log.ts';
import { endEvent } from '../events.ts';
import { actionRecord, type Ended, isFailure, type Outcome, verb } from '../outcome.ts';
import type { ActionRecord, RunRecord } from '../records.ts';
import { obstacleOf, scopeOf, winnerOf } from '../requirements.ts';
import type { Continuation } from '../resume.ts';
import { type EarlyEnd, runRecord } from '../run-record.ts';
import { outcomeOf, type Situation } from './outcome.ts';
import type { SeenAction } from './seen.ts';

export interface SettlementOptions {
  plan: PreparedPlan;
  runId: string;
  engine: RunRecord['engine'];
  inputs: JsonObject;
  events: EventLog;
  /** What an earlier run of the plan has ended. */
  continued?: Continuation | undefined;
}

export class Settlement {
  readonly #options: SettlementOptions;
  readonly #plan: PreparedPlan;
  readonly #scope: Scope;
  readonly #actions: ReadonlyMap<string, ResolvedAction>;
  readonly #ended: Map<string, Ended>;
  readonly #records: Map<string, ActionRecord>;
  readonly #winners: Map<string, string>;

  constructor(options: SettlementOptions) {
    this.#options = options;
    this.#plan = options.plan;
    this.#ended = new Map(options.continued?.ended);
    this.#records = new Map(options.continued?.records);
    this.#winners = new Map(options.continued?.winners);
    this.#scope = new Scope([['inputs', options.inputs]]);
    this.#actions = new Map(options.plan.actions.map((action) => [action.id, action]));
  }

  has(id: string): boolean {
    return this.#ended.has(id);
  }

  failed(id: string): boolean {
    const ended = this.#ended.get(id);
    return ended !== undefined && isFailure(ended.outcome);
  }

  /**
   * A candidate has won every race that it could win; gives those who ran in them. The first to be told of a race is its winner.
   */
  won(candidate: string): string[] {
    const { actions, dependencies, races } = this.#plan;
    const members = new Set<string>();
    for (const { id } of actions) {
      const race = races.before(id);
      if (!race?.firstWins || !race.candidates.includes(candidate) || this.#winners.has(id)) continue;
      this.#winners.set(id, candidate);
      for (const member of race.members) members.add(member);
    }
    return dependencies.order.filter((id) => members.has(id));
  }

  /** The action has ended, and all that it requires before it. `whyEnded`: what ended a call that shows no end of its own. */
  async settle(id: string, seen: SeenAction, at: number, whyEnded = 'the run ended'): Promise<void> {
    this.#end(id, await outcomeOf(this.#situationOf(this.#actions.get(id)!), seen, whyEnded), at);
  }

  /** The action never came to its end. */
  async cancel(
    id: string,
    seen: SeenAction | undefined,
    at: number,
    message: string,
    mayHaveStarted = false,
  ): Promise<void> {
    const why = this.#lostRaceOf(id) ?? message;
    if (seen === undefined) return this.#end(id, cancelled(why, { attempts: 0 }, mayHaveStarted), at);
    const unended = { ...seen, end: undefined, endedAt: undefined };
    this.#end(id, await outcomeOf(this.#situationOf(this.#actions.get(id)!), unended, why), at);
  }

  /** Why the run is over because of this action; of a join without a winner, because of a member of its race. */
  stoppedBy(id: string): EarlyEnd {
    const { actions, races } = this.#plan;
    const members = races.before(id)?.members;
    const isForgiven = (member: string) => races.around(member, id).some((inner) => this.#winners.has(inner));
    const culprit = this.failed(id)
      ? id
      : actions.find((it) => members?.has(it.id) && this.failed(it.id) && !isForgiven(it.id))?.id;
    const { outcome } = this.#ended.get(culprit ?? id)!;
    const cause = outcome.error?.message ?? outcome.reason ?? 'no reason given';
    return { status: 'failed', message: `the run stopped because ${culprit ?? id} ${verb(outcome)}`, cause };
  }

  /** The record of the run, once every action has ended. */
  finish(
    times: { startedAt: number; finishedAt: number },
    earlyEnd: EarlyEnd | undefined,
    warnings: readonly string[],
  ): RunRecord {
    const { runId, engine } = this.#options;
    return runRecord({
      plan: this.#plan,
      engine,
      runId,
      ...times,
      ended: this.#ended,
      records: this.#records,
      earlyEnd,
      winners: this.#winners,
      warnings,
      kept: this.#options.continued?.kept ?? new Map(),
    });
  }

  #end(id: string, outcome: Outcome, at: number): void {
    if (this.#ended.has(id)) return;
    this.#ended.set(id, { outcome, at });
    const record = actionRecord(this.#actions.get(id)!, outcome, at);
    this.#records.set(id, record);
    this.#options.events.emit(endEvent(record), at);
  }

  #situationOf(action: ResolvedAction): Situation {
    const required = this.#plan.dependencies.requires.get(action.id)!;
    const winner = this.#winnerBefore(action, required);
    const requiredActions = required.map((id) => this.#actions.get(id)!);
    return {
      action,
      obstacle: required.every((id) => this.#ended.has(id))
        ? obstacleOf(action, required, winner, this.#ended)
        : undefined,
      scope: scopeOf(action, requiredActions, winner, this.#ended, this.#scope),
    };
  }

  #winnerBefore({ id, action }: ResolvedAction, candidates: readonly string[]): string | undefined {
    if (action.join !== 'any') return undefined;
    const winner = this.#winners.get(id) ?? winnerOf(candidates, this.#ended);
    if (winner !== undefined) this.#winners.set(id, winner);
    return winner;
  }

  /** Of the races around an action the innermost that somebody has won. */
  #lostRaceOf(id: string): string | undefined {
    const lost = this.#plan.races.around(id).find((join) => this.#winners.has(join));
    return lost && `${this.#winners.get(lost)} won the race for ${lost}`;
  }
}
