/**
 * Requests that are refused, as the exceptions of the service's API, with AWS's own wording where it is known: recorded
 * in LocalStack's test_sfn_api.snapshot.json. https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html
 */
import type { Diagnostic } from '../../asl/validate.ts';
import { type Fault, StepweaveError } from '../../core/errors.ts';
import { MAX_DIAGNOSTICS } from './limits.ts';

/** `code` is the exception's name. */
export class StatesServiceError extends StepweaveError {
  readonly status: number;
  /** Further members of the exception. */
  readonly details: Readonly<Record<string, string>>;

  constructor(code: string, message: string, { status = 400, fault = 'user' as Fault, details = {} } = {}) {
    super(code, fault, message);
    this.name = 'StatesServiceError';
    this.status = status;
    this.details = details;
  }
}

const refusal = (code: string, message: string) => new StatesServiceError(code, message);

export function machineDoesNotExist(arn: string): StatesServiceError {
  return refusal('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}

export function machineAlreadyExists(arn: string): StatesServiceError {
  return refusal('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
}

export function machineDeleting(arn: string): StatesServiceError {
  return refusal('StateMachineDeleting', `State Machine Deleting: '${arn}'`);
}

export function machineLimitExceeded(limit: number): StatesServiceError {
  return refusal('StateMachineLimitExceeded', `There are ${limit} state machines already: no more are allowed`);
}

export function typeNotSupported(): StatesServiceError {
  return refusal('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
}

export function executionDoesNotExist(arn: string): StatesServiceError {
  return refusal('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
}

export function executionAlreadyExists(arn: string): StatesServiceError {
  return refusal('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
}

export function notRedrivable(reason: string): StatesServiceError {
  return refusal('ExecutionNotRedrivable', reason);
}

export function invalidInput(reason: string): StatesServiceError {
  return refusal('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
}

export function invalidName(name: string): StatesServiceError {
  return refusal('InvalidName', `Invalid Name: '${name}'`);
}

export function invalidArn(reason: string): StatesServiceError {
  return refusal('InvalidArn', `Invalid Arn: '${reason}'`);
}

export function invalidToken(): StatesServiceError {
  return refusal('InvalidToken', "Invalid Token: 'Invalid token'");
}

export function invalidDefinition(diagnostics: readonly Diagnostic[]): StatesServiceError {
  const reasons = diagnostics
    .slice(0, MAX_DIAGNOSTICS)
    .map(({ code, message, location }) => `${code}: ${message} at ${location ?? 'null'}`);
  return refusal('InvalidDefinition', `Invalid State Machine Definition: '${reasons.join(', ')}'`);
}

export function missingParameter(): StatesServiceError {
  const settings = 'the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration';
  return refusal('MissingRequiredParameter', `Either ${settings} must be specified`);
}

export function tooManyTags(resourceName: string, limit: number): StatesServiceError {
  const details = { resourceName };
  return new StatesServiceError('TooManyTags', `A state machine has at most ${limit} tags`, { details });
}

export function validationFailed(message: string): StatesServiceError {
  return refusal('ValidationException', message);
}

/** The request is no JSON, or a member of it has another type than the API says. */
export function unreadableRequest(message: string): StatesServiceError {
  return refusal('SerializationException', message);
}

export function throttled(): StatesServiceError {
  return new StatesServiceError('ThrottlingException', 'Rate exceeded', { fault: 'service' });
}

export function requestTooLarge(limit: number): StatesServiceError {
  const message = `A request has at most ${limit} bytes, its headers included`;
  return new StatesServiceError('RequestEntityTooLargeException', message, { status: 413 });
}

export function unknownOperation(what: string): StatesServiceError {
  return refusal('UnknownOperationException', `There is no operation ${what}`);
}

/** An operation, or a part of one, that AWS has and this service has not. */
export function notServed(what: string): StatesServiceError {
  return new StatesServiceError('NotImplementedException', `${what} is not served here`, { status: 501 });
}

export function internalFailure(message: string): StatesServiceError {
  return new StatesServiceError('InternalFailure', message, { status: 500, fault: 'internal' });
}
