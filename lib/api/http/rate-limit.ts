/** How often a caller may ask: a token bucket each. It counts for this process alone. */
import type { Clock } from '../../core/clock.ts';
import { HttpError } from './problem.ts';

export interface RateLimitOptions {
  /** Requests per second, in the long run. */
  perSecond: number;
  /** Requests at once. */
  burst: number;
}

interface Bucket {
  tokens: number;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Callers that are remembered; one that is forgotten has a full bucket again. */
const MAX_CALLERS = 10_000;

export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #clock: Clock;
  /** In order of their last request. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: RateLimitOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Throws `too_many_requests` with the time after which there is room again. */
  admit(caller: string): void {
    const { perSecond, burst } = this.#options;
    const now = this.#clock.now();
    const last = this.#buckets.get(caller) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, last.tokens + ((now - last.at) / 1000) * perSecond);
    const isAdmitted = tokens >= 1;
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { tokens: isAdmitted ? tokens - 1 : tokens, at: now });
    const [oldest] = this.#buckets.size > MAX_CALLERS ? this.#buckets.keys() : [];
    if (oldest !== undefined) this.#buckets.delete(oldest);
    if (isAdmitted) return;
    const seconds = Math.max(1, Math.ceil((1 - tokens) / perSecond));
    const message = `at most ${perSecond} requests a second, and ${burst} at once: try again after ${seconds} s`;
    throw new HttpError('too_many_requests', message, { 'retry-after': String(seconds) });
  }
}
