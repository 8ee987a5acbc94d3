/**
 * The outcome of an action from what its execution shows of it. A machine tells that an expression raised, and no more: which
 * one, or that the action was not to run, follows from the plan and the results that it had, by the rules of every engine.
 */

import { TOO_LARGE } from '../../compiler/emit/race.ts';
import { QUERY_ERROR, RETURNED } from '../../compiler/emit/records.ts';
import type { Json } from '../../core/json.ts';
import { conditionHolds, ExpressionFailure, resolveList, resolveTemplate, type Scope } from '../../plan/evaluate.ts';
import type { ResolvedAction } from '../../plan/resolve.ts';
import { type Call, cancelled, hasFailed, outcomeOfCall, outcomeOfList, triesOf } from '../calls.ts';
import type { Outcome } from '../outcome.ts';
import { failureOf } from './failure.ts';
import type { SeenAction, SeenCall, SeenEnd } from './seen.ts';

/** What an action found when it was entered. */
export interface Situation {
  action: ResolvedAction;
  /** Why it could not run: what it requires did not succeed. */
  obstacle: string | undefined;
  /** What its expressions refer to. */
  scope: Scope;
}

/** `whyEnded`: what ended a call that shows no end. */
export async function outcomeOf(situation: Situation, seen: SeenAction, whyEnded: string): Promise<Outcome> {
  const { action } = situation;
  const startedAt = seen.enteredAt;
  if (isQueryError(seen) && seen.items === undefined) {
    const explained = await explain(situation, action.forEach === undefined);
    if (explained !== undefined) return explained.status === 'skipped' ? explained : { ...explained, startedAt };
  }
  if (action.forEach === undefined) {
    return { ...outcomeOfCall(action, await callOf(situation, seen, whyEnded)), startedAt };
  }
  if (seen.items === undefined && seen.end?.kind === 'error') {
    return { ...outcomeOfCall(action, await callOf(situation, seen, whyEnded)), startedAt };
  }
  const calls = await callsOf(situation, seen.items ?? [], whyEnded);
  if (seen.end === undefined) return { ...cancelled(whyEnded, triesOf(calls), true), startedAt };
  return { ...outcomeOfList(action, calls), startedAt };
}

function isQueryError({ end }: SeenCall): boolean {
  return end?.kind === 'error' && end.error === QUERY_ERROR;
}

/** Why nothing was invoked, by the rules of the plan; undefined if they know of no reason. */
async function explain({ action, obstacle, scope }: Situation, isOneCall: boolean): Promise<Outcome | undefined> {
  if (obstacle !== undefined) return { status: 'skipped', attempts: 0, reason: obstacle };
  try {
    if (action.when !== undefined && !(await conditionHolds(action.when, scope))) {
      const reason = `its condition does not hold: ${action.when.text}`;
      return { status: 'skipped', attempts: 0, reason, conditionFalse: true };
    }
    if (action.forEach !== undefined) await resolveList(action.forEach, scope);
    if (isOneCall) await resolveTemplate(action.input, scope, ['input']);
  } catch (thrown) {
    if (!(thrown instanceof ExpressionFailure)) throw thrown;
    return { status: 'failed', attempts: 0, error: { type: thrown.code, message: thrown.message } };
  }
  return undefined;
}

async function callOf({ action }: Situation, seen: SeenCall, whyEnded: string): Promise<Call> {
  const { attempts, end } = seen;
  const base = { attempts, executionMs: (seen.endedAt ?? seen.enteredAt) - seen.enteredAt };
  if (end === undefined) return { ...base, status: 'cancelled', why: whyEnded };
  if (end.kind === 'result') return { ...base, status: 'succeeded', result: resultOf(action, end.result) };
  const returned = returnedIn(end);
  if (end.kind === 'error' && end.error === QUERY_ERROR && returned === undefined) {
    return { ...base, status: 'failed', fault: unexplained(end.cause), ofPlan: true };
  }
  const { status, errorType: type, message } = failureOf(returned ?? end, action.timeoutSeconds);
  return { ...base, status, fault: { type, message }, ofPlan: false };
}

function resultOf({ action }: ResolvedAction, result: Json): Json {
  return action.mode === 'fire_and_forget' ? null : result;
}

/** The failure that a function returned and for which the machine raised an error of its own, if that is what this is. */
function returnedIn(end: SeenEnd): Extract<SeenEnd, { kind: 'returned' }> | undefined {
  const message = end.kind === 'error' && end.error === QUERY_ERROR ? raisedIn(end.cause) : undefined;
  if (message === undefined || !message.startsWith(RETURNED)) return undefined;
  try {
    return { kind: 'returned', envelope: JSON.parse(message.slice(RETURNED.length)) };
  } catch {
    return { kind: 'returned', envelope: { success: false } }; // cut off
  }
}

/** What an expression said that raised on purpose; before it stands the expression itself. */
function raisedIn(cause = ''): string | undefined {
  return RAISED.exec(cause)?.groups?.['message'];
}

/** The wording as it was measured, with and without JSONata's code: https://github.com/floci-io/floci/issues/2736 */
const RAISED = /^.*threw an error during evaluation(?:\. D3137)?: (?<message>.*)$/s;

/** Step Functions refused an expression that the plan's own evaluation finds nothing wrong with. */
function unexplained(cause = 'an expression could not be evaluated'): { type: string; message: string } {
  if (raisedIn(cause) !== TOO_LARGE) return { type: 'expression_error', message: cause };
  const message =
    'the result of the winner of a race travels in a text of at most 32,768 characters; this one is longer';
  return { type: TOO_LARGE, message };
}

async function callsOf(
  situation: Situation,
  items: readonly (SeenCall | undefined)[],
  whyEnded: string,
): Promise<Call[]> {
  const calls: Call[] = [];
  for (const [index, item] of items.entries()) calls.push(await itemCall(situation, index, item, whyEnded));
  // A failed item ended its list, and the others with it.
  const failed = calls.findIndex(hasFailed);
  if (failed < 0) return calls;
  return calls.map((call) => (call.status === 'cancelled' ? { ...call, why: `item ${failed} failed` } : call));
}

async function itemCall(
  situation: Situation,
  index: number,
  item: SeenCall | undefined,
  whyEnded: string,
): Promise<Call> {
  if (item === undefined) return { attempts: 0, executionMs: 0, status: 'cancelled', why: whyEnded };
  if (!isQueryError(item)) return callOf(situation, item, whyEnded);
  const fault = await itemFault(situation, index);
  if (fault === undefined) return callOf(situation, item, whyEnded);
  return { attempts: 0, executionMs: 0, status: 'failed', fault, ofPlan: true };
}

async function itemFault({ action, scope }: Situation, index: number) {
  const list = await resolveList(action.forEach!, scope);
  const within = scope.with([
    ['item', list[index]],
    ['index', index],
  ]);
  try {
    await resolveTemplate(action.input, within, ['input']);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof ExpressionFailure)) throw thrown;
    return { type: thrown.code, message: thrown.message };
  }
}
