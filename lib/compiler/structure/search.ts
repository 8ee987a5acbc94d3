/** The search for the structure of a plan, on numbers. */
import { cutIntervals } from './cut.ts';
import { exhaustive, MOST_FOR_EXHAUSTIVE } from './exhaustive.ts';
import { type Random, randomFrom, spread } from './order-along.ts';
import { numbersOf, type Poset, restrict } from './poset.ts';
import { action, better, isShorter, oneAfterAnother, type Solution, sideBySide } from './solution.ts';
import { Splitter } from './split.ts';
import { timesOf } from './times.ts';
import { actionsOf, rename, type Tree } from './tree.ts';
import { wavesOf } from './waves.ts';
import { improveWindows } from './windows.ts';

/** So many groups, or one more, an order is divided into at most: the time for one order grows with the square. */
const MOST_GROUPS = 64;

/** After so many rounds without success another is not worth its time. */
const IDLE_ROUNDS = 20;

/** The order by the middle of the time in which an action can run; see `#alongBlend`. */
const MIDDLE = [0.5, 0.5] as const;

/** Deeper than this the parts of a structure are not taken apart: whoever walks a structure may do so by recursion. */
const MOST_DEPTH = 1000;

/**
 * Where a poset falls apart by itself that is what the structure follows, and nothing is lost by it. What is left is prime; there
 * barriers are searched for, with at most `stepsPerAction` steps after the first few structures.
 */
export function solve(poset: Poset, stepsPerAction: number): Solution {
  const splitter = new Splitter(poset);

  function solvePart(part: number[], depth: number): Solution {
    if (part.length === 1) return action(poset, part[0]!);
    if (depth === MOST_DEPTH) return wavesOf(restrict(poset, part));
    const inner = (smaller: number[]) => solvePart(smaller, depth + 1);
    const components = splitter.components(part);
    if (components.length > 1) return sideBySide(components.map(inner));
    const series = splitter.series(part);
    if (series.length > 1) return oneAfterAnother(series.map(inner));
    return solvePrime(restrict(poset, part), stepsPerAction);
  }

  return solvePart(numbersOf(poset), 0);
}

function solvePrime(poset: Poset, stepsPerAction: number): Solution {
  if (poset.size <= MOST_FOR_EXHAUSTIVE) return exhaustive(poset);
  const solution = new Search(poset, stepsPerAction * poset.size).run();
  return { ...solution, tree: rename(solution.tree, (number) => poset.names[number]!) };
}

/** The search in a poset that is prime: connected, and no part of it precedes all the rest. */
class Search {
  /** Called by its own numbers. */
  readonly #poset: Poset;
  readonly #random: Random = randomFrom(1);
  #stepsLeft: number;

  constructor(poset: Poset, steps: number) {
    this.#poset = { ...poset, names: numbersOf(poset) };
    this.#stepsLeft = steps;
  }

  run(): Solution {
    const { critical } = timesOf(this.#poset);
    let best = [wavesOf(this.#poset), ...this.#first()].reduce(better);
    let current = best;
    for (let idle = 0; idle < IDLE_ROUNDS && this.#stepsLeft > 0 && isShorter(critical, best.seconds); idle++) {
      // A structure's own orders lead to one near it; where they lead nowhere, another order may.
      if (idle % 2 === 1) current = better(current, this.#alongBlend(this.#poset, this.#random(), this.#random()));
      current = this.#round(current);
      if (isShorter(current.seconds, best.seconds)) idle = -1;
      best = better(best, current);
    }
    return best;
  }

  /** Along the natural orders: by the middle of the time in which an action can run, its first and last start and end. */
  #first(): Solution[] {
    const blends = this.#poset.size <= MOST_GROUPS ? ([MIDDLE, [0, 0], [1, 0], [0, 1], [1, 1]] as const) : [MIDDLE];
    return blends.map(([lateness, share]) => this.#alongBlend(this.#poset, lateness, share));
  }

  /** Another structure that takes no longer. */
  #round(solution: Solution): Solution {
    const again = this.#again(this.#poset, solution);
    if (this.#poset.size <= MOST_GROUPS) return again;
    const tree = improveWindows(again.tree, MOST_GROUPS, this.#random, (window) => this.#improve(window));
    return this.#solutionOf(tree);
  }

  /** Along a random order in which a structure could run. */
  #again(poset: Poset, solution: Solution): Solution {
    const starts = new Float64Array(this.#poset.size);
    spread(solution.tree, [0, solution.seconds], this.#secondsOf, this.#random, (name, start) => {
      starts[name] = start;
    });
    const order = orderBy(poset, (number) => starts[poset.names[number]!]!);
    const next = this.#along(poset, order);
    return isShorter(solution.seconds, next.seconds) ? solution : next;
  }

  #improve(window: Tree<number>): Tree<number> {
    const now = this.#solutionOf(window);
    const members = [...actionsOf(window)].sort((a, b) => a - b);
    const part = restrict(this.#poset, members);
    if (!isShorter(timesOf(part).critical, now.seconds)) return window;
    return [now, this.#again(part, now), this.#alongBlend(part, ...MIDDLE)].reduce(better).tree;
  }

  /** By earliest (0) to latest (1) start and how much of the action is over by then. */
  #alongBlend(poset: Poset, lateness: number, share: number): Solution {
    const { earliest, latest } = timesOf(poset);
    const at = (number: number) =>
      (1 - lateness) * earliest[number]! + lateness * latest[number]! + share * poset.seconds[number]!;
    return this.#along(poset, orderBy(poset, at));
  }

  #along(poset: Poset, order: readonly number[]): Solution {
    return this.#alongItself(restrict(poset, order));
  }

  /** Along the order of its numbers. */
  #alongItself(line: Poset): Solution {
    return cutIntervals({
      poset: line,
      groupOf: this.#groupsOf(line.size),
      within: (part) => this.#alongItself(restrict(line, part)),
      spend: (steps) => {
        this.#stepsLeft -= steps;
      },
    });
  }

  /** The group at each place of an order. Where several share a group, it has other limits each time: barriers stand there. */
  #groupsOf(size: number): Int32Array {
    if (size <= MOST_GROUPS) return Int32Array.from(numbersOf({ size }));
    const shift = this.#random();
    return Int32Array.from({ length: size }, (_, place) => Math.floor((place * MOST_GROUPS) / size + shift));
  }

  #solutionOf(tree: Tree<number>): Solution {
    if (tree.kind === 'action') return action(this.#poset, tree.id);
    const parts = tree.parts.map((part) => this.#solutionOf(part));
    return tree.kind === 'serial' ? oneAfterAnother(parts) : sideBySide(parts);
  }

  readonly #secondsOf = (name: number) => this.#poset.seconds[name]!;
}

/** The numbers of a poset by a key that does not fall along its order; where rounding makes it fall, the order decides. */
function orderBy(poset: Poset, keyOf: (number: number) => number): number[] {
  const keys = new Float64Array(poset.size);
  const numbers = numbersOf(poset);
  for (const number of numbers) {
    keys[number] = keyOf(number);
    for (const earlier of poset.before[number]!) keys[number] = Math.max(keys[number]!, keys[earlier]!);
  }
  return numbers.sort((a, b) => keys[a]! - keys[b]! || a - b);
}
