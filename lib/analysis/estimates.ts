/** How much work each action is estimated to be. */
import { callMs, itemsOf } from '../compiler/estimates.ts';
import type { PreparedPlan } from '../compiler/prepare.ts';
import { compareUrgency, urgencyOf } from '../compiler/urgency.ts';

/** The calls of an action. Times are whole milliseconds: their sums are exact, so that equal chains compare equal. */
export interface Work {
  id: string;
  tool: string;
  /** A list that is known only at run time counts as one item. */
  calls: number;
  /** For how long a call keeps others waiting: 0 when it is only handed over. */
  callMs: number;
  inOrder: boolean;
  /** At most this many calls of the tool at once. */
  cap: number;
  /** Lower goes first where lanes are scarce. No two are equal. */
  rank: number;
}

/** The work of each action, in listed order. */
export function workOf(plan: PreparedPlan): Work[] {
  const urgency = urgencyOf(plan);
  const byUrgency = plan.actions
    .map((action) => ({ id: action.id, urgency: urgency(action) }))
    .sort((a, b) => compareUrgency(a.urgency, b.urgency));
  const rank = new Map(byUrgency.map(({ id }, position) => [id, position]));
  return plan.actions.map((action) => ({
    id: action.id,
    tool: action.tool.name,
    calls: action.forEach === undefined ? 1 : (itemsOf(action) ?? 1),
    callMs: action.action.mode === 'fire_and_forget' ? 0 : callMs(action),
    inOrder: action.itemsInOrder,
    cap: action.tool.concurrency_cap ?? Number.POSITIVE_INFINITY,
    rank: rank.get(action.id)!,
  }));
}
