/** The connected parts of numbers that come in one after another. */
export class Parts {
  /** The part of each number; a part is called by one of its numbers. */
  readonly of: Int32Array;
  /** By part: its lowest number. */
  readonly lowest: Int32Array;
  readonly #members: number[][];

  constructor(size: number) {
    this.of = new Int32Array(size);
    this.lowest = new Int32Array(size);
    this.#members = Array.from({ length: size }, () => []);
  }

  /** A part of its own, whatever it was part of before. */
  add(number: number): void {
    this.of[number] = number;
    this.lowest[number] = number;
    this.#members[number] = [number];
  }

  /** The numbers of a part, in any order. */
  members(part: number): readonly number[] {
    return this.#members[part]!;
  }

  /** Makes one part of the parts of two numbers. */
  connect(one: number, other: number): void {
    let large = this.of[one]!;
    let small = this.of[other]!;
    if (large === small) return;
    if (this.#members[large]!.length < this.#members[small]!.length) [large, small] = [small, large];
    const members = this.#members[large]!;
    for (const number of this.#members[small]!) {
      this.of[number] = large;
      members.push(number);
    }
    this.lowest[large] = Math.min(this.lowest[large]!, this.lowest[small]!);
  }
}
