/** How many calls may run at once: over all, and per tool. */
import { compareUrgency, type Urgency } from '../compiler/urgency.ts';
import { Heap } from '../core/heap.ts';
import type { Instant } from './instant.ts';

export interface LaneRequest {
  tool: string;
  /** At most this many calls of the tool at once. */
  cap: number | undefined;
  /** Whoever compares lower goes first; see {@link compareUrgency}. */
  urgency: Urgency;
}

interface Waiting {
  urgency: Urgency;
  /** Undefined once it was aborted. */
  grant: (() => void) | undefined;
}

/** The calls of one tool. */
class Queue {
  readonly cap: number;
  running = 0;
  readonly #waiting = new Heap<Waiting>((a, b) => compareUrgency(a.urgency, b.urgency));

  constructor(cap = Number.POSITIVE_INFINITY) {
    this.cap = cap;
  }

  push(waiting: Waiting): void {
    this.#waiting.push(waiting);
  }

  /** The most urgent call that waits and could run. */
  next(): Waiting | undefined {
    if (this.running >= this.cap) return undefined;
    while (this.#waiting.size > 0 && this.#waiting.peek()!.grant === undefined) this.#waiting.pop();
    return this.#waiting.peek();
  }

  pop(): void {
    this.#waiting.pop();
  }
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
  readonly #queues = new Map<string, Queue>();
  #running = 0;

  constructor(max: number | undefined, instant: Instant) {
    this.#max = max ?? Number.POSITIVE_INFINITY;
    this.#instant = instant;
  }

  /** Resolves when the call may start; rejects with the signal's reason. Each lane got is given back by `release`. */
  async acquire({ tool, cap, urgency }: LaneRequest, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const queue = this.#queueOf(tool, cap);
    if (this.#max === Number.POSITIVE_INFINITY && cap === undefined) return this.#take(queue);
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => {
        waiting.grant = undefined;
        reject(signal.reason);
      };
      const waiting: Waiting = {
        urgency,
        grant: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      queue.push(waiting);
      this.#decideSoon();
    });
  }

  release({ tool }: LaneRequest): void {
    this.#running--;
    this.#queues.get(tool)!.running--;
    this.#decideSoon();
  }

  #queueOf(tool: string, cap: number | undefined): Queue {
    let queue = this.#queues.get(tool);
    if (queue === undefined) {
      queue = new Queue(cap);
      this.#queues.set(tool, queue);
    }
    return queue;
  }

  #take(queue: Queue): void {
    this.#running++;
    queue.running++;
  }

  #decideSoon(): void {
    if (this.#mostUrgent() !== undefined) this.#instant.decide(this, AFTER_RACES, () => this.#decide());
  }

  #decide(): void {
    for (let queue = this.#mostUrgent(); queue !== undefined && this.#running < this.#max; queue = this.#mostUrgent()) {
      const next = queue.next()!;
      queue.pop();
      this.#take(queue);
      next.grant!();
    }
  }

  /** The queue whose next call is the most urgent of all that could run. */
  #mostUrgent(): Queue | undefined {
    let first: Queue | undefined;
    for (const queue of this.#queues.values()) {
      const next = queue.next();
      if (next === undefined) continue;
      if (first === undefined || compareUrgency(next.urgency, first.next()!.urgency) < 0) first = queue;
    }
    return first;
  }
}
