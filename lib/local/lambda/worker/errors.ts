/**
 * Errors as the Node.js runtime of Lambda reports them: names, messages and form are those of
 * aws-lambda-nodejs-runtime-interface-client (src/utils/error.ts, src/utils/errors.ts).
 */
import { types } from 'node:util';
import { bounded } from '../function-errors.ts';
import type { InvocationResult } from '../service.ts';

/** An error of the runtime itself, as `Runtime.HandlerNotFound`. */
export class RuntimeError extends Error {
  constructor(kind: string, message: string) {
    super(message);
    this.name = `Runtime.${kind}`;
  }
}

/** Whatever was thrown, as a function error. */
export function failureOf(thrown: unknown): InvocationResult {
  return bounded({ payload: describe(thrown), functionError: 'Unhandled' });
}

function describe(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error) && !types.isNativeError(thrown)) {
      return JSON.stringify({ errorType: typeof thrown, errorMessage: String(thrown), trace: [] });
    }
    const trace = typeof thrown.stack === 'string' ? thrown.stack.split('\n') : [];
    return JSON.stringify({ errorType: thrown.name, errorMessage: thrown.message, trace });
  } catch {
    // A getter that throws, a name that is no JSON: the runtime's own words for it.
    const errorMessage =
      'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack';
    return JSON.stringify({ errorType: 'handled', errorMessage, trace: [] });
  }
}
