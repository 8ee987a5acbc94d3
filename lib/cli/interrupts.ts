/** Ctrl-C and SIGTERM of this process. */
import { SHOW_CURSOR } from './render/live-area.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** npm passes a Ctrl-C on that the terminal has sent already: what follows this soon is the same one. */
const SAME_INTERRUPT_MS = 500;

/**
 * Calls back on the first of these signals; a second one ends the process at once. Returns how to stop listening: then
 * the first one ends it, as it does in any process that does not listen.
 */
export function onInterrupt(callback: () => void): () => void {
  let first: number | undefined;
  const msLeft = () => (first === undefined ? 0 : first + SAME_INTERRUPT_MS - performance.now());
  const listener = (signal: NodeJS.Signals) => {
    if (first !== undefined && msLeft() <= 0) return endBy(signal);
    if (first !== undefined) return;
    first = performance.now();
    callback();
  };
  const off = () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    if (msLeft() <= 0) off();
    else setTimeout(off, msLeft()).unref();
  };
}

/** By the signal itself: `process.exit` would wait for threads that nothing can end. */
function endBy(signal: NodeJS.Signals): void {
  if (process.stderr.isTTY) process.stderr.write(SHOW_CURSOR);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
