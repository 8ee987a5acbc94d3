/** Errors of this project: a stable code, whose fault it was, and the cause. */
import { preview } from './json.ts';

/** `user`: the call or the plan; `tool`: a tool's own failure; `service`: AWS or its stand-in; `internal`: a bug here. */
export type Fault = 'user' | 'tool' | 'service' | 'internal';

export class StepweaveError extends Error {
  readonly code: string;
  readonly fault: Fault;

  constructor(code: string, fault: Fault, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StepweaveError';
    this.code = code;
    this.fault = fault;
  }
}

/** The message of anything that was thrown: an error, an object with a message as jsonata throws, or any other value. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  const message = typeof thrown === 'object' && thrown !== null && 'message' in thrown ? thrown.message : undefined;
  return typeof message === 'string' ? message : preview(thrown);
}
