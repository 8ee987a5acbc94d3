/** What a failure means: what it is called, and whether the call may be repeated. */
import { isJsonObject, type Json, MAX_NESTING, nestedDeeperThan } from '../core/json.ts';
import { isEnvelope, TOOL_PERMANENT, TOOL_RETRYABLE } from '../tools/envelope.ts';
import { NEVER_RAN, PERMANENT } from '../tools/error-names.ts';
import type { Answer } from './invoker.ts';

/** How a failed attempt is told to users. */
export interface Failure {
  status: 'failed' | 'timeout';
  /** Stable name, as `unknown_warehouse`, `timeout`, `Lambda.TooManyRequestsException`. */
  errorType: string;
  message: string;
  /** Whether the function certainly did not run. */
  neverRan: boolean;
  /** Whether trying again with the same input is pointless. */
  permanent: boolean;
}

/** Lambda's own word for a function that ran into its timeout, in newer and older runtimes. */
const FUNCTION_TIMED_OUT = 'Sandbox.Timedout';

/** An attempt of the action ran into its timeout. */
export function timeoutFailure(seconds: number): Failure {
  const message = `no answer within ${seconds} s`;
  return { status: 'timeout', errorType: 'timeout', message, neverRan: false, permanent: false };
}

/** The result that an answer holds, or the failure it tells of. */
export function readAnswer(answer: Answer): { result: Json } | { failure: Failure } {
  if (!answer.ok) return { failure: invocationFailure(answer.error, answer.message) };
  const { payload } = answer;
  if (!isEnvelope(payload)) return bounded(payload);
  if (payload.success) return bounded(payload.result ?? null);
  return { failure: envelopeFailure(payload) };
}

function bounded(result: Json): { result: Json } | { failure: Failure } {
  if (!nestedDeeperThan(result, MAX_NESTING)) return { result };
  const message = `the result is nested more than ${MAX_NESTING} levels deep`;
  return { failure: { status: 'failed', errorType: 'result_too_deep', message, neverRan: false, permanent: true } };
}

function invocationFailure(error: string, message: string): Failure {
  if (error === FUNCTION_TIMED_OUT) {
    return { status: 'timeout', errorType: 'timeout', message, neverRan: false, permanent: false };
  }
  if (error === TOOL_RETRYABLE || error === TOOL_PERMANENT) {
    const envelope = thrownEnvelope(message);
    if (envelope !== undefined) return envelopeFailure({ ...envelope, retryable: error === TOOL_RETRYABLE });
  }
  return {
    status: 'failed',
    errorType: error,
    message,
    neverRan: NEVER_RAN.includes(error),
    permanent: PERMANENT.includes(error),
  };
}

function thrownEnvelope(message: string): Record<string, unknown> | undefined {
  try {
    const parsed = JSON.parse(message);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined; // thrown by a function of another make under the same name
  }
}

function envelopeFailure(envelope: Record<string, unknown>): Failure {
  const { error, error_type: errorType, retryable } = envelope;
  return {
    status: 'failed',
    errorType: typeof errorType === 'string' && errorType !== '' ? errorType : 'ToolError',
    message: typeof error === 'string' ? error : 'the tool failed and did not say why',
    neverRan: false,
    permanent: retryable === false,
  };
}

/**
 * Retry only what may be retried: any tool after a failure that says it never ran; an idempotent one also after
 * everything that is not permanent.
 */
export function mayRetry(failure: Failure, idempotent: boolean): boolean {
  return failure.neverRan || (idempotent && !failure.permanent);
}
