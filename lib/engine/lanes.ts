/** How many calls may run at once: over all, and per tool. */
import { compareUrgency } from '../compiler/urgency.ts';
import type { Clock } from '../core/clock.ts';

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

/**
 * Grants lanes to the most urgent call first. When lanes are scarce it decides only after everything that happens at the
 * same instant has been heard, so that the outcome does not depend on the order in which it is told.
 */
export class Lanes {
  readonly #max: number;
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  readonly #running = new Map<string, number>();
  #total = 0;
  #deciding = false;

  constructor(max: number | undefined, clock: Clock) {
    this.#max = max ?? Number.POSITIVE_INFINITY;
    this.#clock = clock;
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
    if (this.#deciding) return;
    this.#deciding = true;
    void this.#clock.sleep(0).then(() => {
      this.#deciding = false;
      this.#decide();
    });
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
