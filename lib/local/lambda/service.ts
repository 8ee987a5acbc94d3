/** What serves an Invoke: the host with its workers, or fake functions. The wire and its adapters know only this. */
import type { FunctionRef } from './names.ts';

export interface Invocation {
  target: FunctionRef;
  requestId: string;
  /** The event as JSON text; whoever calls has checked that it parses. */
  payload: string;
}

export interface InvocationResult {
  /** JSON text: the function's answer, or its error. */
  payload: string;
  /** Set when the function failed. Lambda says `Unhandled` for every failure of a Node.js function. */
  functionError?: 'Unhandled';
  /** The end of what the function printed during this invocation, at most 4 KB. */
  logTail?: string;
}

/** Refusals are thrown as LambdaServiceError; a function that failed is a result. */
export interface LambdaService {
  /** Throws what an invocation of this function would be refused with; runs nothing. */
  check(target: FunctionRef): void;
  /** Runs a function. An abort ends the work and rejects with the signal's reason. */
  invoke(invocation: Invocation, signal?: AbortSignal): Promise<InvocationResult>;
  /** Takes over an invocation whose result nobody waits for. It runs once, and is not retried. */
  enqueue(invocation: Invocation): void;
}
