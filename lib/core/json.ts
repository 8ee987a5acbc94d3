/** JSON values and the few operations on them that must be safe with hostile keys such as `__proto__`. */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** A JSON object. */
export type JsonObject = { [key: string]: Json };

/** Whether a value is an object and neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Size in bytes of the value as compact UTF-8 JSON, which is how Lambda and Step Functions measure payloads. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}

/**
 * A copy of an object with each value replaced. Keys are defined, never assigned, so that a key named
 * `__proto__` stays an ordinary key.
 */
export function mapValues<T, U>(object: Record<string, T>, change: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

/** How a message names the type of a value: `null`, `list`, `object`, `string`, `number`, `boolean`. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  return Array.isArray(value) ? 'list' : typeof value;
}

/** A short form of any value for messages: JSON, cut to `limit` characters. */
export function preview(value: unknown, limit = 80): string {
  return excerpt(value === undefined ? 'nothing' : textOf(value), limit);
}

/** Never throws: what is previewed may be what could not be written as JSON. */
function textOf(value: unknown): string {
  if (typeof value === 'number') return String(value); // JSON has no infinity
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return typeof value === 'bigint' ? String(value) : Object.prototype.toString.call(value);
  }
}

/** The type and a short form of a value: `string "five"`, `list [1,2]`, `null`. */
export function typedPreview(value: unknown): string {
  const type = typeName(value);
  const text = preview(value);
  return type === text ? text : `${type} ${text}`;
}

/** A text cut to `limit` characters. */
export function excerpt(text: string, limit = 80): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

/** Path of a place inside a document as people write it: `actions[2].input.lines`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

/**
 * How deep a plan, the inputs of a run and the result of a tool may be nested: what walks them is recursive, so their depth
 * must stay well within the stack, also where they are put into one another.
 */
export const MAX_NESTING = 200;

/** Whether a value is nested deeper than `levels`. Goes no deeper itself, so that no depth overflows the stack. */
export function nestedDeeperThan(value: unknown, levels: number): boolean {
  if (levels < 0) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((inner) => nestedDeeperThan(inner, levels - 1));
  for (const key in value) {
    if (nestedDeeperThan((value as Record<string, unknown>)[key], levels - 1)) return true;
  }
  return false;
}
