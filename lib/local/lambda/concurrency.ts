/**
 * How many invocations may be under way at once, as Lambda counts them: reserved concurrency is a function's own limit
 * and is taken from the account's, which all other functions share.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
import type { ThrottleReason } from './errors.ts';
import type { FunctionConfig } from './functions.ts';

export class Concurrency {
  readonly #underWay = new Map<string, number>();
  readonly #sharedLimit: number;
  #shared = 0;

  constructor(functions: readonly FunctionConfig[], accountLimit: number) {
    this.#sharedLimit = functions.reduce((left, { reservedConcurrency: own = 0 }) => left - own, accountLimit);
  }

  /** The limit that keeps this function from one more invocation; nothing if it may start one. */
  limitReached({ name, reservedConcurrency }: FunctionConfig): ThrottleReason | undefined {
    if (reservedConcurrency === undefined) {
      return this.#shared < this.#sharedLimit ? undefined : 'ConcurrentInvocationLimitExceeded';
    }
    const own = this.#underWay.get(name) ?? 0;
    return own < reservedConcurrency ? undefined : 'ReservedFunctionConcurrentInvocationLimitExceeded';
  }

  enter(config: FunctionConfig): void {
    this.#count(config, 1);
  }

  leave(config: FunctionConfig): void {
    this.#count(config, -1);
  }

  #count({ name, reservedConcurrency }: FunctionConfig, change: 1 | -1): void {
    this.#underWay.set(name, (this.#underWay.get(name) ?? 0) + change);
    if (reservedConcurrency === undefined) this.#shared += change;
  }
}
