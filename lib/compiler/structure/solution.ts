/** Structures as the search compares them. */
import type { Poset } from './poset.ts';
import { parallel, serial, type Tree } from './tree.ts';

export interface Solution {
  /** Over the names of a poset. */
  tree: Tree<number>;
  seconds: number;
  parallels: number;
  actions: number;
  /** How many pairs of actions run one after the other. The fewer, the less a wrong estimate can do. */
  pairs: number;
}

/** Relative differences below this are rounding. */
const ROUNDING = 1e-12;

/** Whether the first takes less time, by more than rounding. */
export function isShorter(seconds: number, than: number): boolean {
  return seconds < than * (1 - ROUNDING);
}

/** A Parallel more, which is a billed transition, is worth so many pairs less that wait for each other. */
const PAIRS_PER_PARALLEL = 2;

/** The one that takes less time; of equal ones that with fewer pairs that wait and fewer Parallels; then the first. */
export function better(one: Solution, other: Solution): Solution {
  if (isShorter(other.seconds, one.seconds)) return other;
  if (isShorter(one.seconds, other.seconds)) return one;
  return burdenOf(other) < burdenOf(one) ? other : one;
}

function burdenOf({ pairs, parallels }: Solution): number {
  return pairs + PAIRS_PER_PARALLEL * parallels;
}

export function action({ names, seconds }: Poset, number: number): Solution {
  const tree = { kind: 'action', id: names[number]! } as const;
  return { tree, seconds: seconds[number]!, parallels: 0, actions: 1, pairs: 0 };
}

/** `solutions` must not be empty. */
export function sideBySide(solutions: readonly Solution[]): Solution {
  if (solutions.length === 1) return solutions[0]!;
  const sum = { tree: parallel(solutions.map(({ tree }) => tree)), seconds: 0, parallels: 1, actions: 0, pairs: 0 };
  for (const { tree, seconds, parallels, actions, pairs } of solutions) {
    sum.seconds = Math.max(sum.seconds, seconds);
    sum.parallels += tree.kind === 'parallel' ? parallels - 1 : parallels;
    sum.actions += actions;
    sum.pairs += pairs;
  }
  return sum;
}

/** `solutions` must not be empty. */
export function oneAfterAnother(solutions: readonly Solution[]): Solution {
  if (solutions.length === 1) return solutions[0]!;
  const sum = { tree: serial(solutions.map(({ tree }) => tree)), seconds: 0, parallels: 0, actions: 0, pairs: 0 };
  for (const { seconds, parallels, actions, pairs } of solutions) {
    sum.seconds += seconds;
    sum.parallels += parallels;
    sum.pairs += pairs + sum.actions * actions;
    sum.actions += actions;
  }
  return sum;
}
