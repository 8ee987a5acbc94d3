/** The events of a run while it goes on: plain data in order, for progress displays, streams and statistics. */
import type { ActionRecord, RunRecord } from './records.ts';

interface EventBase {
  /** ISO 8601. */
  time: string;
  run_id: string;
  /** 1, 2, 3 … within the run. */
  sequence: number;
}

export type RunEventBody =
  | { type: 'run_started'; name: string; actions: { id: string; tool_name: string }[] }
  | { type: 'action_started'; action_id: string; tool_name: string }
  /** An attempt failed and the next one follows after `delay_ms`; or an item of a list has ended (`items_done`). */
  | {
      type: 'progress';
      action_id: string;
      /** All of it in words. */
      message: string;
      /** Index of the item, in a list. */
      item?: number;
      /** The attempt that failed; 1 is the first. */
      attempt?: number;
      delay_ms?: number;
      error_type?: string;
      error?: string;
      items_done?: number;
      items?: number;
    }
  /** `succeeded` or `fallback`. */
  | { type: 'action_completed'; action_id: string; record: ActionRecord }
  /** `failed`, `timeout` or `cancelled`. */
  | { type: 'action_failed'; action_id: string; record: ActionRecord }
  | { type: 'action_skipped'; action_id: string; record: ActionRecord }
  | { type: 'run_completed'; run: RunRecord };

export type RunEvent = EventBase & RunEventBody;

/** Tells the end of an action. */
export function endEvent(record: ActionRecord): RunEventBody {
  const type = record.success ? 'action_completed' : record.status === 'skipped' ? 'action_skipped' : 'action_failed';
  return { type, action_id: record.id, record };
}
