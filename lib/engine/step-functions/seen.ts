/** What an execution shows of the calls it made, whether by its history or by its output. */
import type { Json } from '../../core/json.ts';

/** Times are milliseconds since the epoch. */
export interface SeenCall {
  enteredAt: number;
  /** Undefined while it runs, and of what was aborted. */
  endedAt: number | undefined;
  /** How often the function was invoked. */
  attempts: number;
  end: SeenEnd | undefined;
}

export type SeenEnd =
  | { kind: 'result'; result: Json }
  /** A function answered with a failure, although it was asked to throw it. */
  | { kind: 'returned'; envelope: Json }
  /** An error of the function, of the service, or of an expression. */
  | { kind: 'error'; error: string; cause: string | undefined };

export interface SeenAction extends SeenCall {
  /** Of a list, by index; those that never began are undefined. */
  items: (SeenCall | undefined)[] | undefined;
}
