/** What became of an action while the engine still works with it, and its record. */
import type { Json } from '../core/json.ts';
import type { ResolvedAction } from '../plan/resolve.ts';
import type { ActionRecord, ActionStatus, ItemRecord } from './records.ts';

export interface Outcome {
  status: ActionStatus;
  result?: Json;
  attempts: number;
  error?: { type: string; message: string };
  reason?: string;
  /** Milliseconds since the epoch; undefined when it never began. */
  startedAt?: number;
  items?: ItemRecord[];
  /** Skipped because its own `when` did not hold. */
  conditionFalse?: boolean;
}

/** An outcome and when it came, in milliseconds since the epoch. */
export interface Ended {
  outcome: Outcome;
  at: number;
}

/** Whether it has a result for others to use. */
export function hasResult({ status }: Outcome): boolean {
  return status === 'succeeded' || status === 'fallback';
}

/** Whether it failed for good: no fallback stood in. */
export function isFailure({ status }: Outcome): boolean {
  return status === 'failed' || status === 'timeout';
}

/** How messages tell it: `failed`, `timed out`, `was skipped`. */
export function verb({ status }: Outcome): string {
  const verbs: Record<ActionStatus, string> = {
    succeeded: 'succeeded',
    fallback: 'fell back',
    failed: 'failed',
    timeout: 'timed out',
    skipped: 'was skipped',
    cancelled: 'was cancelled',
  };
  return verbs[status];
}

/** The record of an action that has ended. */
export function actionRecord({ id, tool }: ResolvedAction, outcome: Outcome, finishedAt: number): ActionRecord {
  const { startedAt, items } = outcome;
  return {
    id,
    status: outcome.status,
    success: hasResult(outcome),
    result: outcome.result ?? null,
    tool_name: tool.name,
    attempts: outcome.attempts,
    execution_time_ms: startedAt === undefined ? 0 : roundMs(finishedAt - startedAt),
    started_at: startedAt === undefined ? null : new Date(startedAt).toISOString(),
    finished_at: startedAt === undefined ? null : new Date(finishedAt).toISOString(),
    error: outcome.error?.message ?? null,
    error_type: outcome.error?.type ?? null,
    reason: outcome.reason ?? null,
    ...(items && { items }),
  };
}

/** Milliseconds to a thousandth: sums of binary fractions stay readable. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
