/** What a run can keep of an earlier run of the same plan. */
import type { PreparedPlan } from '../compiler/prepare.ts';
import { losersOf, type Resumption } from '../compiler/resumption.ts';
import { StepweaveError } from '../core/errors.ts';
import { type Ended, hasResult, type Outcome } from './outcome.ts';
import type { ActionRecord, RunRecord } from './records.ts';
import { winnerOf } from './requirements.ts';

/** Where a run begins that continues another. */
export interface Continuation extends Resumption {
  ended: ReadonlyMap<string, Ended>;
  records: ReadonlyMap<string, ActionRecord>;
  /** Of each race that is over, by its join, the candidate that won. */
  winners: ReadonlyMap<string, string>;
}

/** All that succeeded or fell back is kept; the rest runs. Throws a {@link StepweaveError} if that makes no sense. */
export function continuationOf(plan: PreparedPlan, previous: RunRecord): Continuation {
  checkSamePlan(plan, previous);
  const byId = new Map(previous.records.map((record) => [record.id, record]));
  const losers = losersOf(plan, (id) => byId.get(id)!.success);
  const records = new Map([...byId].filter(([id, { success }]) => success || losers.has(id)));
  if (records.size === plan.actions.length || previous.status === 'succeeded') {
    const message = 'Nothing of this run is left to do: every action has its result or was not to run.';
    throw new StepweaveError('nothing_to_resume', 'user', message);
  }
  const ended = new Map(Array.from(records, ([id, record]) => [id, endedOf(record, previous)]));
  const kept = new Map(
    Array.from(ended, ([id, { outcome, at }]) => [
      id,
      { result: hasResult(outcome) ? outcome.result : undefined, endedAt: at },
    ]),
  );
  return { runId: previous.run_id, kept, ended, records, winners: winnersOf(plan, ended) };
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
  const ofPlan = actions.map(({ id, tool }) => `${id} (${tool.name})`);
  const ofRun = records.map(({ id, tool_name }) => `${id} (${tool_name})`);
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
