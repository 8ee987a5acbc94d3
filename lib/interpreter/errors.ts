/** Errors of states, with names and causes in the words of Step Functions. */

export interface StatesErrorOptions {
  /** Of an expression: the field that it stands in. It is told by an event of its own. */
  location?: string;
  /** Ends the execution whatever Retry and Catch say. */
  isTerminal?: boolean;
  /** Of a Map that never began: no MapStateFailed tells it. */
  isBeforeStart?: boolean;
  /** Of what a state gives on, not of a task: `States.ALL` does not mean it. */
  isOfState?: boolean;
}

/** A state has failed. `name` is what `ErrorEquals` compares. */
export class StatesError extends Error {
  override readonly name: string;
  /** Absent where Step Functions gives none, as for a timeout. */
  readonly reason: string | undefined;
  readonly options: StatesErrorOptions;

  constructor(name: string, reason: string | undefined, options: StatesErrorOptions = {}) {
    super(reason ?? name);
    this.name = name;
    this.reason = reason;
    this.options = options;
  }

  /** As a state around it sees it, to which its place inside means nothing. */
  seenFromOutside(): StatesError {
    const { isTerminal, isOfState } = this.options;
    return new StatesError(this.name, this.reason, {
      ...(isTerminal !== undefined && { isTerminal }),
      ...(isOfState !== undefined && { isOfState }),
    });
  }

  /** As `$states.errorOutput`, and what a Catch gives on by default. A Fail state need not name its error. */
  get output(): { Error?: string; Cause?: string } {
    return { ...(this.name !== '' && { Error: this.name }), ...(this.reason !== undefined && { Cause: this.reason }) };
  }

  /** As the details of an event. */
  get details(): { error?: string; cause?: string } {
    return { ...(this.name !== '' && { error: this.name }), ...(this.reason !== undefined && { cause: this.reason }) };
  }
}

export function runtimeError(reason: string): StatesError {
  return new StatesError('States.Runtime', reason, { isTerminal: true });
}

/** An expression, or what it gives, is wrong. */
export function evaluationError(location: string, reason: string): StatesError {
  return new StatesError('States.QueryEvaluationError', reason, { location });
}

export function timeoutError(): StatesError {
  return new StatesError('States.Timeout', undefined);
}

export function heartbeatError(): StatesError {
  return new StatesError('States.HeartbeatTimeout', undefined);
}

export function toleranceError(): StatesError {
  return new StatesError(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );
}

/** `what` is the name of a state or of what a task called. */
export function dataLimitError(what: string, isOfState: boolean): StatesError {
  const reason = `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  return new StatesError('States.DataLimitExceeded', reason, { isOfState });
}

/** Before what is wrong with a state itself stands where in the execution that was. */
export function placed(error: StatesError, state: string, enteredId: number): StatesError {
  const where = `An error occurred while executing the state '${state}' (entered at the event id #${enteredId}). `;
  return new StatesError(error.name, where + (error.reason ?? ''), error.options);
}
