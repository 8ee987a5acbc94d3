/** Linear orders along which a structure could run. */
import { makespanOf, type Tree } from './tree.ts';

/** A number from 0 to below 1. */
export type Random = () => number;

/**
 * The same numbers each time, so that a plan always gets the same structure (mulberry32, Tommy Ettinger, public domain).
 */
export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A start for each action, told to `setStart`, such that nothing ends after `end`; where there is time to spare it is handed out at
 * random. Of two actions that the structure puts in order the second never starts before the first.
 */
export function spread(
  tree: Tree<number>,
  [start, end]: readonly [number, number],
  secondsOf: (name: number) => number,
  random: Random,
  setStart: (name: number, start: number) => void,
): void {
  if (tree.kind === 'action') {
    setStart(tree.id, Math.min(start + Math.max(0, end - start - secondsOf(tree.id)) * random(), end));
    return;
  }
  if (tree.kind === 'parallel') {
    for (const part of tree.parts) spread(part, [start, end], secondsOf, random, setStart);
    return;
  }
  const lengths = tree.parts.map((part) => makespanOf(part, secondsOf));
  const spare = Math.max(0, end - start - lengths.reduce((sum, length) => sum + length, 0));
  const shares = tree.parts.map(() => random());
  const allShares = shares.reduce((sum, share) => sum + share, Number.MIN_VALUE);
  let at = start;
  for (const [index, part] of tree.parts.entries()) {
    const isLast = index === tree.parts.length - 1;
    // Rounding must not let a part begin before the one before it has ended.
    const to = isLast ? end : Math.min(end, at + lengths[index]! + (spare * shares[index]!) / allShares);
    spread(part, [at, to], secondsOf, random, setStart);
    at = to;
  }
}
