/**
 * The best structure among those whose every barrier is a cut of one linear order: dynamic programming over its intervals.
 *
 * A barrier may stand between any two neighbours of a topological order. Let C be a connected part of the interval from cut i
 * to cut j. C takes the least, over the cuts k between them, of what its pieces before k take, which run side by side, plus
 * what its pieces after k take. Pieces that grow together never take less than each took apart; so the longest piece before
 * k is the running maximum over the pieces met on the way from i to k, and a part costs no more steps than its size.
 *
 * Every series-parallel order that contains the plan's has a linear order along which all its barriers are cuts. So an order
 * along which a structure runs yields a structure at least as good.
 */
import { Parts } from './parts.ts';
import type { Poset } from './poset.ts';
import { isShorter, type Solution } from './solution.ts';

export interface IntervalProblem {
  /** Its numbers are the linear order. */
  poset: Poset;
  /** By number: barriers may stand only between groups of neighbours. From 0, never falling, none left out. */
  groupOf: Int32Array;
  /** Solves a connected part of several numbers in one group. */
  within(part: readonly number[]): Solution;
  /** Is told of steps that were taken. */
  spend(steps: number): void;
}

/** What the parts of every interval take. */
export class Intervals {
  /** Parts within one group, by their first number. */
  readonly within = new Map<number, Solution>();
  readonly #problem: IntervalProblem;
  readonly #size: number;
  /** The first number of each group, and at the end the size. */
  readonly #first: number[] = [];
  readonly #parts: Parts;
  /** By part: the round in which it was filled last. A round is an interval. */
  readonly #filled: Int32Array;
  #round = 0;
  // Of the interval from group i to group j. At [i, v], v in j: the seconds of the part that v is in, and how many pairs wait for
  // each other in it beyond those in its pieces before group j, borne by the first v of a part. At [j, v], v in i: the same,
  // beyond those in its pieces after group i.
  readonly #upTo: Float64Array;
  readonly #pairsUpTo: Float64Array;
  readonly #from: Float64Array;
  readonly #pairsFrom: Float64Array;
  // By group, for the part at hand: the longest of its pieces that end or begin there, the pairs that are borne there, its size there.
  readonly #ending: Float64Array;
  readonly #beginning: Float64Array;
  readonly #pairsEnding: Float64Array;
  readonly #pairsBeginning: Float64Array;
  readonly #sizes: Float64Array;
  // Of the best cut found last: the group before it, the seconds, the pairs; and the pairs before group j and after group i.
  #cut = 0;
  #seconds = 0;
  #pairs = 0;
  #earlierPairs = 0;
  #laterPairs = 0;

  constructor(problem: IntervalProblem) {
    const { groupOf, poset } = problem;
    const { size } = poset;
    this.#problem = problem;
    this.#size = size;
    for (let v = 0; v < size; v++) if (groupOf[v] !== groupOf[v - 1]) this.#first.push(v);
    const count = this.#first.push(size) - 1;
    this.#parts = new Parts(size);
    this.#filled = new Int32Array(size);
    const table = () => new Float64Array(count * size);
    [this.#upTo, this.#pairsUpTo, this.#from, this.#pairsFrom] = [table(), table(), table(), table()];
    const byGroup = () => new Float64Array(count + 1);
    [this.#ending, this.#beginning, this.#sizes] = [byGroup(), byGroup(), byGroup()];
    [this.#pairsEnding, this.#pairsBeginning] = [byGroup(), byGroup()];
    this.#fill(count);
  }

  /** The last group before the best barrier in a connected part of several groups; the earliest of equals. */
  cutOf(part: readonly number[]): number {
    const { groupOf } = this.#problem;
    this.#findCut(part, groupOf[part[0]!]!, groupOf[part.at(-1)!]!);
    return this.#cut;
  }

  #fill(count: number): void {
    for (let i = count - 1; i >= 0; i--) {
      for (let j = i; j < count; j++) {
        this.#grow(i, j);
        if (i === j) this.#fillGroup(i);
        else this.#fillInterval(i, j);
      }
    }
  }

  /** Makes the parts of groups i … j from those of i … j - 1. */
  #grow(i: number, j: number): void {
    const { before } = this.#problem.poset;
    const least = this.#first[i]!;
    for (let v = this.#first[j]!; v < this.#first[j + 1]!; v++) {
      this.#parts.add(v);
      for (const earlier of before[v]!) if (earlier >= least) this.#parts.connect(earlier, v);
    }
  }

  #fillGroup(group: number): void {
    const { poset } = this.#problem;
    for (let v = this.#first[group]!; v < this.#first[group + 1]!; v++) {
      const part = this.#parts.of[v]!;
      const cell = group * this.#size + v;
      const single = this.#parts.members(part).length === 1;
      this.#upTo[cell] = this.#from[cell] = single ? poset.seconds[v]! : this.#solveWithin(part).seconds;
    }
  }

  #solveWithin(part: number): Solution {
    const lowest = this.#parts.lowest[part]!;
    let solution = this.within.get(lowest);
    if (solution === undefined) {
      solution = this.#problem.within(this.#parts.members(part).toSorted((a, b) => a - b));
      this.within.set(lowest, solution);
    }
    return solution;
  }

  /** Of the parts of groups i … j only those that reach from i to j are new. */
  #fillInterval(i: number, j: number): void {
    const { of, lowest } = this.#parts;
    const size = this.#size;
    for (let v = this.#first[i]!; v < this.#first[i + 1]!; v++) {
      const cell = j * size + v;
      this.#from[cell] = this.#from[cell - size]!;
      this.#pairsFrom[cell] = this.#pairsFrom[cell - size]!;
    }
    const round = ++this.#round;
    for (let v = this.#first[j]!; v < this.#first[j + 1]!; v++) {
      const part = of[v]!;
      const cell = i * size + v;
      const begins = this.#problem.groupOf[lowest[part]!]!;
      if (begins > i) {
        this.#upTo[cell] = this.#upTo[begins * size + v]!;
        this.#pairsUpTo[cell] = this.#pairsUpTo[begins * size + v]!;
      } else if (this.#filled[part] !== round) {
        this.#filled[part] = round;
        this.#fillPart(part, i, j);
      }
    }
  }

  #fillPart(part: number, i: number, j: number): void {
    const { of } = this.#parts;
    const size = this.#size;
    this.#findCut(this.#parts.members(part), i, j);
    let added = this.#pairs - this.#earlierPairs;
    for (let v = this.#first[j]!; v < this.#first[j + 1]!; v++) {
      if (of[v] !== part) continue;
      this.#upTo[i * size + v] = this.#seconds;
      this.#pairsUpTo[i * size + v] = added;
      added = 0;
    }
    added = this.#pairs - this.#laterPairs;
    for (let v = this.#first[i]!; v < this.#first[i + 1]!; v++) {
      if (of[v] !== part) continue;
      this.#from[j * size + v] = this.#seconds;
      this.#pairsFrom[j * size + v] = added;
      added = 0;
    }
  }

  #findCut(part: readonly number[], i: number, j: number): void {
    this.#problem.spend(part.length + 2 * (j - i));
    this.#gather(part, i, j);
    let [seconds, pairs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    let [longest, inside, count] = [0, 0, 0];
    for (let k = i; k < j; k++) {
      longest = Math.max(longest, this.#ending[k]!);
      inside += this.#pairsEnding[k]!;
      count += this.#sizes[k]!;
      const total = longest + this.#beginning[k + 1]!;
      if (isShorter(seconds, total)) continue;
      const waiting = inside + this.#pairsBeginning[k + 1]! + count * (part.length - count);
      if (!isShorter(total, seconds) && waiting >= pairs) continue;
      [seconds, pairs, this.#cut] = [total, waiting, k];
    }
    [this.#seconds, this.#pairs] = [seconds, pairs];
    [this.#earlierPairs, this.#laterPairs] = [inside, this.#pairsBeginning[i + 1]!];
  }

  /** Of the pieces after each cut at once the longest and the pairs; of those before it only what each group adds. */
  #gather(part: readonly number[], i: number, j: number): void {
    const { groupOf } = this.#problem;
    const [ofI, ofJ] = [i * this.#size, j * this.#size];
    for (let k = i; k <= j; k++) {
      this.#ending[k] = this.#beginning[k] = this.#pairsEnding[k] = this.#pairsBeginning[k] = this.#sizes[k] = 0;
    }
    for (const v of part) {
      const k = groupOf[v]!;
      if (this.#upTo[ofI + v]! > this.#ending[k]! && k < j) this.#ending[k] = this.#upTo[ofI + v]!;
      if (this.#from[ofJ + v]! > this.#beginning[k]! && k > i) this.#beginning[k] = this.#from[ofJ + v]!;
      if (k < j) this.#pairsEnding[k]! += this.#pairsUpTo[ofI + v]!;
      if (k > i) this.#pairsBeginning[k]! += this.#pairsFrom[ofJ + v]!;
      this.#sizes[k]!++;
    }
    for (let k = j - 1; k > i; k--) {
      if (this.#beginning[k + 1]! > this.#beginning[k]!) this.#beginning[k] = this.#beginning[k + 1]!;
      this.#pairsBeginning[k]! += this.#pairsBeginning[k + 1]!;
    }
  }
}
