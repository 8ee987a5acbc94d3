/** A document of any size as items that are small enough. */
import type { Item } from './documents.ts';
import { MAX_PART_BYTES } from './table.ts';

/** The sort key of the n-th part of a document. */
function partName(document: string, index: number): string {
  return `${document}#${String(index).padStart(4, '0')}`;
}

/** The text cut into items of the partition of `base`. */
export function partsOf(base: Item, document: string, text: string): Item[] {
  const bytes = Buffer.from(text);
  const count = Math.max(1, Math.ceil(bytes.length / MAX_PART_BYTES));
  return Array.from({ length: count }, (_, index) => ({
    ...base,
    part: partName(document, index),
    content: bytes.subarray(index * MAX_PART_BYTES, (index + 1) * MAX_PART_BYTES),
  }));
}

/** The text of a document of `count` parts; undefined when a part is missing. */
export function joinParts(items: readonly Item[], document: string, count: number): string | undefined {
  const byName = new Map(items.map((item) => [item['part'], item['content']]));
  const contents = Array.from({ length: count }, (_, index) => byName.get(partName(document, index)));
  const bytes = contents.filter((content) => content instanceof Uint8Array);
  return bytes.length === count ? Buffer.concat(bytes).toString() : undefined;
}
