/** The JSON text of values, which events show and limits count. Values never change, so that each is written once. */
import type { Json } from '../core/json.ts';
import { runtimeError } from './errors.ts';

const texts = new WeakMap<object, string>();

/** Compact JSON. Throws States.Runtime for what is nested so deeply that nothing can write it. */
export function textOf(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  let text = texts.get(value);
  if (text === undefined) {
    text = written(value);
    texts.set(value, text);
  }
  return text;
}

function written(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch {
    throw runtimeError('A value is nested too deeply.');
  }
}

/** The value of a JSON text, which is then its text. */
export function fromText(text: string): Json {
  const value: Json = JSON.parse(text);
  if (typeof value === 'object' && value !== null) texts.set(value, text);
  return value;
}

/** Whether a text has more bytes in UTF-8. A character has one to three of them, one beyond the basic plane four for two. */
export function isLongerThan(text: string, bytes: number): boolean {
  if (text.length > bytes) return true;
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
}

/** As events show an input or output. */
export const NOT_TRUNCATED = { truncated: false };
