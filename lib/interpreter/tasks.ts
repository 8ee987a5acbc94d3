/** What a Task's Resource does. The interpreter knows no service: whoever runs it says what can be called. */
import type { Json } from '../core/json.ts';

export interface TaskService {
  /** Whether this Resource can be called here. */
  supports(resource: string): boolean;
  /**
   * One attempt. What a service answers, refusals and failures of a function too, is a result. Rejects only when the
   * signal is aborted, with its reason.
   */
  call(call: TaskCall): Promise<TaskResult>;
}

export interface TaskCall {
  resource: string;
  /** What `Arguments` came to; the state's input where there are none. */
  arguments: Json;
  /** Aborted when the attempt is out of time or no longer wanted. */
  signal: AbortSignal;
}

export type TaskResult = { ok: true; output: Json } | { ok: false; error: string; cause?: string };
