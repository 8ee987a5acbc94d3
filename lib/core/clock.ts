/**
 * Time as a dependency. The real clock is the machine's; the virtual one skips every wait, so that an hour of sleeps,
 * timeouts and retries takes milliseconds and always happens in the same order.
 */

import { Heap } from './heap.ts';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. After `sleep(0)` all that was ready
   * at this instant has been done.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay that one `setTimeout` keeps (2^31-1 ms, about 24.8 days); a longer one would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

export const realClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    if (ms <= 0) await new Promise<void>((resolve) => setImmediate(resolve));
    for (let left = ms; left > 0; left -= MAX_TIMER_MS) await timer(Math.min(left, MAX_TIMER_MS), signal);
    signal?.throwIfAborted();
  },
};

function timer(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(handle);
      reject(signal?.reason);
    };
    const handle = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

interface Sleeper {
  wakeAt: number;
  /** Of those that wake at the same time, who came first. */
  order: number;
  /** Undefined once it was aborted. */
  wake: (() => void) | undefined;
}

/**
 * A clock that jumps to the next sleeper whenever all other work has come to rest. Rest is seen by one turn of the
 * event loop: work under this clock may await promises and this clock's sleeps, but no I/O and no real timers, or time
 * runs ahead of it.
 */
export class VirtualClock implements Clock {
  #now: number;
  readonly #sleepers = new Heap<Sleeper>((a, b) => a.wakeAt - b.wakeAt || a.order - b.order);
  #order = 0;
  #scheduled = false;

  constructor(start = 0) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        sleeper.wake = undefined; // stays in the heap until its time has come
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        wakeAt: this.#now + Math.max(0, ms),
        order: this.#order++,
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#sleepers.push(sleeper);
      this.#scheduleAdvance();
    });
  }

  #scheduleAdvance(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const next = this.#nextAwaited();
      if (next === undefined) return;
      this.#now = next.wakeAt;
      next.wake!();
      if (this.#sleepers.size > 0) this.#scheduleAdvance();
    });
  }

  #nextAwaited(): Sleeper | undefined {
    let next = this.#sleepers.pop();
    while (next !== undefined && next.wake === undefined) next = this.#sleepers.pop();
    return next;
  }
}
