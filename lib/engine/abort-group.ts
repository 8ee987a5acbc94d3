/**
 * One abort for many. Each member has a signal of its own: listeners on a shared signal are kept in one list, and adding
 * one walks over all the others.
 */
export class AbortGroup {
  readonly #parent: AbortSignal;
  readonly #members = new Set<AbortController>();
  readonly #onParent = () => this.abort(this.#parent.reason);
  #reason: unknown;

  constructor(parent: AbortSignal) {
    this.#parent = parent;
    if (parent.aborted) this.#reason = parent.reason;
    else parent.addEventListener('abort', this.#onParent, { once: true });
  }

  /** Runs a task with a signal that is aborted with the group, or is already. */
  async run<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const member = new AbortController();
    if (this.#reason !== undefined) member.abort(this.#reason);
    this.#members.add(member);
    try {
      return await task(member.signal);
    } finally {
      this.#members.delete(member);
    }
  }

  abort(reason: unknown): void {
    this.#reason ??= reason;
    for (const member of this.#members) member.abort(this.#reason);
  }

  /** No task follows: lets go of the parent. */
  close(): void {
    this.#parent.removeEventListener('abort', this.#onParent);
  }
}
