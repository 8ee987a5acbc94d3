/** One action from its condition to its outcome, once all that it waits for has ended. */
import type { Json } from '../../core/json.ts';
import { conditionHolds, ExpressionFailure, resolveList, resolveTemplate, type Scope } from '../../plan/evaluate.ts';
import type { ResolvedAction } from '../../plan/resolve.ts';
import { type CallServices, callTool } from '../call.ts';
import type { RunEventBody } from '../events.ts';
import type { Failure } from '../failures.ts';
import type { Lanes } from '../lanes.ts';
import { type Outcome, roundMs } from '../outcome.ts';
import type { ItemRecord } from '../records.ts';

export interface ActionServices extends CallServices {
  lanes: Lanes;
  runId: string;
  /** Lower goes first where lanes are scarce. */
  urgency(action: ResolvedAction): readonly number[];
  emit(event: RunEventBody): void;
  /** Under `stop` the first failed item ends its list. */
  stopOnFailure: boolean;
}

/** Why an action was cancelled: the reason of its abort signal. */
export class Cancellation extends Error {}

/** Never rejects: whatever happens becomes an outcome. */
export async function performAction(
  action: ResolvedAction,
  scope: Scope,
  services: ActionServices,
  signal: AbortSignal,
): Promise<Outcome> {
  if (action.when !== undefined) {
    const when = action.when;
    const holds = await attempt(() => conditionHolds(when, scope));
    if ('failure' in holds) return notInvoked(holds.failure, services);
    if (!holds.value) {
      return {
        status: 'skipped',
        attempts: 0,
        reason: `its condition does not hold: ${when.text}`,
        conditionFalse: true,
      };
    }
  }
  if (action.forEach === undefined) return performOnce(action, scope, services, signal);
  return performList(action, action.forEach, scope, services, signal);
}

async function performOnce(
  action: ResolvedAction,
  scope: Scope,
  services: ActionServices,
  signal: AbortSignal,
): Promise<Outcome> {
  let startedAt: number | undefined;
  const call = await performCall(action, undefined, scope, services, signal, () => {
    startedAt = services.clock.now();
    announceStart(action, services);
  });
  startedAt ??= call.cancelled ? undefined : services.clock.now();
  const { attempts } = call;
  const begun = { attempts, ...(startedAt !== undefined && { startedAt }) };
  if (call.cancelled) return cancelled(begun, signal);
  if (call.error === undefined) return { status: 'succeeded', result: call.result ?? null, ...begun };
  return orFallback(action, { status: call.status, error: call.error, ...begun }, call.ofPlan);
}

async function performList(
  action: ResolvedAction,
  forEach: NonNullable<ResolvedAction['forEach']>,
  scope: Scope,
  services: ActionServices,
  signal: AbortSignal,
): Promise<Outcome> {
  const list = await attempt(() => resolveList(forEach, scope));
  if ('failure' in list) return notInvoked(list.failure, services);

  let startedAt: number | undefined;
  const begin = () => {
    if (startedAt !== undefined) return;
    startedAt = services.clock.now();
    announceStart(action, services);
  };
  if (list.value.length === 0) begin();
  const { calls, items } = await performItems(action, list.value, scope, services, signal, begin);

  const attempts = Math.max(0, ...calls.map((call) => call.attempts));
  startedAt ??= signal.aborted ? undefined : services.clock.now();
  const begun = { attempts, items, ...(startedAt !== undefined && { startedAt }) };
  if (signal.aborted) return cancelled(begun, signal);
  const failed = calls.flatMap((call, index) =>
    call.error === undefined ? [] : [{ ...call, index, error: call.error }],
  );
  const first = failed[0];
  if (first === undefined) {
    const result = action.action.mode === 'fire_and_forget' ? null : calls.map((call) => call.result ?? null);
    return { status: 'succeeded', result, ...begun };
  }
  const message = `${failed.length} of ${calls.length} items failed; item ${first.index}: ${first.error.message}`;
  const error = { type: first.error.type, message };
  return orFallback(
    action,
    { status: 'failed', error, ...begun },
    failed.some(({ ofPlan }) => ofPlan),
  );
}

/** What became of one call: a result, an error, or neither when it was cancelled. */
interface Call {
  attempts: number;
  executionMs: number;
  status: 'succeeded' | 'failed' | 'timeout' | 'cancelled';
  result?: Json;
  error?: { type: string; message: string };
  cancelled: boolean;
  /** The plan was at fault, not the tool. */
  ofPlan: boolean;
}

async function performItems(
  action: ResolvedAction,
  list: Json[],
  scope: Scope,
  services: ActionServices,
  signal: AbortSignal,
  begin: () => void,
): Promise<{ calls: Call[]; items: ItemRecord[] }> {
  const rest = new AbortController();
  const itemSignal = AbortSignal.any([signal, rest.signal]);
  let done = 0;
  const performItem = async (item: Json, index: number): Promise<Call> => {
    const itemScope = scope.with([
      ['item', item],
      ['index', index],
    ]);
    const call = await performCall(action, index, itemScope, services, itemSignal, begin);
    if (call.error !== undefined && services.stopOnFailure) rest.abort(new Cancellation('another item failed'));
    if (!call.cancelled) {
      done++;
      const message = `item ${index} ${call.status}`;
      services.emit({ type: 'progress', action_id: action.id, message, items_done: done, items: list.length });
    }
    return call;
  };
  const calls: Call[] = [];
  if (action.itemsInOrder) for (const [index, item] of list.entries()) calls.push(await performItem(item, index));
  else calls.push(...(await Promise.all(list.map(performItem))));
  return { calls, items: calls.map(itemRecord) };
}

function itemRecord(call: Call, index: number): ItemRecord {
  const { status, attempts } = call;
  const item = { index, status, attempts, execution_time_ms: roundMs(call.executionMs) };
  if (call.error !== undefined) return { ...item, error: call.error.message, error_type: call.error.type };
  return call.cancelled ? item : { ...item, result: call.result ?? null };
}

/** One invocation with its retries, in a lane of its own. */
async function performCall(
  action: ResolvedAction,
  index: number | undefined,
  scope: Scope,
  services: ActionServices,
  signal: AbortSignal,
  begin: () => void,
): Promise<Call> {
  let attempts = 0;
  const unbegun = { executionMs: 0, cancelled: false, ofPlan: true };
  const input = await attempt(() => resolveTemplate(action.input, scope, ['input']));
  if ('failure' in input) return { ...unbegun, attempts, status: 'failed', error: input.failure };

  const lane = {
    tool: action.tool.name,
    cap: action.tool.concurrency_cap,
    urgency: [...services.urgency(action), index ?? 0],
  };
  let startedAt = services.clock.now();
  try {
    await services.lanes.acquire(lane, signal);
  } catch {
    return { ...unbegun, attempts, status: 'cancelled', cancelled: true };
  }
  try {
    startedAt = services.clock.now();
    begin();
    const outcome = await callTool(action, toolEvent(action, index, input.value, services.runId), services, signal, {
      onAttempt: (number) => {
        attempts = number;
      },
      onRetry: (failure, number, delayMs) => announceRetry(action, index, failure, number, delayMs, services),
    });
    const ended = { attempts, executionMs: services.clock.now() - startedAt, cancelled: false, ofPlan: false };
    if ('result' in outcome) return { ...ended, status: 'succeeded', result: outcome.result };
    const { status, errorType: type, message } = outcome.failure;
    return { ...ended, status, error: { type, message } };
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    return {
      attempts,
      executionMs: services.clock.now() - startedAt,
      status: 'cancelled',
      cancelled: true,
      ofPlan: false,
    };
  } finally {
    services.lanes.release(lane);
  }
}

function toolEvent(action: ResolvedAction, index: number | undefined, input: Json, runId: string) {
  const key = index === undefined ? `${runId}:${action.id}` : `${runId}:${action.id}:${index}`;
  return {
    tool_name: action.tool.name,
    input,
    run_id: runId,
    action_id: action.id,
    idempotency_key: key,
    errors: 'return' as const,
  };
}

function announceStart(action: ResolvedAction, services: ActionServices): void {
  services.emit({ type: 'action_started', action_id: action.id, tool_name: action.tool.name });
}

function announceRetry(
  action: ResolvedAction,
  index: number | undefined,
  failure: Failure,
  number: number,
  delayMs: number,
  services: ActionServices,
): void {
  const item = index === undefined ? '' : `item ${index}: `;
  services.emit({
    type: 'progress',
    action_id: action.id,
    message: `${item}attempt ${number} failed, trying again: ${failure.errorType}: ${failure.message}`,
    attempt: number,
    delay_ms: roundMs(delayMs),
  });
}

/** The fallback stands in where the tool failed; a mistake of the plan itself stays a failure. */
function orFallback(action: ResolvedAction, outcome: Outcome, ofPlan: boolean): Outcome {
  const { fallback } = action.action;
  if (fallback === undefined || ofPlan) return outcome;
  return { ...outcome, status: 'fallback', result: fallback, reason: 'every attempt failed; this is its fallback' };
}

function cancelled(begun: Omit<Outcome, 'status'>, signal: AbortSignal): Outcome {
  const why = signal.reason instanceof Error ? signal.reason.message : 'the run ended';
  const state = begun.startedAt === undefined ? 'it had not started' : 'its outcome is unknown';
  return { ...begun, status: 'cancelled', reason: `${why}; ${state}` };
}

function notInvoked(error: { type: string; message: string }, services: ActionServices): Outcome {
  return { status: 'failed', attempts: 0, error, startedAt: services.clock.now() };
}

/** A value, or the failure of the expressions in it. */
async function attempt<T>(
  evaluate: () => Promise<T>,
): Promise<{ value: T } | { failure: { type: string; message: string } }> {
  try {
    return { value: await evaluate() };
  } catch (thrown) {
    if (!(thrown instanceof ExpressionFailure)) throw thrown;
    return { failure: { type: thrown.code, message: thrown.message } };
  }
}
