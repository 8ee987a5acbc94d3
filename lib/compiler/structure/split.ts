/** Where a part of a poset falls apart by itself: into parts side by side, or into parts that follow one another. */
import type { Poset } from './poset.ts';

/** Parts are lists of numbers, ascending. Each call takes time in proportion to the part and its edges. */
export class Splitter {
  readonly #poset: Poset;
  /** By number: the call that had it in its part. */
  readonly #call: Int32Array;
  #calls = 0;
  readonly #component: Int32Array;
  /** By number: its direct predecessors and successors in the part; and those of them that are across the cut at hand. */
  readonly #predecessors: Int32Array;
  readonly #successors: Int32Array;
  readonly #across: Int32Array;

  constructor(poset: Poset) {
    this.#poset = poset;
    const byNumber = () => new Int32Array(poset.size);
    [this.#call, this.#component, this.#across] = [byNumber(), byNumber(), byNumber()];
    [this.#predecessors, this.#successors] = [byNumber(), byNumber()];
  }

  /** The connected components, by their lowest numbers. */
  components(part: readonly number[]): number[][] {
    this.#enter(part);
    for (const node of part) this.#component[node] = -1;
    const components: number[][] = [];
    for (const start of part) {
      if (this.#component[start]! < 0) this.#flood(start, components.length);
      const component = this.#component[start]!;
      if (component === components.length) components.push([]);
      components[component]!.push(start);
    }
    return components;
  }

  #flood(start: number, component: number): void {
    const { before, after } = this.#poset;
    this.#component[start] = component;
    const reached = [start];
    for (let node = reached.pop(); node !== undefined; node = reached.pop()) {
      for (const neighbours of [before[node]!, after[node]!]) {
        for (const near of neighbours) {
          if (!this.#isInside(near) || this.#component[near]! >= 0) continue;
          this.#component[near] = component;
          reached.push(near);
        }
      }
    }
  }

  /**
   * The most parts of which each precedes the next as a whole. They are runs of any topological order; and a cut between two
   * numbers is one between such parts when the edges that cross it are all those from the last nodes before it to the first ones
   * after it, and no others.
   */
  series(part: readonly number[]): number[][] {
    const { before, after } = this.#poset;
    this.#enter(part);
    // Of the cut at hand: the edges that cross it; nodes before it without successors before it; nodes after it without
    // predecessors after it; nodes with neighbours both across the cut and, in the same direction, on their own side.
    let [crossing, last, first, mixed] = [0, 0, 0, 0];
    for (const node of part) {
      this.#successors[node] = this.#countInside(after[node]!);
      this.#across[node] = 0;
      this.#predecessors[node] = this.#countInside(before[node]!);
      if (this.#predecessors[node] === 0) first++;
    }
    const parts: number[][] = [];
    let from = 0;
    for (const [index, node] of part.entries()) {
      if (index > from && mixed === 0 && crossing === last * first) {
        parts.push(part.slice(from, index));
        from = index;
      }
      // The node changes sides: it was one of the first after the cut and becomes one of the last before it.
      first--;
      last++;
      for (const earlier of before[node]!) {
        if (!this.#isInside(earlier)) continue;
        crossing--;
        if (this.#across[earlier] === this.#successors[earlier]) last--;
        else mixed--;
        this.#across[earlier]!--;
        if (this.#across[earlier]! > 0) mixed++;
      }
      this.#across[node] = this.#successors[node]!;
      for (const later of after[node]!) {
        if (!this.#isInside(later)) continue;
        crossing++;
        if (this.#across[later] === 0) mixed++;
        this.#across[later]!++;
        if (this.#across[later] !== this.#predecessors[later]) continue;
        mixed--;
        first++;
      }
    }
    parts.push(part.slice(from));
    return parts;
  }

  #enter(part: readonly number[]): void {
    this.#calls++;
    for (const node of part) this.#call[node] = this.#calls;
  }

  #isInside(node: number): boolean {
    return this.#call[node] === this.#calls;
  }

  #countInside(nodes: readonly number[]): number {
    let count = 0;
    for (const node of nodes) if (this.#isInside(node)) count++;
    return count;
  }
}
