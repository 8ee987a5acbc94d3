/** The record of a whole run from the outcomes of its actions. */

import type { PreparedPlan } from '../compiler/prepare.ts';
import type { Races } from '../compiler/races.ts';
import type { Json } from '../core/json.ts';
import { hasResult, isFailure, type Outcome, roundMs, verb } from './outcome.ts';
import type { ActionRecord, RunRecord, RunStatus } from './records.ts';

export interface EndedRun {
  plan: PreparedPlan;
  runId: string;
  startedAt: number;
  finishedAt: number;
  outcomes: ReadonlyMap<string, Outcome>;
  records: ReadonlyMap<string, ActionRecord>;
  /** Set when the run was ended before its actions were. */
  ended: { status: RunStatus; message: string } | undefined;
  races: Races;
  winners: ReadonlyMap<string, string>;
  warnings: readonly string[];
}

export function runRecord(run: EndedRun): RunRecord {
  const { plan, records, startedAt, finishedAt, ended } = run;
  const { status, error } =
    ended === undefined ? verdict(run) : { status: ended.status, error: endedBy(run, ended.message) };
  const makespan = finishedAt - startedAt;
  const sequential = plan.actions.reduce((sum, { id }) => sum + busyMs(records.get(id)!), 0);
  return {
    run_id: run.runId,
    name: plan.name,
    status,
    engine: 'direct',
    started_at: new Date(startedAt).toISOString(),
    finished_at: new Date(finishedAt).toISOString(),
    makespan_ms: roundMs(makespan),
    sequential_ms: roundMs(sequential),
    speedup: makespan === 0 ? 1 : Math.round((sequential / makespan) * 100) / 100,
    results: results(run),
    records: plan.actions.map(({ id }) => records.get(id)!),
    error,
    warnings: [...run.warnings],
  };
}

function results({ plan, outcomes }: EndedRun): Record<string, Json> {
  const withResult = plan.actions.filter(({ id }) => hasResult(outcomes.get(id)!));
  return Object.fromEntries(withResult.map(({ id, outputKey }) => [outputKey, outcomes.get(id)!.result ?? null]));
}

/** What the calls of an action would take one after another. */
function busyMs({ execution_time_ms: whole, items }: ActionRecord): number {
  return items === undefined ? whole : items.reduce((sum, item) => sum + item.execution_time_ms, 0);
}

/** The status of a run that went to its end, and what made it other than `succeeded`. */
function verdict(run: EndedRun): { status: RunStatus; error: string | null } {
  const { plan, outcomes } = run;
  const unmet = plan.actions.filter(({ id }) => !isFine(id, run));
  const first = unmet.find(({ id }) => isFailure(outcomes.get(id)!)) ?? unmet[0];
  if (first === undefined) return { status: 'succeeded', error: null };

  const anyFailure = unmet.some(({ id }) => isFailure(outcomes.get(id)!));
  const anySuccess = plan.actions.some(({ id }) => hasResult(outcomes.get(id)!));
  const status = anyFailure && !anySuccess ? 'failed' : 'partial';
  return { status, error: whatHappened(first.id, outcomes.get(first.id)!) };
}

/** It succeeded, fell back, was skipped by its own condition, or lost a race that has a winner. */
function isFine(id: string, { outcomes, races, winners }: EndedRun): boolean {
  const outcome = outcomes.get(id)!;
  if (hasResult(outcome) || outcome.conditionFalse) return true;
  for (let join = races.joinOf(id); join !== undefined; join = races.joinOf(join)) if (winners.has(join)) return true;
  return false;
}

function endedBy({ plan, outcomes }: EndedRun, message: string): string {
  const failed = plan.actions.find(({ id }) => isFailure(outcomes.get(id)!));
  if (failed === undefined || !message.includes(failed.id)) return message;
  return `${message}: ${outcomes.get(failed.id)!.error?.message ?? 'no reason given'}`;
}

function whatHappened(id: string, outcome: Outcome): string {
  return `${id} ${verb(outcome)}: ${outcome.error?.message ?? outcome.reason ?? 'no reason given'}`;
}
