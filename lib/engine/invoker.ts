/** The one thing the direct engine needs from the world: to have a function called. */
import type { Json } from '../core/json.ts';
import type { ToolEvent } from '../tools/envelope.ts';

export interface Invocation {
  /** Name or ARN of the function. */
  functionName: string;
  event: ToolEvent;
  /** `event`: accepted and not awaited. */
  mode: 'request' | 'event';
  signal: AbortSignal;
}

/** What came back: an answer, or a failure named as Step Functions names it (`Lambda.…`, or what the function threw). */
export type Answer = { ok: true; payload: Json } | { ok: false; error: string; message: string };

export interface Invoker {
  /** Never rejects but with the signal's reason, and then without delay. */
  invoke(invocation: Invocation): Promise<Answer>;
}
