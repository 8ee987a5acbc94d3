/** Mends how dynalite 4.0 lets go of the iterators of its database. */
import { Level } from 'level';

type Iterating = { close(): Promise<void>; return?: () => Promise<void> };
type Iterate = (this: Level, ...options: unknown[]) => Iterating;

let isMended = false;

/**
 * When a query has read all, dynalite calls `return` of its iterator, if there is one: those of level are ended by `close`. Each query
 * would leave an iterator open, and with it everything that was written since in memory.
 */
export function letIteratorsEnd(): void {
  if (isMended) return;
  isMended = true;
  const prototype = Level.prototype as unknown as Record<'keys' | 'values', Iterate>;
  for (const name of ['keys', 'values'] as const) {
    const iterate = prototype[name];
    prototype[name] = function (...options) {
      const iterator = iterate.apply(this, options);
      iterator.return ??= () => iterator.close();
      return iterator;
    };
  }
}
