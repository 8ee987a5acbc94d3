/** The events of a run as they come, wherever it runs. */
import type { Clock } from '../../core/clock.ts';
import type { Journal } from './journal.ts';
import type { StoredEvent } from './stored-event.ts';

export interface Followed {
  /** Of the run, while it is under way in this process. */
  journal(): Journal | undefined;
  /** All that there are now with larger numbers. */
  events(after: number): Promise<StoredEvent[]>;
  /** Whether events may follow this one. */
  mayGoOn(last: number): Promise<boolean>;
}

/** From the event after this one to the end of the run. Looks every `pollMs` at what does not run here. */
export async function* followEvents(
  run: Followed,
  after: number,
  { clock, pollMs, signal }: { clock: Clock; pollMs: number; signal: AbortSignal },
): AsyncGenerator<StoredEvent> {
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  let last = after;
  while (!signal.aborted) {
    const journal = run.journal();
    // Asked for before the events are read: what comes in between wakes it.
    const changed = journal?.changed;
    const isOpen = journal !== undefined && !journal.isClosed;
    const ahead = journal?.since(last) ?? [];
    // What is not in memory is in the store.
    const events = ahead[0]?.sequence === last + 1 ? ahead : await run.events(last);
    for (const event of events) {
      if (event.sequence <= last) continue;
      yield event;
      last = event.sequence;
    }
    if (isOpen) await Promise.race([changed, aborted]);
    else if (!(await run.mayGoOn(last))) return;
    else await Promise.race([clock.sleep(pollMs, signal).catch(() => {}), aborted]);
  }
}
