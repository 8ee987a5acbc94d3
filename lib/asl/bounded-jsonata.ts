/**
 * jsonata with bounds. Expressions and the data they work on come from models and tools, so that one of them may take
 * about a second and some memory, but neither the process nor its other runs, and so that none of them becomes code.
 */
import jsonata from 'jsonata';
import { isJsonObject } from '../core/json.ts';
import { BODY, DEPTH, type Node, prepareTree } from './jsonata-ast.ts';
import type { Bounds } from './jsonata-bounds.ts';
import { addClock, addFunctions } from './jsonata-functions.ts';

export { Bounds, MAX_OWN_MS, MAX_SIZE, MAX_STEPS, StepFunctionsBounds, withBoundsWording } from './jsonata-bounds.ts';

/** The variable that holds the bounds of an evaluation: no plan can have one of this name. */
const BOUNDS = 'bounds of this evaluation';

/** A compiled expression that may be evaluated any number of times. */
export interface BoundedExpression {
  /** The names of all variables that it reads, `states` among them, and of the functions that it calls. */
  readonly variables: readonly string[];
  evaluate(variables: Record<string, unknown>, bounds: Bounds): Promise<unknown>;
}

/** Compiles an expression; it may be evaluated several times at once. Throws what jsonata throws. */
export function compileBounded(source: string): BoundedExpression {
  const expression = jsonata(source);
  // jsonata looks these up around every node. Only `assign` can set them: of bindings it takes string keys alone.
  assignHook(expression, 'jsonata.__evaluate_entry', (bounds, node) =>
    bounds.enter(node[DEPTH] ?? 0, node[BODY] === true),
  );
  assignHook(expression, 'jsonata.__evaluate_exit', (bounds, node, result) =>
    bounds.leave(result, node.type, node[BODY] === true),
  );
  const variables = prepareTree(expression);
  addFunctions(expression);
  addClock(expression, (focus) => (focus as { environment: Frame }).environment.lookup(BOUNDS).time);
  // jsonata's own take time or memory that grows with the square of the list, and are out of reach of the hooks.
  expression.registerFunction('sort', sorted, '<af?:a>');
  expression.registerFunction('distinct', distinct, '<x:x>');
  return { variables, evaluate: (values, bounds) => expression.evaluate(undefined, { ...values, [BOUNDS]: bounds }) };
}

interface Frame {
  lookup(name: string): Bounds;
}

type VisitedNode = Node & { [DEPTH]?: number; [BODY]?: boolean };

function assignHook(
  expression: jsonata.Expression,
  name: string,
  hook: (bounds: Bounds, node: VisitedNode, result: unknown) => void,
): void {
  const called = (node: VisitedNode, _input: unknown, frame: Frame, result: unknown) =>
    hook(frame.lookup(BOUNDS), node, result);
  expression.assign(Symbol.for(name) as unknown as string, called);
}

/** Whether the first of two values comes after the second. */
type Comparator = (a: unknown, b: unknown) => Promise<boolean>;

function sorted(list: unknown[] | undefined, isAfter?: Comparator): unknown[] | undefined | Promise<unknown[]> {
  if (list === undefined || list.length <= 1) return list;
  if (isAfter !== undefined) return mergeSorted(list, isAfter);
  const numbers = list.every((value) => typeof value === 'number');
  if (!numbers && !list.every((value) => typeof value === 'string')) {
    throw new Error('$sort takes a list of numbers or a list of texts; sort objects by a field with list^(field)');
  }
  return numbers ? list.toSorted((a, b) => Number(a) - Number(b)) : list.toSorted();
}

/** Stable; each comparison is an evaluation of its own, and bounded as such. */
async function mergeSorted(list: unknown[], isAfter: Comparator): Promise<unknown[]> {
  let runs = list.map((value) => [value]);
  while (runs.length > 1) {
    const merged: unknown[][] = [];
    for (let i = 0; i < runs.length; i += 2) merged.push(await merge(runs[i]!, runs[i + 1] ?? [], isAfter));
    runs = merged;
  }
  return runs[0]!;
}

async function merge(left: unknown[], right: unknown[], isAfter: Comparator): Promise<unknown[]> {
  const result: unknown[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    result.push((await isAfter(left[l], right[r])) ? right[r++] : left[l++]);
  }
  return result.concat(left.slice(l), right.slice(r));
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
