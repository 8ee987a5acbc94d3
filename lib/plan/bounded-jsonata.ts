/**
 * jsonata with bounds. Expressions and the data they work on come from models and tools, so that one of them may take
 * about a second and some memory, but neither the process nor its other runs.
 */
import jsonata from 'jsonata';
import { isJsonObject } from '../core/json.ts';

/**
 * Step Functions gives an evaluation one second:
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export const EVALUATION_TIMEOUT_MS = 1000;

/** Evaluation is deeper than the syntax tree by a few levels per node. */
const MAX_EVALUATION_DEPTH = 200;

/**
 * Characters of a text, and elements of all lists that an evaluation makes: above what a Lambda function can answer
 * (6 MB), and far below what fills the memory.
 */
export const MAX_SIZE = 10_000_000;

/** The variable that holds the bounds of an evaluation: no plan can have one of this name. */
const BOUNDS = 'bounds of this evaluation';

export interface BoundedExpression {
  evaluate(variables: Record<string, unknown>): Promise<unknown>;
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
  return { evaluate: (variables) => expression.evaluate(undefined, { ...variables, [BOUNDS]: new Bounds() }) };
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

class Bounds {
  readonly #deadline = performance.now() + EVALUATION_TIMEOUT_MS;
  #depth = 0;
  #elements = 0;

  enter(): void {
    if (++this.#depth > MAX_EVALUATION_DEPTH) throw new Error('the expression is nested too deeply');
    this.#checkTime();
  }

  leave(result: unknown, { type }: { type: string }): void {
    this.#depth--;
    this.#checkTime();
    if (typeof result === 'string' && result.length > MAX_SIZE) {
      throw new Error(`a text of more than ${MAX_SIZE} characters`);
    }
    if (!Array.isArray(result) || type === 'variable') return; // a variable's list was there before
    this.#elements += result.length;
    if (this.#elements > MAX_SIZE) throw new Error(`lists of more than ${MAX_SIZE} elements`);
  }

  #checkTime(): void {
    if (performance.now() > this.#deadline) {
      throw new Error(`the evaluation took longer than ${EVALUATION_TIMEOUT_MS} ms`);
    }
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
