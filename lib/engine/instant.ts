/** What must not be decided before everything that happens at the same instant has been heard. */
import type { Clock } from '../core/clock.ts';

interface Pending {
  rank: number;
  decision: () => void;
}

/**
 * Makes decisions at the end of an instant, one at a time, the lowest rank first: each sees all that the ones before it
 * set going at the same instant.
 */
export class Instant {
  readonly #clock: Clock;
  readonly #onFault: (fault: unknown) => void;
  readonly #pending = new Map<unknown, Pending>();
  #waiting = false;

  /** `onFault` is told of a decision that threw; those after it are made all the same. */
  constructor(clock: Clock, onFault: (fault: unknown) => void) {
    this.#clock = clock;
    this.#onFault = onFault;
  }

  /** A decision on `subject` that is asked for again before it was made is made once. */
  decide(subject: unknown, rank: number, decision: () => void): void {
    this.#pending.set(subject, { rank, decision });
    if (this.#waiting) return;
    this.#waiting = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    while (this.#pending.size > 0) {
      await this.#clock.sleep(0);
      const next = [...this.#pending].reduce((lowest, other) => (other[1].rank < lowest[1].rank ? other : lowest));
      this.#pending.delete(next[0]);
      try {
        next[1].decision();
      } catch (fault) {
        this.#onFault(fault);
      }
    }
    this.#waiting = false;
  }
}
