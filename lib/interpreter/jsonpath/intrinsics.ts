/** Intrinsic functions: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
import { createHash, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type Json } from '../../core/json.ts';

type Intrinsic = (...args: Json[]) => Json;

/** By their names without `States.`. They throw an Error whose message says what is wrong. */
export const INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['Format', format],
  ['StringToJson', (text) => (string(text).trim() === '' ? null : JSON.parse(string(text)))],
  ['JsonToString', (value) => JSON.stringify(value)],
  ['Array', (...values) => values],
  ['ArrayPartition', (values, size) => partition(list(values), positive(size))],
  ['ArrayContains', (values, value) => list(values).some((element) => isDeepStrictEqual(element, value))],
  ['ArrayRange', range],
  ['ArrayGetItem', getItem],
  ['ArrayLength', (values) => list(values).length],
  ['ArrayUnique', (values) => unique(list(values))],
  ['Base64Encode', (text) => Buffer.from(string(text)).toString('base64')],
  ['Base64Decode', (text) => Buffer.from(string(text), 'base64').toString('utf8')],
  ['Hash', hash],
  ['JsonMerge', merge],
  ['MathRandom', random],
  ['MathAdd', (a, b) => Math.round(number(a)) + Math.round(number(b))],
  ['StringSplit', split],
  ['UUID', () => randomUUID()],
]);

/** https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html : of ArrayRange, Base64 and Hash */
const MAX_RANGE = 1000;
const MAX_TEXT = 10_000;

function format(template: Json = '', ...args: Json[]): Json {
  let next = 0;
  const result = string(template).replace(/\\([{}'\\])|\{\}/g, (match, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    if (next >= args.length) throw new Error('it has fewer arguments than places');
    const value = args[next++]!;
    return match === '{}' && typeof value === 'string' ? value : JSON.stringify(value);
  });
  if (next < args.length) throw new Error('it has more arguments than places');
  return result;
}

function partition(values: Json[], size: number): Json {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));
}

function range(first?: Json, last?: Json, step?: Json): Json {
  const [from, to, by] = [Math.round(number(first)), Math.round(number(last)), Math.round(number(step))];
  if (by === 0) throw new Error('the step must not be 0');
  const length = Math.max(0, Math.floor((to - from) / by) + 1);
  if (length > MAX_RANGE) throw new Error(`a range has at most ${MAX_RANGE} elements`);
  return Array.from({ length }, (_, i) => from + i * by);
}

function getItem(values?: Json, index?: Json): Json {
  const at = number(index);
  const value = at < 0 ? undefined : list(values)[at];
  if (value === undefined) throw new Error('there is no element at that index');
  return value;
}

function unique(values: Json[]): Json {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

function hash(data?: Json, algorithm?: Json): Json {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const name = string(algorithm);
  if (!['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'].includes(name)) throw new Error('there is no such algorithm');
  if (text.length > MAX_TEXT) throw new Error(`the text has more than ${MAX_TEXT} characters`);
  return createHash(name.replace('SHA-', 'sha')).update(text).digest('hex');
}

function merge(first?: Json, second?: Json, deep?: Json): Json {
  if (deep !== false) throw new Error('only a shallow merge is supported: the third argument must be false');
  if (!isJsonObject(first) || !isJsonObject(second)) throw new Error('it merges two objects');
  return { ...first, ...second };
}

function random(start?: Json, end?: Json, seed?: Json): Json {
  const [from, to] = [Math.round(number(start)), Math.round(number(end))];
  if (from >= to) throw new Error('the start must be below the end');
  // The numbers that AWS draws from a seed are not documented; here a seed gives always the same one too.
  const fraction =
    seed === undefined
      ? Math.random()
      : createHash('sha256')
          .update(String(number(seed)))
          .digest()
          .readUInt32BE() /
        2 ** 32;
  return from + Math.floor(fraction * (to - from));
}

/** Each character of the second text separates; parts that are empty are left out. */
function split(text?: Json, separators?: Json): Json {
  const marks = new Set(string(separators));
  const parts = [''];
  for (const character of string(text)) {
    if (marks.has(character)) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part !== '');
}

function string(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new Error('it takes a text');
}

function number(value: Json | undefined): number {
  if (typeof value === 'number') return value;
  throw new Error('it takes a number');
}

function positive(value: Json | undefined): number {
  const whole = Math.round(number(value));
  if (whole > 0) return whole;
  throw new Error('it takes a number above 0');
}

function list(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  throw new Error('it takes a list');
}
