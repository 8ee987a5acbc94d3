/**
 * The functions of Step Functions' JSONata: those it adds, those it changes, and `$eval`, which it has not.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
import { createHash, randomUUID } from 'node:crypto';
import jsonata, { type Expression } from 'jsonata';
import { MAX_LIST_LENGTH, memoryExceeded } from './jsonata-bounds.ts';

const HASHES = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

/** Binds the functions in one compiled expression. */
export function addFunctions(expression: Expression): void {
  expression.assign('eval', undefined);
  expression.registerFunction('parse', (text: string) => JSON.parse(text), '<s:x>');
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:a>');
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction('random', random, '<n?:n>');
  expression.registerFunction('uuid', () => randomUUID(), '<:s>');
}

/** Numbers are cut towards zero, as AWS does: `$range(-1.7, 2, 1)` is `[-1,0,1,2]`. */
function partition(list: unknown[] | undefined, size: number | undefined): unknown[] | undefined {
  if (list === undefined || size === undefined) return undefined;
  const length = Math.trunc(size);
  if (length < 0) throw new Error('The chunk size of $partition must not be negative');
  if (length === 0 || list.length === 0) return undefined;
  return Array.from({ length: Math.ceil(list.length / length) }, (_, i) => list.slice(i * length, (i + 1) * length));
}

/** A sequence, as AWS's is: of one number it is that number, of none it is nothing. */
function range(first?: number, last?: number, step?: number): number[] | undefined {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const [from, to, by] = [Math.trunc(first), Math.trunc(last), Math.trunc(step)];
  if (by === 0) return undefined;
  const length = Math.max(0, Math.floor((to - from) / by) + 1);
  if (length > MAX_LIST_LENGTH) throw memoryExceeded();
  const numbers = Array.from({ length }, (_, i) => from + i * by);
  return Object.defineProperty(numbers, 'sequence', { value: true, enumerable: false });
}

function hash(data: string | undefined, algorithm: string | undefined): string | undefined {
  if (data === undefined || algorithm === undefined) return undefined;
  const name = HASHES.get(algorithm);
  if (name === undefined) {
    throw new Error(`Unknown algorithm of $hash: ${algorithm} (one of ${[...HASHES.keys()].join(', ')})`);
  }
  return createHash(name).update(data).digest('hex');
}

const MULTIPLIER = 0x5deece66dn;
const INCREMENT = 0xbn;
const MASK_48 = (1n << 48n) - 1n;

/** With a seed it is Java's `new Random(seed).nextDouble()`, bit for bit. */
function random(seed?: number): number {
  if (seed === undefined) return Math.random();
  let state = (BigInt(Math.trunc(seed)) ^ MULTIPLIER) & MASK_48;
  const next = (bits: bigint) => {
    state = (state * MULTIPLIER + INCREMENT) & MASK_48;
    return Number(state >> (48n - bits));
  };
  return (next(26n) * 2 ** 27 + next(27n)) / 2 ** 53;
}

interface BuiltIn {
  implementation(this: unknown, ...args: unknown[]): unknown;
}

/** jsonata's own function: what a variable of that name would hide is not. */
const fromMillis: BuiltIn = await jsonata('$fromMillis').evaluate(undefined);

/** `$now` and `$millis` tell the time of the execution's clock. `now` finds it for the evaluation under way. */
export function addClock(expression: Expression, now: (focus: unknown) => number): void {
  expression.registerFunction(
    'now',
    function (this: unknown, picture?: string, timezone?: string) {
      return fromMillis.implementation.call(this, now(this), picture, timezone);
    },
    '<s?s?:s>',
  );
  expression.registerFunction(
    'millis',
    function (this: unknown) {
      return now(this);
    },
    '<:n>',
  );
}
