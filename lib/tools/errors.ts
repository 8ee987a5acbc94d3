/** Failures that a tool reports on purpose. Anything else that a handler throws counts as retryable. */
import { StepweaveError } from '../core/errors.ts';

/** It may succeed when tried again: a throttled service, a lock that is held. */
export class RetryableToolError extends StepweaveError {
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(code, 'tool', message, options);
    this.name = 'RetryableToolError';
  }
}

/** It fails each time with this input: bad input, an unknown warehouse, a problem without a solution. */
export class PermanentToolError extends StepweaveError {
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(code, 'tool', message, options);
    this.name = 'PermanentToolError';
  }
}
