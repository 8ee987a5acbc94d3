/** The record of a whole run from the outcomes of its actions. */
import type { PreparedPlan } from '../compiler/prepare.ts';
import type { Json } from '../core/json.ts';
import { type Ended, hasResult, isFailure, type Outcome, roundMs, verb } from './outcome.ts';
import type { ActionRecord, RunRecord, RunStatus } from './records.ts';

/** Why a run was ended before its actions were. */
export interface EarlyEnd {
  status: RunStatus;
  message: string;
  /** What went wrong in the action that stopped it. */
  cause?: string;
}

/** Everything the record is made of. Times are in milliseconds. */
export interface EndedRun {
  plan: PreparedPlan;
  engine: RunRecord['engine'];
  runId: string;
  startedAt: number;
  finishedAt: number;
  ended: ReadonlyMap<string, Ended>;
  records: ReadonlyMap<string, ActionRecord>;
  /** Set when the run was ended before its actions were. */
  earlyEnd: EarlyEnd | undefined;
  winners: ReadonlyMap<string, string>;
  warnings: readonly string[];
  /** Actions that an earlier run has ended, whose time is not of this one. */
  kept: ReadonlyMap<string, unknown>;
}

/** The run in the wire format, once each of its actions has ended. */
export function runRecord(run: EndedRun): RunRecord {
  const { plan, records, startedAt, finishedAt, earlyEnd } = run;
  const { status, error } = earlyEnd === undefined ? verdict(run) : endedEarly(earlyEnd);
  const makespan = finishedAt - startedAt;
  const sequential = plan.actions.reduce((sum, { id }) => sum + (run.kept.has(id) ? 0 : busyMs(records.get(id)!)), 0);
  return {
    run_id: run.runId,
    name: plan.name,
    status,
    engine: run.engine,
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

function results(run: EndedRun): Record<string, Json> {
  const withResult = run.plan.actions.filter(({ id }) => hasResult(outcomeOf(run, id)));
  return Object.fromEntries(withResult.map(({ id, outputKey }) => [outputKey, outcomeOf(run, id).result ?? null]));
}

function outcomeOf({ ended }: EndedRun, id: string): Outcome {
  return ended.get(id)!.outcome;
}

/** What the calls of an action would take one after another. */
function busyMs({ execution_time_ms: whole, items }: ActionRecord): number {
  return items === undefined ? whole : items.reduce((sum, item) => sum + item.execution_time_ms, 0);
}

interface Verdict {
  status: RunStatus;
  error: string | null;
}

function endedEarly({ status, message, cause }: EarlyEnd): Verdict {
  return { status, error: cause === undefined ? message : `${message}: ${cause}` };
}

/** The status of a run that went to its end, and what made it other than `succeeded`. */
function verdict(run: EndedRun): Verdict {
  const { actions } = run.plan;
  const failed = (id: string) => isFailure(outcomeOf(run, id));
  const unmet = actions.filter(({ id }) => !isFine(id, run));
  const first = unmet.find(({ id }) => failed(id)) ?? unmet[0];
  if (first === undefined) return { status: 'succeeded', error: null };

  const anyFailure = unmet.some(({ id }) => failed(id));
  const anySuccess = actions.some(({ id }) => hasResult(outcomeOf(run, id)));
  const status = anyFailure && !anySuccess ? 'failed' : 'partial';
  return { status, error: whatHappened(first.id, outcomeOf(run, first.id)) };
}

/** It succeeded, fell back, was skipped by its own condition, or lost a race that has a winner. */
function isFine(id: string, run: EndedRun): boolean {
  const { winners } = run;
  const { races } = run.plan;
  const outcome = outcomeOf(run, id);
  if (hasResult(outcome) || outcome.conditionFalse) return true;
  for (let join = races.joinOf(id); join !== undefined; join = races.joinOf(join)) if (winners.has(join)) return true;
  return false;
}

function whatHappened(id: string, outcome: Outcome): string {
  return `${id} ${verb(outcome)}: ${outcome.error?.message ?? outcome.reason ?? 'no reason given'}`;
}
