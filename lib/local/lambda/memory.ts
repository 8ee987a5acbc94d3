/**
 * Holds a worker to its memory, by looking: the JavaScript heap and the buffers outside it are measured while the
 * worker runs, busy or not, and a worker that stays above its limit is reported.
 *
 * V8's own limit cannot do this. It does not count buffers; and an allocation that would overstep it by more than a
 * few megabytes — a list that grows, one large string — ends the whole process instead of the worker
 * (https://github.com/nodejs/node/issues/47224). So that limit is set far above the function's memory, where the next
 * measurement always comes first.
 */
import type { ResourceLimits, Worker } from 'node:worker_threads';
import type { ToWorker } from './protocol.ts';

const MB = 1_048_576;

/** Room between the memory of a function and V8's limit: more than the largest single list or string, about 1 GB. */
const HEADROOM_MB = 1_280;

/** Above the limit by this much, a worker is reported at once. */
const HARD_EXCESS = 256 * MB;

/** Above the limit by less, it has this long to collect its garbage, in milliseconds. */
const GRACE_MS = 500;

/** Time between two measurements in milliseconds: near the limit, well below it, and between invocations. */
const INTERVAL_MS = { near: 10, far: 40, idle: 1_000 } as const;

export function resourceLimits(memoryMb: number): ResourceLimits {
  return { maxOldGenerationSizeMb: memoryMb + HEADROOM_MB };
}

export class MemoryWatch {
  readonly #worker: Worker;
  readonly #limit: number;
  readonly #onExceeded: () => void;
  #busy = false;
  #stopped = false;
  #near = false;
  #exceededSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(worker: Worker, memoryMb: number, onExceeded: () => void) {
    this.#worker = worker;
    this.#limit = memoryMb * MB;
    this.#onExceeded = onExceeded;
    this.busy = true;
  }

  /** Whether an invocation runs, or the module is being loaded. */
  set busy(busy: boolean) {
    this.#busy = busy;
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const interval = this.#busy ? (this.#near ? INTERVAL_MS.near : INTERVAL_MS.far) : INTERVAL_MS.idle;
    this.#timer = setTimeout(() => void this.#measure(), interval).unref();
  }

  async #measure(): Promise<void> {
    try {
      const { used_heap_size: heap, external_memory: external } = await this.#worker.getHeapStatistics();
      if (this.#judge(heap + external)) return this.#onExceeded();
    } catch {
      // The worker is still starting, or has just exited; in the latter case `stop` follows.
    }
    this.#schedule();
  }

  /** Whether this is too much. Garbage counts until it is collected, so the worker is first asked to do that. */
  #judge(used: number): boolean {
    this.#near = used > this.#limit / 2;
    if (used <= this.#limit) {
      this.#exceededSince = undefined;
      return false;
    }
    if (this.#exceededSince === undefined) {
      this.#exceededSince = performance.now();
      this.#worker.postMessage({ type: 'collect' } satisfies ToWorker);
    }
    return used > this.#limit + HARD_EXCESS || performance.now() - this.#exceededSince >= GRACE_MS;
  }
}
