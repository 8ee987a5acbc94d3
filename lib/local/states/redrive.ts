/** Which executions RedriveExecution continues: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
import { MAX_HISTORY_EVENTS, MAX_STANDARD_SECONDS } from '../../asl/limits.ts';
import type { HistoryEvent } from '../../interpreter/history.ts';
import { MAX_REDRIVE_TOKENS, REDRIVE_PERIOD_MS, REDRIVE_TOKEN_MS } from './limits.ts';
import type { ExecutionSummary, Machine } from './records.ts';

/** A redrive that was asked for: the same token again gets the same answer. */
export interface RedriveToken {
  token: string;
  redrivenAt: number;
  until: number;
}

export function rememberToken(tokens: readonly RedriveToken[], token: string | undefined, now: number): RedriveToken[] {
  if (token === undefined) return [...tokens];
  return [...tokens, { token, redrivenAt: now, until: now + REDRIVE_TOKEN_MS }].slice(-MAX_REDRIVE_TOKENS);
}

/** The reason in the words of `redriveStatusReason`; nothing if it can be redriven. */
export function whyNotRedrivable(
  { status, startedAt, stoppedAt = startedAt }: ExecutionSummary,
  machine: Machine | undefined,
  events: readonly HistoryEvent[],
  now: number,
): string | undefined {
  if (machine === undefined || machine.status === 'DELETING') return 'State machine is in DELETING status';
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (events.length >= MAX_HISTORY_EVENTS - 1) return 'Execution history event limit exceeded';
  if (now - startedAt > MAX_STANDARD_SECONDS * 1_000) return 'Execution has exceeded the max execution time';
  if (now - stoppedAt > REDRIVE_PERIOD_MS) return 'Execution redrivable period exceeded';
  return undefined;
}
