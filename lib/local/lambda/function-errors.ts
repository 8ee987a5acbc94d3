/**
 * Failures of a function that the platform reports in its place, in the platform's words. Names and messages are those
 * of AWS's runtime emulator (aws-lambda-runtime-interface-emulator, internal/lambda-managed-instances and rapid) and of
 * recorded answers. This file is loaded into every worker: it imports only types and numbers.
 */
import { MAX_RESPONSE_BYTES } from './limits.ts';
import type { InvocationResult } from './service.ts';

function failure(errorType: string, errorMessage: string): InvocationResult {
  return { payload: JSON.stringify({ errorType, errorMessage }), functionError: 'Unhandled' };
}

export function timedOut(requestId: string, seconds: number): InvocationResult {
  const message = `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`;
  return failure('Sandbox.Timedout', message);
}

/** `code` is the exit status; leaving with 0 is a failure too, because no answer was given. */
export function exited(requestId: string, code: number): InvocationResult {
  const how = code === 0 ? 'without providing a reason' : `with error: exit status ${code}`;
  return failure('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited ${how}`);
}

/** What Lambda answers when the kernel killed a function that outgrew its memory. */
export function outOfMemory(requestId: string): InvocationResult {
  return failure('Runtime.OutOfMemory', `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`);
}

/** The same result, or the error that stands in its place when it is larger than Lambda carries. */
export function bounded(result: InvocationResult): InvocationResult {
  // No character takes less than one byte: a text this long need not be measured.
  const fits = result.payload.length <= MAX_RESPONSE_BYTES && Buffer.byteLength(result.payload) <= MAX_RESPONSE_BYTES;
  if (fits) return result;
  const message = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
  return failure('Function.ResponseSizeTooLarge', message);
}
