/** Whether to redrive an execution that failed, or to begin another. */
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { readStateName } from '../../compiler/emit/state-names.ts';
import type { PreparedPlan } from '../../compiler/prepare.ts';
import { losersOf } from '../../compiler/resumption.ts';
import type { RunRecord } from '../records.ts';

/** As many of the last events as are looked at: beside the failure itself they tell of what it aborted. */
export const LAST_EVENTS = 1000;

/**
 * Whether a redrive would run all again that failed. `events`: the last ones of the execution, the last first.
 */
export function wouldRunAgain(plan: PreparedPlan, run: RunRecord, events: readonly HistoryEvent[]): boolean {
  return !hasFailedInRace(plan, run) && endedAtCall(events);
}

/** Whoever failed in a race that nobody has won so far has had its turn: a redrive does not go back to it. */
function hasFailedInRace(plan: PreparedPlan, { records }: RunRecord): boolean {
  const byId = new Map(records.map((record) => [record.id, record]));
  const losers = losersOf(plan, (id) => byId.get(id)!.success);
  const failed = records.filter(({ status }) => status === 'failed' || status === 'timeout');
  return failed.some(({ id }) => plan.races.joinOf(id) !== undefined && !losers.has(id));
}

/**
 * A redrive begins with the state that failed. If that is one in which the machine ends the run by itself, for a failure that was
 * returned, a race that all have lost, or a mistake of the plan, it would only fail again.
 */
function endedAtCall(events: readonly HistoryEvent[]): boolean {
  for (const { type, stateEnteredEventDetails, evaluationFailedEventDetails } of events) {
    if (type === 'ExecutionRedriven') return true;
    if (type === 'FailStateEntered' && roleOf(stateEnteredEventDetails?.name) === 'failed') return false;
    if (type === 'EvaluationFailed' && roleOf(evaluationFailedEventDetails?.state) === 'skipped') return false;
  }
  return true;
}

function roleOf(state: string | undefined): string | undefined {
  return state === undefined ? undefined : readStateName(state)?.role;
}
