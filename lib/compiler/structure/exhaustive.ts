/** The best structure of a small poset: every barrier is tried. */
import type { Poset } from './poset.ts';
import { action, better, oneAfterAnother, type Solution, sideBySide } from './solution.ts';

/** Parts and barriers in them are at most 3^n: some 60,000. */
export const MOST_FOR_EXHAUSTIVE = 10;

/**
 * A structure of least time. Components side by side lose nothing: any structure of the whole, with the others left out, is
 * one of each component. A connected part needs a barrier somewhere, and what comes before it is closed downwards.
 */
export function exhaustive(poset: Poset): Solution {
  const { size, before, after } = poset;
  const ancestors = new Int32Array(size);
  const neighbours = new Int32Array(size);
  for (let node = 0; node < size; node++) {
    for (const earlier of before[node]!) ancestors[node]! |= ancestors[earlier]! | (1 << earlier);
    for (const near of [...before[node]!, ...after[node]!]) neighbours[node]! |= 1 << near;
  }
  const solved = new Map<number, Solution>();

  /** Sets of nodes are bits of a number. */
  function solve(part: number): Solution {
    let solution = solved.get(part);
    if (solution === undefined) {
      solution = isSingle(part) ? action(poset, lowest(part)) : split(part);
      solved.set(part, solution);
    }
    return solution;
  }

  function split(part: number): Solution {
    const component = componentOf(part);
    if (component !== part) return sideBySide([solve(component), solve(part & ~component)]);
    let best: Solution | undefined;
    // All proper subsets, in falling order.
    for (let first = (part - 1) & part; first > 0; first = (first - 1) & part) {
      if (!isClosed(first, part)) continue;
      const one = solve(first);
      if (best !== undefined && one.seconds > best.seconds) continue;
      const candidate = oneAfterAnother([one, solve(part & ~first)]);
      best = best === undefined ? candidate : better(best, candidate);
    }
    return best!;
  }

  /** The component of a part that its lowest node is in. */
  function componentOf(part: number): number {
    let component = part & -part;
    for (let grown = 0; grown !== component; ) {
      grown = component;
      for (let rest = grown; rest > 0; rest &= rest - 1) component |= neighbours[lowest(rest)]! & part;
    }
    return component;
  }

  function isClosed(set: number, part: number): boolean {
    for (let rest = set; rest > 0; rest &= rest - 1) if ((ancestors[lowest(rest)]! & part & ~set) !== 0) return false;
    return true;
  }

  return solve((1 << size) - 1);
}

function isSingle(set: number): boolean {
  return (set & (set - 1)) === 0;
}

function lowest(set: number): number {
  return 31 - Math.clz32(set & -set);
}
