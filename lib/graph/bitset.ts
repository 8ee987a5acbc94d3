/** A set of small whole numbers. */
export class Bitset {
  readonly #words: Uint32Array;

  /** For numbers from 0 to `size` - 1. */
  constructor(size: number) {
    this.#words = new Uint32Array((size + 31) >>> 5);
  }

  has(index: number): boolean {
    return (this.#words[index >>> 5]! & (1 << (index & 31))) !== 0;
  }

  add(index: number): void {
    this.#words[index >>> 5]! |= 1 << (index & 31);
  }

  /** Adds all of a set of the same size. */
  addAll(other: Bitset): void {
    for (let word = 0; word < this.#words.length; word++) this.#words[word]! |= other.#words[word]!;
  }
}
