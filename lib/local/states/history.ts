/** The history of one execution, and what it tells of the execution's end. */
import type { HistoryEvent } from '../../interpreter/history.ts';

/** An event as JSON 1.0 writes it: times are seconds. */
export type WireEvent = Omit<HistoryEvent, 'timestamp'> & { timestamp: number };

/** How an execution ended. */
export interface End {
  output?: string;
  error?: string;
  cause?: string;
}

export function wireEvent(event: HistoryEvent, withData: boolean): WireEvent {
  const { id, type, previousEventId, timestamp, ...details } = event;
  const shown = withData
    ? details
    : Object.fromEntries(Object.entries(details).map(([name, its]) => [name, bare(its)]));
  return { timestamp: timestamp / 1_000, type, id, previousEventId, ...shown };
}

/** Details without the data of the execution. */
function bare(details: unknown): unknown {
  if (typeof details !== 'object' || details === null) return details;
  const data = new Set(['input', 'output', 'parameters']);
  return Object.fromEntries(Object.entries(details).filter(([name]) => !data.has(name)));
}

/** What DescribeExecution tells by the last event: of a timeout neither error nor cause. Nothing if it has not ended. */
export function endOf(event: HistoryEvent | undefined): End {
  const output = event?.executionSucceededEventDetails?.output;
  if (output !== undefined) return { output };
  const { error, cause } = event?.executionFailedEventDetails ?? event?.executionAbortedEventDetails ?? {};
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

/** About how many characters an event takes. */
export function sizeOf(event: HistoryEvent): number {
  let size = 120;
  for (const details of Object.values(event)) {
    if (typeof details !== 'object' || details === null) continue;
    for (const value of Object.values(details)) size += typeof value === 'string' ? value.length : 20;
  }
  return size;
}

/** Where an execution stops that can go no further by itself, because of what happened around it. */
export function failureEvents(
  events: readonly HistoryEvent[],
  start: { input: string; roleArn: string },
  timestamp: number,
  details: { error: string; cause: string },
): HistoryEvent[] {
  const last = events.at(-1)?.id ?? 0;
  const started: HistoryEvent = {
    id: 1,
    previousEventId: 0,
    timestamp,
    type: 'ExecutionStarted',
    executionStartedEventDetails: { ...start, inputDetails: { truncated: false } },
  };
  const id = Math.max(2, last + 1);
  const failed: HistoryEvent = {
    id,
    previousEventId: id - 1,
    timestamp,
    type: 'ExecutionFailed',
    executionFailedEventDetails: details,
  };
  return last === 0 ? [started, failed] : [failed];
}
