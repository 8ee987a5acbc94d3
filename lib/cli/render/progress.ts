/** How a run goes on, while it does: a live area on a terminal, plain lines everywhere else. */
import { LiveProgress } from './progress-live.ts';
import { PlainProgress } from './progress-plain.ts';
import type { Progress, ProgressOptions, ProgressStream, Ticker } from './progress-types.ts';

export type { Progress, ProgressOptions, ProgressStream, Ticker } from './progress-types.ts';

/** Shows the events of one run after another on a stream. */
export function createProgress(stream: ProgressStream, options: ProgressOptions): Progress {
  if (!options.isTty) return new PlainProgress(stream, options.style);
  return new LiveProgress(stream, { ticker: intervalTicker, rows: () => undefined, ...options });
}

const intervalTicker: Ticker = (callback, ms) => {
  const timer = setInterval(callback, ms);
  timer.unref();
  return () => clearInterval(timer);
};
