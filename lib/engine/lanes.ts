/** How many calls may run at once: over all, and per tool. */
import { compareUrgency } from '../compiler/urgency.ts';
import type { Instant } from './instant.ts';

export interface LaneRequest {
  tool: string;
  /** At most this many calls of the tool at once. */
  cap: number | undefined;
  /** Whoever compares lower goes first; see {@link compareUrgency}. */
  urgency: readonly number[];
}

interface Waiting extends LaneRequest {
  grant: () => void;
}

/** An action that a race sets free may want a lane at the same instant. */
const AFTER_RACES = Number.POSITIVE_INFINITY;

/**
 * Grants lanes to the most urgent call first. When lanes are scarce it decides only after everything that happens at the
 * same instant has been heard, so that the outcome does not depend on the order in which it is told.
 */
export class Lanes {
  readonly #max: number;
  readonly #instant: Instant;
  readonly #waiting: Waiting[] = [];
  readonly #running = new Map<string, number>();
  #total = 0;

  constructor(max: number | undefined, instant: Instant) {
    this.#max = max ?? Number.POSITIVE_INFINITY;
    this.#instant = instant;
  }

  /** Resolves when the call may start; rejects with the signal's reason. Each lane got is given back by `release`. */
  async acquire(request: LaneRequest, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#max === Number.POSITIVE_INFINITY && request.cap === undefined) return this.#take(request);
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        ...request,
        grant: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiting);
      this.#decideSoon();
    });
  }

  release(request: LaneRequest): void {
    this.#total--;
    this.#running.set(request.tool, this.#running.get(request.tool)! - 1);
    if (this.#waiting.length > 0) this.#decideSoon();
  }

  #take(request: LaneRequest): void {
    this.#total++;
    this.#running.set(request.tool, (this.#running.get(request.tool) ?? 0) + 1);
  }

  #decideSoon(): void {
    this.#instant.decide(this, AFTER_RACES, () => this.#decide());
  }

  #decide(): void {
    this.#waiting.sort((a, b) => compareUrgency(a.urgency, b.urgency));
    for (let at = 0; at < this.#waiting.length && this.#total < this.#max; ) {
      const next = this.#waiting[at]!;
      if ((this.#running.get(next.tool) ?? 0) >= (next.cap ?? Number.POSITIVE_INFINITY)) {
        at++;
        continue;
      }
      this.#waiting.splice(at, 1);
      this.#take(next);
      next.grant();
    }
  }
}
