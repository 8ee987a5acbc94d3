/** How much one evaluation may do, and what it has done. */

/**
 * What one evaluation may do; about a second's worth. A step is one visit to a node of the expression. It is counted, not
 * timed, so that neither a slow machine nor other work at the same time makes a difference. Step Functions gives an
 * evaluation one second: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export const MAX_STEPS = 1_000_000;

/** Values that are read whole cost more: a step for so many elements of a list or characters of a text. */
const ELEMENTS_PER_STEP = 50;
const CHARACTERS_PER_STEP = 100;

/** A step that works on large objects takes longer than it counts for; this ends what such steps add up to. */
export const MAX_OWN_MS = 2000;

/** Between two steps other work has its turn. What is longer than any usual step was mostly that. */
const MAX_MS_BETWEEN_STEPS = 10;

/**
 * Characters of a text, and elements of all lists that an evaluation makes: above what a Lambda function can answer
 * (6 MB), and far below what fills the memory.
 */
export const MAX_SIZE = 10_000_000;

/** Elements of a list on Step Functions, whose memory limit was measured: https://github.com/floci-io/floci/issues/2737 */
export const MAX_LIST_LENGTH = 873_782;

/** Characters of a text there: as many bytes as that list has. */
const MAX_TEXT_LENGTH = 6_990_256;

/** Evaluations around one another there, measured as well: a sum of 200 terms is too deep. */
const MAX_DEPTH = 100;

/** What ends an evaluation, in the words of Step Functions. */
export function memoryExceeded(): Error {
  return new Error('Expression evaluation memory limit exceeded: Check for excessive memory usage');
}

export function stackExceeded(): Error {
  return new Error(
    'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.',
  );
}

export function timeExceeded(): Error {
  return new Error('Expression evaluation timeout: Check for infinite loop');
}

/** What one evaluation has done, from the moment it begins. */
export class Bounds {
  #steps = 0;
  #elements = 0;
  #ownMs = 0;
  #lastSeen = performance.now();

  get steps(): number {
    return this.#steps;
  }

  /** What `$now` and `$millis` tell, in milliseconds since the epoch. */
  get time(): number {
    return Date.now();
  }

  /** Before a node; `depth` is that of the syntax, `isBody` says that a function is being called. */
  enter(_depth: number, _isBody: boolean): void {
    this.#spend(1);
    this.#checkTime();
  }

  leave(result: unknown, type: string, _isBody: boolean): void {
    this.#checkTime();
    if (typeof result === 'string') {
      if (result.length > MAX_SIZE) throw this.tooLarge(`a text of more than ${MAX_SIZE} characters`);
      this.#spend(result.length / CHARACTERS_PER_STEP);
    }
    if (!Array.isArray(result)) return;
    this.#spend(result.length / ELEMENTS_PER_STEP);
    if (type === 'variable') return; // its list was there before
    this.#elements += result.length;
    if (this.#elements > MAX_SIZE) throw this.tooLarge(`lists of more than ${MAX_SIZE} elements`);
  }

  protected tooLong(message: string): Error {
    return new Error(message);
  }

  protected tooLarge(message: string): Error {
    return new Error(message);
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) throw this.tooLong(`the evaluation takes more than ${MAX_STEPS} steps`);
  }

  #checkTime(): void {
    const now = performance.now();
    this.#ownMs += Math.min(now - this.#lastSeen, MAX_MS_BETWEEN_STEPS);
    this.#lastSeen = now;
    if (this.#ownMs > MAX_OWN_MS) throw this.tooLong(`the evaluation took longer than ${MAX_OWN_MS} ms`);
  }
}

/**
 * The bounds of Step Functions, where expressions may define functions: a recursion ends where its calls are too deep, or
 * when it takes too many steps.
 */
export class StepFunctionsBounds extends Bounds {
  readonly #time: number;
  #calls = 0;

  /** `time` is what `$now` and `$millis` tell. */
  constructor(time: number) {
    super();
    this.#time = time;
  }

  override get time(): number {
    return this.#time;
  }

  override enter(depth: number, isBody: boolean): void {
    super.enter(depth, isBody);
    if (isBody) this.#calls += 1;
    if (depth > MAX_DEPTH || this.#calls > MAX_DEPTH) throw stackExceeded();
  }

  override leave(result: unknown, type: string, isBody: boolean): void {
    if (isBody) this.#calls -= 1;
    if (Array.isArray(result) && result.length > MAX_LIST_LENGTH) throw memoryExceeded();
    if (typeof result === 'string' && result.length > MAX_TEXT_LENGTH) throw memoryExceeded();
    super.leave(result, type, isBody);
  }

  protected override tooLong(): Error {
    return timeExceeded();
  }

  protected override tooLarge(): Error {
    return memoryExceeded();
  }
}

/** What was thrown: of the engine's own limits as those of Step Functions. */
export function withBoundsWording(thrown: unknown): unknown {
  if (!(thrown instanceof RangeError)) return thrown;
  return thrown.message.includes('call stack') ? stackExceeded() : memoryExceeded();
}
