/** A run on an Express machine, of which only the output is seen. */
import type { PreparedPlan } from '../../compiler/prepare.ts';
import type { Json } from '../../core/json.ts';
import type { RunRecord } from '../records.ts';
import { endOfRun } from './end.ts';
import type { SeenExecutionEnd } from './history.ts';
import { readNotes } from './notes.ts';
import type { Settlement } from './settlement.ts';

/** What StartSyncExecution answers. */
export interface ExpressEnd {
  end: Omit<SeenExecutionEnd, 'at'>;
  output: Json;
  startedAt: number;
  finishedAt: number;
}

/** Settles every action in the order in which they ended. What an aborted branch had done nobody knows. */
export async function settleExpress(
  plan: PreparedPlan,
  settlement: Settlement,
  { end, output, startedAt, finishedAt }: ExpressEnd,
  warnings: readonly string[],
): Promise<RunRecord> {
  const lists = new Set(plan.actions.filter(({ forEach }) => forEach !== undefined).map(({ id }) => id));
  const seen = end.status === 'SUCCEEDED' ? readNotes(output, (id) => lists.has(id)) : new Map();
  const position = new Map(plan.dependencies.order.map((id, index) => [id, index]));
  const inOrder = [...seen].sort(
    ([a, one], [b, other]) => one.endedAt! - other.endedAt! || position.get(a)! - position.get(b)!,
  );
  for (const [id, action] of inOrder) await settlement.settle(id, action, action.endedAt!);

  const earlyEnd = endOfRun(end, plan);
  for (const id of plan.dependencies.order) {
    if (settlement.has(id)) continue;
    await settlement.cancel(id, undefined, finishedAt, earlyEnd?.message ?? 'the run ended', true);
  }
  return settlement.finish({ startedAt, finishedAt }, earlyEnd, warnings);
}
