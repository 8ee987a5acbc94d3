/** The results of tool calls, as the provider wants them back. */
import { formatIssue, type Issue } from '../../core/issues.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { CallAnswer } from './format.ts';
import { FORMATS, type ResultMessages, type ToolCallFormat } from './formats.ts';
import type { ToolCall } from './tool-call.ts';

/** What became of a call: of an action's record what a model needs to know. */
export interface CallOutcome {
  status: string;
  /** Whether there is a result to use. */
  success: boolean;
  result: Json;
  error: string | null;
  error_type: string | null;
  reason: string | null;
}

/** The outcome of each call, by its id, from the records of the run. `callIds` is that of the plan. */
export function outcomesOf<Outcome extends CallOutcome & { id: string }>(
  records: Iterable<Outcome>,
  callIds: Readonly<Record<string, string>>,
): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const record of records) {
    if (Object.hasOwn(callIds, record.id)) outcomes.set(callIds[record.id]!, record);
  }
  return outcomes;
}

/**
 * The messages to append to the conversation: one result for every call, in the order of the calls, whatever became of it,
 * because providers refuse a conversation in which a call has none. What failed is marked in the provider's way and says
 * `{error, error_type, status}`.
 */
export function toolResults<F extends ToolCallFormat>(
  format: F,
  calls: readonly Pick<ToolCall, 'callId' | 'issues'>[],
  outcomes: ReadonlyMap<string, CallOutcome>,
): ResultMessages[F][] {
  return FORMATS[format].results(calls.map((call) => answerTo(call, outcomes.get(call.callId))));
}

function answerTo(
  { callId, issues }: Pick<ToolCall, 'callId' | 'issues'>,
  outcome: CallOutcome | undefined,
): CallAnswer {
  if (issues.length > 0) return { callId, content: refusal(issues), failed: true };
  if (outcome === undefined) {
    const content = { error: 'the call has no outcome yet', error_type: 'no_outcome', status: 'unknown' };
    return { callId, content, failed: true };
  }
  if (outcome.success) return { callId, content: outcome.result, failed: false };
  return { callId, content: failure(outcome), failed: true };
}

function failure({ status, error, error_type, reason }: CallOutcome): JsonObject {
  return {
    error: error ?? reason ?? `the call was ${status}`,
    error_type: error_type ?? status,
    status,
    ...(error !== null && reason !== null && { reason }),
  };
}

/** More would not help a model. */
const MOST_ISSUES = 10;

/** A call that was never made. */
function refusal(issues: readonly Issue[]): JsonObject {
  const lines = issues.slice(0, MOST_ISSUES).map((issue) => formatIssue(issue).trim());
  const more = issues.length - lines.length;
  return {
    error: [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    error_type: issues[0]!.code,
    status: 'failed',
  };
}
