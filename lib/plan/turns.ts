/** Runs tasks one at a time, in the order in which they came. Uses promises alone, so that any clock stays right. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** What the task gives, once it had its turn. */
  take<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {});
    return result;
  }
}
