/**
 * Invocations that wait for an environment. The next one is of the function that has the fewest running, the longest
 * waiting among those: a function that is called a thousand times does not keep another one waiting, and functions
 * that all wait share the environments evenly.
 */

interface Entry<Job> {
  job: Job;
  arrival: number;
}

export class FairQueue<Job> {
  /** In order of arrival, by function. */
  readonly #waiting = new Map<string, Entry<Job>[]>();
  #arrivals = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(functionName: string, job: Job): void {
    const entries = this.#waiting.get(functionName) ?? [];
    entries.push({ job, arrival: this.#arrivals++ });
    this.#waiting.set(functionName, entries);
    this.#size++;
  }

  /** Takes a job out, wherever it stands. Whether it was there. */
  remove(functionName: string, job: Job): boolean {
    const entries = this.#waiting.get(functionName) ?? [];
    const index = entries.findIndex((entry) => entry.job === job);
    if (index < 0) return false;
    entries.splice(index, 1);
    if (entries.length === 0) this.#waiting.delete(functionName);
    this.#size--;
    return true;
  }

  /** The job whose turn it is among those that `mayStart`; it stays in the queue. */
  next(running: (functionName: string) => number, mayStart: (job: Job) => boolean): Job | undefined {
    let best: { job: Job; running: number; arrival: number } | undefined;
    for (const [functionName, entries] of this.#waiting) {
      const first = entries.find(({ job }) => mayStart(job));
      if (first === undefined) continue;
      const candidate = { ...first, running: running(functionName) };
      const sooner =
        best === undefined ||
        candidate.running < best.running ||
        (candidate.running === best.running && candidate.arrival < best.arrival);
      if (sooner) best = candidate;
    }
    return best?.job;
  }

  all(): Job[] {
    return [...this.#waiting.values()].flatMap((entries) => entries.map(({ job }) => job));
  }
}
