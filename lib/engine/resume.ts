/** What a run can keep of an earlier run of the same plan. */
import type { PreparedPlan } from '../compiler/prepare.ts';
import { losersOf, type Resumption } from '../compiler/resumption.ts';
import { StepweaveError } from '../core/errors.ts';
import type { ResolvedAction } from '../plan/resolve.ts';
import { type Ended, hasResult, type Outcome } from './outcome.ts';
import type { ActionRecord, RunRecord } from './records.ts';
import { winnerOf } from './requirements.ts';

/** Where a run begins that continues another. */
export interface Continuation extends Resumption {
  ended: ReadonlyMap<string, Ended>;
  records: ReadonlyMap<string, ActionRecord>;
  /** Of each race that is over, by its join, the candidate that won. */
  winners: ReadonlyMap<string, string>;
  /** What to know of what is run again. */
  warnings: readonly string[];
}

/** All that succeeded or fell back is kept; the rest runs. Throws a {@link StepweaveError} if that makes no sense. */
export function continuationOf(plan: PreparedPlan, previous: RunRecord): Continuation {
  checkSamePlan(plan, previous);
  if (previous.status === 'succeeded') {
    const message = 'Nothing of this run is left to do: every action has its result or was not to run.';
    throw new StepweaveError('nothing_to_resume', 'user', message);
  }
  const byId = new Map(previous.records.map((record) => [record.id, record]));
  const losers = losersOf(plan, (id) => byId.get(id)!.success);
  const records = new Map([...byId].filter(([id, { success }]) => success || losers.has(id)));
  const ended = new Map(Array.from(records, ([id, record]) => [id, endedOf(record, previous)]));
  const kept = new Map(
    Array.from(ended, ([id, { outcome, at }]) => [
      id,
      { result: hasResult(outcome) ? outcome.result : undefined, endedAt: at },
    ]),
  );
  const warnings = plan.actions.flatMap((action) => itemsRunAgain(action, byId.get(action.id)!));
  return { runId: previous.run_id, kept, ended, records, winners: winnersOf(plan, ended), warnings };
}

/** A list is run again as a whole. */
function itemsRunAgain({ id, tool }: ResolvedAction, { success, items = [] }: ActionRecord): string[] {
  const succeeded = items.filter(({ status }) => status === 'succeeded').length;
  if (success || succeeded === 0 || tool.idempotent) return [];
  return [
    `${id} is run again with all its items, also the ${succeeded} that had succeeded, and ${tool.name} is not idempotent`,
  ];
}

function winnersOf({ actions, races }: PreparedPlan, ended: ReadonlyMap<string, Ended>): Map<string, string> {
  const winners = new Map<string, string>();
  for (const { id } of actions) {
    const race = races.before(id);
    if (race === undefined) continue;
    const isOver = race.firstWins || ended.has(id);
    const winner = isOver ? winnerOf(race.candidates, ended) : undefined;
    if (winner !== undefined) winners.set(id, winner);
  }
  return winners;
}

function checkSamePlan({ actions }: PreparedPlan, { records }: RunRecord): void {
  const ofPlan = actions.map(({ id, tool, forEach }) => toldAs(id, tool.name, forEach !== undefined));
  const lists = new Set(actions.filter(({ forEach }) => forEach !== undefined).map(({ id }) => id));
  // Only what succeeded tells for certain whether it was a list.
  const ofRun = records.map(({ id, tool_name, status, items }) =>
    toldAs(id, tool_name, status === 'succeeded' ? items !== undefined : lists.has(id)),
  );
  const missing = ofPlan.filter((told) => !ofRun.includes(told));
  const foreign = ofRun.filter((told) => !ofPlan.includes(told));
  if (missing.length + foreign.length === 0) return;
  const differences = [
    ...(missing.length > 0 ? [`the run has no ${missing.join(', ')}`] : []),
    ...(foreign.length > 0 ? [`the plan has no ${foreign.join(', ')}`] : []),
  ];
  const message = `This is not a run of this plan: ${differences.join('; ')}.`;
  throw new StepweaveError('not_this_plan', 'user', message);
}

function toldAs(id: string, tool: string, isList: boolean): string {
  return `${id} (${isList ? 'a list of ' : ''}${tool})`;
}

function endedOf(record: ActionRecord, { started_at }: RunRecord): Ended {
  const { status, success, result, attempts, reason } = record;
  const outcome: Outcome = {
    status,
    attempts,
    ...(success && { result }),
    ...(reason !== null && { reason }),
    ...(record.error !== null && { error: { type: record.error_type ?? '', message: record.error } }),
  };
  return { outcome, at: Date.parse(record.finished_at ?? started_at) };
}
