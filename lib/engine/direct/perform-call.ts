/** One invocation of an action with its retries: its input, a lane, and what became of it. */
import type { Json } from '../../core/json.ts';
import { ExpressionFailure, resolveTemplate, type Scope } from '../../plan/evaluate.ts';
import type { ResolvedAction } from '../../plan/resolve.ts';
import type { ToolEvent } from '../../tools/envelope.ts';
import { type CallServices, callTool } from '../call.ts';
import type { Call, Fault } from '../calls.ts';
import type { RunEventBody } from '../events.ts';
import type { Failure } from '../failures.ts';
import type { Lanes } from '../lanes.ts';
import { roundMs } from '../outcome.ts';

export interface ActionServices extends CallServices {
  lanes: Lanes;
  runId: string;
  /** Lower goes first where lanes are scarce. */
  urgency(action: ResolvedAction): readonly number[];
  emit(event: RunEventBody): void;
  /** Under `stop` the first failed item ends its list. */
  stopOnFailure: boolean;
}

export interface CallRequest {
  action: ResolvedAction;
  /** Of an item of a list. */
  index: number | undefined;
  scope: Scope;
  services: ActionServices;
  signal: AbortSignal;
}

/** `begin` is called when the call has its lane. */
export async function performCall(request: CallRequest, begin: () => void): Promise<Call> {
  const { action, index, scope, services, signal } = request;
  const unbegun = { attempts: 0, executionMs: 0 };
  if (signal.aborted) return { ...unbegun, status: 'cancelled', why: whyAborted(signal) };
  const input = await attempt(() => resolveTemplate(action.input, scope, ['input']));
  if ('fault' in input) return { ...unbegun, status: 'failed', fault: input.fault, ofPlan: true };

  const { name: tool, concurrency_cap: cap } = action.tool;
  const lane = { tool, cap, urgency: [...services.urgency(action), index ?? 0] };
  try {
    await services.lanes.acquire(lane, signal);
  } catch {
    return { ...unbegun, status: 'cancelled', why: whyAborted(signal) };
  }
  try {
    begin();
    return await inLane(request, input.value);
  } finally {
    services.lanes.release(lane);
  }
}

async function inLane(request: CallRequest, input: Json): Promise<Call> {
  const { action, services, signal } = request;
  const startedAt = services.clock.now();
  let attempts = 0;
  const begun = () => ({ attempts, executionMs: services.clock.now() - startedAt });
  try {
    const outcome = await callTool(action, toolEvent(request, input), services, signal, {
      onAttempt: (number) => {
        attempts = number;
      },
      onRetry: (failure, number, delayMs) => announceRetry(request, failure, number, delayMs),
    });
    if ('result' in outcome) return { ...begun(), status: 'succeeded', result: outcome.result };
    const { status, errorType: type, message } = outcome.failure;
    return { ...begun(), status, fault: { type, message }, ofPlan: false };
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    return { ...begun(), status: 'cancelled', why: whyAborted(signal) };
  }
}

function toolEvent({ action, index, services: { runId } }: CallRequest, input: Json): ToolEvent {
  const key = index === undefined ? `${runId}:${action.id}` : `${runId}:${action.id}:${index}`;
  return {
    tool_name: action.tool.name,
    input,
    run_id: runId,
    action_id: action.id,
    idempotency_key: key,
    errors: 'return',
  };
}

function announceRetry(
  { action, index, services }: CallRequest,
  failure: Failure,
  attempt: number,
  delayMs: number,
): void {
  const item = index === undefined ? '' : `item ${index}: `;
  services.emit({
    type: 'progress',
    action_id: action.id,
    message: `${item}attempt ${attempt} failed, trying again: ${failure.errorType}: ${failure.message}`,
    attempt,
    delay_ms: roundMs(delayMs),
    error_type: failure.errorType,
    error: failure.message,
    ...(index !== undefined && { item: index }),
  });
}

/** What ended it from outside. */
export function whyAborted({ reason }: AbortSignal): string {
  return reason instanceof Error ? reason.message : 'the run ended';
}

/** A value, or the fault of the expressions in it. */
export async function attempt<T>(evaluate: () => Promise<T>): Promise<{ value: T } | { fault: Fault }> {
  try {
    return { value: await evaluate() };
  } catch (thrown) {
    if (!(thrown instanceof ExpressionFailure)) throw thrown;
    return { fault: { type: thrown.code, message: thrown.message } };
  }
}
