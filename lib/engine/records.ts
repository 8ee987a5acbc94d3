/** What became of a run and of each of its actions, in the wire format that `run`, `simulate` and the API print. */
import type { Json } from '../core/json.ts';

export type ActionStatus = 'succeeded' | 'fallback' | 'failed' | 'timeout' | 'skipped' | 'cancelled';
export type RunStatus = 'running' | 'succeeded' | 'partial' | 'failed' | 'timed_out' | 'cancelled';

/** One item of a `for_each` action. */
export interface ItemRecord {
  index: number;
  status: ActionStatus;
  attempts: number;
  /** Milliseconds from its first attempt to its end, waits between attempts included. */
  execution_time_ms: number;
  result?: Json;
  error?: string;
  error_type?: string;
}

/** One action. Every field is always there; what does not apply is null. */
export interface ActionRecord {
  id: string;
  status: ActionStatus;
  /** Whether it has a result to use: `succeeded` or `fallback`. */
  success: boolean;
  result: Json;
  tool_name: string;
  /** Times it was invoked; of a list, the most that an item was. */
  attempts: number;
  /** Milliseconds from `started_at` to `finished_at`, waits between attempts included. */
  execution_time_ms: number;
  /** When it was begun; null when it never was. */
  started_at: string | null;
  finished_at: string | null;
  error: string | null;
  error_type: string | null;
  /** Why it was skipped, cancelled or fell back. */
  reason: string | null;
  items?: ItemRecord[];
}

export interface RunRecord {
  run_id: string;
  name: string;
  status: RunStatus;
  engine: 'express' | 'standard' | 'direct';
  started_at: string;
  finished_at: string | null;
  makespan_ms: number;
  /** What the same calls would have taken one after another. */
  sequential_ms: number;
  /** `sequential_ms` / `makespan_ms`. */
  speedup: number;
  results: Record<string, Json>;
  /** In the order of the plan. */
  records: ActionRecord[];
  /** Why the run ended early or failed, in one sentence. */
  error: string | null;
  warnings: string[];
}
