/**
 * Invocations that are refused, as the exceptions of Lambda's API: code, status and message.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 */
import { type Fault, StepweaveError } from '../../core/errors.ts';
import { type FunctionRef, functionArn } from './names.ts';

export type ThrottleReason = 'ReservedFunctionConcurrentInvocationLimitExceeded' | 'ConcurrentInvocationLimitExceeded';

/** `code` is the exception's name; Step Functions shows it as `Lambda.<code>`. */
export class LambdaServiceError extends StepweaveError {
  readonly status: number;
  /** Set where a concurrency limit was met. */
  readonly reason: ThrottleReason | undefined;

  constructor(code: string, fault: Fault, status: number, message: string, reason?: ThrottleReason) {
    super(code, fault, message);
    this.name = 'LambdaServiceError';
    this.status = status;
    this.reason = reason;
  }
}

export function functionNotFound(target: FunctionRef, region?: string): LambdaServiceError {
  const message = `Function not found: ${functionArn(target, region)}`;
  return new LambdaServiceError('ResourceNotFoundException', 'user', 404, message);
}

export function throttled(reason: ThrottleReason): LambdaServiceError {
  return new LambdaServiceError('TooManyRequestsException', 'service', 429, 'Rate Exceeded.', reason);
}

export function requestTooLarge(message: string): LambdaServiceError {
  return new LambdaServiceError('RequestTooLargeException', 'user', 413, message);
}

export function invalidContent(message: string): LambdaServiceError {
  return new LambdaServiceError('InvalidRequestContentException', 'user', 400, message);
}

export function invalidParameter(message: string): LambdaServiceError {
  return new LambdaServiceError('InvalidParameterValueException', 'user', 400, message);
}

export function serviceFailure(message: string): LambdaServiceError {
  return new LambdaServiceError('ServiceException', 'service', 500, message);
}
