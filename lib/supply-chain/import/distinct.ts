/** Counts distinct keys without keeping them: a 53-bit hash each. */

/** Beyond this many the count is no longer kept; they take about 200 MB. */
const MOST_KEYS = 5_000_000;

export class DistinctCounter {
  #hashes: Set<number> | undefined = new Set();

  add(key: string): void {
    if (this.#hashes === undefined) return;
    this.#hashes.add(hash53(key));
    if (this.#hashes.size > MOST_KEYS) this.#hashes = undefined;
  }

  /** Undefined when there were too many to count. Two of a million keys share a hash about once in 18,000 files. */
  get count(): number | undefined {
    return this.#hashes?.size;
  }
}

/** cyrb53 by bryc (public domain): https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js */
function hash53(text: string): number {
  let h1 = 0xdeadbeef;
  let h2 = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    h1 = Math.imul(h1 ^ unit, 2_654_435_761);
    h2 = Math.imul(h2 ^ unit, 1_597_334_677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2_246_822_507) ^ Math.imul(h2 ^ (h2 >>> 13), 3_266_489_909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2_246_822_507) ^ Math.imul(h1 ^ (h1 >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & h2) + (h1 >>> 0);
}
