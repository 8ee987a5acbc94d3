/** What jsonata gives, as plain JSON: its lists carry marks that would change how they are read the next time. */
import type { Json } from '../../core/json.ts';

/** Objects and lists that are known to be plain, with all that is in them. Values never change. */
const known = new WeakSet<object>();

/** Far more than data has, and far from what overflows the stack. */
const MAX_DEPTH = 500;

/** Undefined for what is no value: nothing, or a function. Takes over what is plain already. */
export function plainJson(value: unknown, depth = 0): Json | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // JSONata's own words (D1001) for a number that it cannot hold; JSON has none for it.
      if (!Number.isFinite(value)) throw new Error(`Number out of range: ${value}`);
      return value;
    case 'object':
      break;
    default:
      return undefined;
  }
  if (value === null || known.has(value)) return value as Json;
  if (depth > MAX_DEPTH) throw new Error(`a value that is nested deeper than ${MAX_DEPTH} levels`);
  const plain = Array.isArray(value) ? plainList(value, depth) : plainObject(value, depth);
  if (plain !== undefined) known.add(plain);
  return plain;
}

function plainList(list: unknown[], depth: number): Json[] {
  return list.map((element) => plainJson(element, depth + 1) ?? null);
}

function plainObject(object: object, depth: number): { [key: string]: Json } | undefined {
  if ('_jsonata_lambda' in object || '_jsonata_function' in object) return undefined;
  const entries: [string, Json][] = [];
  for (const key of Object.keys(object)) {
    const value = plainJson((object as Record<string, unknown>)[key], depth + 1);
    if (value !== undefined) entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}
