/**
 * jsonata with bounds. Expressions and the data they work on come from models and tools, so that one of them may take
 * about a second and some memory, but neither the process nor its other runs.
 */
import jsonata from 'jsonata';
import { isJsonObject } from '../core/json.ts';

/**
 * What one evaluation may do; about a second's worth. A step is one visit to a node of the expression. It is counted, not
 * timed, so that neither a slow machine nor other work at the same time makes a difference. Step Functions gives an
 * evaluation one second: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export const MAX_STEPS = 1_000_000;

/** Values that are read whole cost more: a step for so many elements of a list or characters of a text. */
const ELEMENTS_PER_STEP = 50;
const CHARACTERS_PER_STEP = 100;

/** A step that works on large objects takes longer than it counts for; this ends what such steps add up to. */
export const MAX_OWN_MS = 2000;

/** Between two steps other work has its turn. What is longer than any usual step was mostly that. */
const MAX_MS_BETWEEN_STEPS = 10;

/**
 * Characters of a text, and elements of all lists that an evaluation makes: above what a Lambda function can answer
 * (6 MB), and far below what fills the memory.
 */
export const MAX_SIZE = 10_000_000;

/** The variable that holds the bounds of an evaluation: no plan can have one of this name. */
const BOUNDS = 'bounds of this evaluation';

/** A compiled expression that may be evaluated any number of times. */
export interface BoundedExpression {
  evaluate(variables: Record<string, unknown>, bounds: Bounds): Promise<unknown>;
}

/** Compiles an expression; it may be evaluated several times at once. Throws what jsonata throws. */
export function compileBounded(source: string): BoundedExpression {
  const expression = jsonata(source);
  // jsonata looks these up around every node. Only `assign` can set them: of bindings it takes string keys alone.
  assignHook(expression, 'jsonata.__evaluate_entry', (bounds) => bounds.enter());
  assignHook(expression, 'jsonata.__evaluate_exit', (bounds, result, node) => bounds.leave(result, node));
  expression.registerFunction('parse', (text: string) => JSON.parse(text), '<s:x>');
  // jsonata's own take time or memory that grows with the square of the list, and are out of reach of the hooks.
  expression.registerFunction('sort', sorted, '<a:a>');
  expression.registerFunction('distinct', distinct, '<x:x>');
  return { evaluate: (variables, bounds) => expression.evaluate(undefined, { ...variables, [BOUNDS]: bounds }) };
}

interface Frame {
  lookup(name: string): Bounds;
}

function assignHook(
  expression: jsonata.Expression,
  name: string,
  hook: (bounds: Bounds, result: unknown, node: { type: string }) => void,
): void {
  const called = (node: { type: string }, _input: unknown, frame: Frame, result: unknown) =>
    hook(frame.lookup(BOUNDS), result, node);
  expression.assign(Symbol.for(name) as unknown as string, called);
}

/**
 * What one evaluation has done, from the moment it begins. How deep it goes needs no bound: without function definitions it
 * is as deep as its syntax.
 */
export class Bounds {
  #steps = 0;
  #elements = 0;
  #ownMs = 0;
  #lastSeen = performance.now();

  get steps(): number {
    return this.#steps;
  }

  enter(): void {
    this.#spend(1);
    this.#checkTime();
  }

  leave(result: unknown, { type }: { type: string }): void {
    this.#checkTime();
    if (typeof result === 'string') {
      if (result.length > MAX_SIZE) throw new Error(`a text of more than ${MAX_SIZE} characters`);
      this.#spend(result.length / CHARACTERS_PER_STEP);
    }
    if (!Array.isArray(result)) return;
    this.#spend(result.length / ELEMENTS_PER_STEP);
    if (type === 'variable') return; // its list was there before
    this.#elements += result.length;
    if (this.#elements > MAX_SIZE) throw new Error(`lists of more than ${MAX_SIZE} elements`);
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) throw new Error(`the evaluation takes more than ${MAX_STEPS} steps`);
  }

  #checkTime(): void {
    const now = performance.now();
    this.#ownMs += Math.min(now - this.#lastSeen, MAX_MS_BETWEEN_STEPS);
    this.#lastSeen = now;
    if (this.#ownMs > MAX_OWN_MS) throw new Error(`the evaluation took longer than ${MAX_OWN_MS} ms`);
  }
}

function sorted(list: unknown[] | undefined): unknown[] | undefined {
  if (list === undefined || list.length <= 1) return list;
  const numbers = list.every((value) => typeof value === 'number');
  if (!numbers && !list.every((value) => typeof value === 'string')) {
    throw new Error('$sort takes a list of numbers or a list of texts; sort objects by a field with list^(field)');
  }
  return numbers ? list.toSorted((a, b) => Number(a) - Number(b)) : list.toSorted();
}

function distinct(list: unknown): unknown {
  if (!Array.isArray(list) || list.length <= 1) return list;
  const first = new Map<string, unknown>();
  for (const value of list) {
    const key = canonical(value);
    if (!first.has(key)) first.set(key, value);
  }
  const result = [...first.values()];
  // A list that jsonata made itself is one that it unwraps when a single element is left.
  return isSequence(list) ? Object.defineProperty(result, 'sequence', { value: true, enumerable: false }) : result;
}

function isSequence(list: unknown[]): boolean {
  return 'sequence' in list && list.sequence === true;
}

/** One text for all values that are equal: objects whatever the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) => {
    if (!isJsonObject(inner)) return inner;
    const keys = Object.keys(inner).sort();
    return Object.fromEntries(keys.map((key) => [key, inner[key]]));
  });
}
