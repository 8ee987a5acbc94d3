/** What every display of progress is given and gives. */
import type { RunEvent } from '../../engine/events.ts';
import type { Style } from './style.ts';

/** Where progress is written: `process.stderr`, or anything that takes text. */
export interface ProgressStream {
  write(text: string): unknown;
}

/** Calls back every `ms` until the function that it returned is called. */
export type Ticker = (callback: () => void, ms: number) => () => void;

export interface ProgressOptions {
  style: Style;
  /** Whether lines may be drawn over. */
  isTty: boolean;
  /** Asked before each redraw, so that a resized terminal is noticed. */
  columns: () => number | undefined;
  rows?: () => number | undefined;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** For tests; the real one does not keep the process alive. */
  ticker?: Ticker;
}

export interface Progress {
  onEvent(event: RunEvent): void;
  /** Shows a line that is no event, as of a function's output: above what is drawn in place. Also before and after the run. */
  line(text: string): void;
  /** Removes the live area, restores the cursor, stops the timer. Events after it are ignored; a second call is harmless. */
  close(): void;
}
