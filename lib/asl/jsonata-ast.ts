/**
 * What is changed in an expression's syntax tree before it is evaluated, and what is read from it. jsonata evaluates the
 * very tree that `ast()` gives.
 */
import type { Expression } from 'jsonata';
import { boundedMatcher } from './bounded-regex.ts';

/** A node of the tree; what else it holds depends on its type. */
export interface Node {
  type: string;
  value?: unknown;
  [key: string]: unknown;
}

/** How many evaluations are open around a node when it is reached, without those of functions that called. */
export const DEPTH = Symbol('depth');
/** Set on what a `function(…){…}` evaluates. */
export const BODY = Symbol('body');

/** Variables that no expression can name. */
const OWN_FIELD = 'a field of its own';
const MATCHER = 'matcher';

/** Names that every JavaScript object inherits something under, up to the constructor that makes code of text. */
const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Types that wrap others without an evaluation of their own. */
const WRAPPERS = new Set(['filter', 'index', 'sort', 'operator']);

/**
 * Prepares an expression: names that objects inherit are looked up among an object's own fields alone, and regular
 * expressions are bounded. Gives the names of all variables that it reads.
 */
export function prepareTree(expression: Expression): string[] {
  const variables = new Set<string>();
  let matchers = 0;
  const seen = new Set<object>();
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || value instanceof RegExp || seen.has(value)) return;
    seen.add(value);
    if (Array.isArray(value)) {
      for (const element of value) visit(element, depth);
      return;
    }
    const node = value as Node;
    const inner = typeof node.type === 'string' && !WRAPPERS.has(node.type) ? depth + 1 : depth;
    Object.defineProperty(node, DEPTH, { value: depth });
    if (node.type === 'lambda' && typeof node['body'] === 'object' && node['body'] !== null) {
      Object.defineProperty(node['body'], BODY, { value: true });
    }
    if (node.type === 'variable') variables.add(String(node.value));
    if (node.type === 'name' && INHERITED.has(String(node.value))) toOwnField(node);
    if (node.type === 'regex' && node.value instanceof RegExp) {
      const name = `${MATCHER} ${++matchers}`;
      expression.assign(name, boundedMatcher(node.value));
      Object.assign(node, { type: 'variable', value: name });
      return;
    }
    for (const key of Object.keys(node)) visit(node[key], inner);
  };
  visit(expression.ast(), 1);
  expression.registerFunction(OWN_FIELD, ownField);
  expression.registerFunction('lookup', ownField, '<x-s:x>');
  return [...variables];
}

function toOwnField(node: Node): void {
  Object.assign(node, {
    type: 'function',
    procedure: { type: 'variable', value: OWN_FIELD },
    arguments: [
      { type: 'variable', value: '' },
      { type: 'string', value: node.value },
    ],
  });
}

/** As jsonata's lookup: of a list, the fields of all its elements. */
function ownField(input: unknown, key: string): unknown {
  if (Array.isArray(input)) {
    const found = input.flatMap((element) => ownField(element, key) ?? []);
    return Object.defineProperty(found, 'sequence', { value: true, enumerable: false });
  }
  if (typeof input !== 'object' || input === null || isFunction(input)) return undefined;
  return Object.hasOwn(input, key) ? (input as Record<string, unknown>)[key] : undefined;
}

function isFunction(value: object): boolean {
  return '_jsonata_lambda' in value || '_jsonata_function' in value;
}
