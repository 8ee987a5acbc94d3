/** What became of the calls of an action, and what that makes of the action: the same for every engine. */
import type { Json } from '../core/json.ts';
import type { ResolvedAction } from '../plan/resolve.ts';
import { type Outcome, roundMs } from './outcome.ts';
import type { ItemRecord } from './records.ts';

export interface Fault {
  type: string;
  message: string;
}

interface CallBase {
  attempts: number;
  executionMs: number;
}

/** `ofPlan`: the fault lies in the plan and not in the tool. */
export type FailedCall = CallBase & { status: 'failed' | 'timeout'; fault: Fault; ofPlan: boolean };

/** What became of one call. */
export type Call =
  | (CallBase & { status: 'succeeded'; result: Json })
  | FailedCall
  /** `why` is a sentence without its end: see {@link cancelled}. */
  | (CallBase & { status: 'cancelled'; why: string });

export function hasFailed(call: Call): call is FailedCall {
  return call.status === 'failed' || call.status === 'timeout';
}

/** The outcome of an action that is one call. */
export function outcomeOfCall(action: ResolvedAction, call: Call): Outcome {
  const { attempts } = call;
  if (call.status === 'cancelled') return cancelled(call.why, { attempts }, attempts > 0);
  if (call.status === 'succeeded') return { status: 'succeeded', result: call.result, attempts };
  return orFallback(action, { status: call.status, error: call.fault, attempts }, call.ofPlan);
}

/** The outcome of a list action whose items have all ended. */
export function outcomeOfList(action: ResolvedAction, calls: readonly Call[]): Outcome {
  const tried = triesOf(calls);
  const failed = calls.filter(hasFailed);
  const first = failed[0];
  if (first === undefined) {
    const results = calls.map((call) => (call.status === 'succeeded' ? call.result : null));
    const result = action.action.mode === 'fire_and_forget' ? null : results;
    return { status: 'succeeded', result, ...tried };
  }
  const which = `${failed.length} of ${calls.length} items failed; item ${calls.indexOf(first)}`;
  const error = { type: first.fault.type, message: `${which}: ${first.fault.message}` };
  const ofPlan = failed.some((call) => call.ofPlan);
  return orFallback(action, { status: 'failed', error, ...tried }, ofPlan);
}

/** The attempts and items of a list action. */
export function triesOf(calls: readonly Call[]): Pick<Outcome, 'attempts' | 'items'> {
  const attempts = calls.reduce((most, call) => Math.max(most, call.attempts), 0);
  return { attempts, items: calls.map(itemRecord) };
}

/** The outcome of an action that was ended from outside; `why` says by what. */
export function cancelled(why: string, tried: Pick<Outcome, 'attempts' | 'items'>, hadStarted: boolean): Outcome {
  return { status: 'cancelled', reason: whyCancelled(why, hadStarted), ...tried };
}

/** The fallback stands in where the tool failed; a mistake of the plan itself stays a failure. */
function orFallback({ action }: ResolvedAction, failed: Outcome, ofPlan: boolean): Outcome {
  const { fallback, mode } = action;
  if (fallback === undefined || ofPlan || mode === 'fire_and_forget') return failed;
  return { ...failed, status: 'fallback', result: fallback, reason: 'every attempt failed; this is its fallback' };
}

function whyCancelled(why: string, hadStarted: boolean): string {
  return `${why}; ${hadStarted ? 'its outcome is unknown' : 'it had not started'}`;
}

function itemRecord(call: Call, index: number): ItemRecord {
  const { status, attempts } = call;
  const item = { index, status, attempts, execution_time_ms: roundMs(call.executionMs) };
  if (call.status === 'succeeded') return { ...item, result: call.result };
  if (call.status === 'cancelled') return { ...item, error: whyCancelled(call.why, attempts > 0) };
  return { ...item, error: call.fault.message, error_type: call.fault.type };
}
