/** What the host and the worker of an execution environment say to each other. */
import type { InvocationResult } from './service.ts';

export type OutputStream = 'stdout' | 'stderr';

/** What a worker is started with. */
export interface EnvironmentData {
  /** URL of the function's module. */
  moduleUrl: string;
  /** Name of the exported handler. */
  handler: string;
  functionName: string;
  memoryMb: number;
  logGroupName: string;
  logStreamName: string;
  /** One Int32: characters of output that the host has not yet taken. */
  backlog: SharedArrayBuffer;
}

export type ToWorker =
  | { type: 'invoke'; requestId: string; arn: string; timeoutMs: number; payload: string }
  /** The memory limit has been reached: collect garbage, if there is any. */
  | { type: 'collect' };

export type FromWorker =
  /** The module is loaded. */
  | { type: 'ready' }
  /** The handler starts now. */
  | { type: 'started' }
  | { type: 'output'; stream: OutputStream; text: string }
  | { type: 'done'; result: InvocationResult }
  /** The function failed outside its handler; the worker is about to exit. */
  | { type: 'crashed'; result: InvocationResult };
