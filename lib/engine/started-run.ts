/** A run under way, whichever engine runs it. */
import type { RunEvent } from './events.ts';
import type { RunRecord } from './records.ts';

export interface StartedRun {
  runId: string;
  /** All events from the first; may be read more than once. */
  events: AsyncIterable<RunEvent>;
  /** Resolves when the run has ended, however it ended; rejects only for a fault of the engine itself. */
  result: Promise<RunRecord>;
  /** Ends the run now: what runs is aborted, the rest never starts. */
  cancel(reason?: string): void;
}
