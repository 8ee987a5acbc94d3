/** What a run can keep of an earlier run of the same plan. */
import type { PreparedPlan } from '../compiler/prepare.ts';
import { losersOf, type Resumption } from '../compiler/resumption.ts';
import { StepweaveError } from '../core/errors.ts';
import { type Ended, hasResult, type Outcome } from './outcome.ts';
import type { ActionRecord, RunRecord } from './records.ts';

/** Where a run begins that continues another. */
export interface Continuation extends Resumption {
  ended: ReadonlyMap<string, Ended>;
  records: ReadonlyMap<string, ActionRecord>;
}

/** All that succeeded or fell back is kept; the rest runs. Throws a {@link StepweaveError} if that makes no sense. */
export function continuationOf(plan: PreparedPlan, previous: RunRecord): Continuation {
  checkSamePlan(plan, previous);
  const byId = new Map(previous.records.map((record) => [record.id, record]));
  const losers = losersOf(plan, (id) => byId.get(id)!.success);
  const records = new Map([...byId].filter(([id, { success }]) => success || losers.has(id)));
  if (records.size === plan.actions.length) {
    throw new StepweaveError(
      'nothing_to_resume',
      'user',
      'Nothing of this run is left to do: every action has its result.',
    );
  }
  const ended = new Map(Array.from(records, ([id, record]) => [id, endedOf(record, previous)]));
  const kept = new Map(
    Array.from(ended, ([id, { outcome, at }]) => [
      id,
      { result: hasResult(outcome) ? outcome.result : undefined, endedAt: at },
    ]),
  );
  return { runId: previous.run_id, kept, ended, records };
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
