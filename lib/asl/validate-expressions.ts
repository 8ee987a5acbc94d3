/** JSONata expressions, checked before they ever run: that they parse, and that they read only what is there. */
import jsonata from 'jsonata';
import { messageOf } from '../core/errors.ts';
import type { Diagnostics } from './validate-diagnostics.ts';

/** What an expression may read of `$states` besides `input` and `context`. */
export type ReadableStates = 'result' | 'errorOutput' | 'none';

/**
 * Whether a text is an expression, a literal, or neither because it is opened or closed only. Spaces outside of the
 * delimiters make it a literal: recorded in LocalStack's test_arguments.snapshot.json.
 */
export function delimitersOf(text: string): 'expression' | 'literal' | 'malformed' {
  const [opens, closes] = [text.startsWith('{%'), text.endsWith('%}')];
  if (!opens && !closes) return 'literal';
  return opens && closes && text.length >= 4 ? 'expression' : 'malformed';
}

/** What is wrong with an expression wherever it stands, and what it reads of `$states`. */
interface Reading {
  invalid?: string;
  unsupported: string[];
  ofStates: Set<string>;
}

/** The expressions of one definition; equal ones are parsed once. */
export class Expressions {
  readonly #readings = new Map<string, Reading>();

  /** Reports what is wrong with a text that is an expression. */
  check(text: string, readable: ReadableStates, location: string, diagnostics: Diagnostics): void {
    const { invalid, unsupported, ofStates } = this.#read(text.slice(2, -2));
    if (invalid !== undefined) diagnostics.add('INVALID_JSONATA_EXPRESSION', invalid, location);
    for (const message of unsupported) diagnostics.add('UNSUPPORTED_JSONATA_EXPRESSION', message, location);
    for (const field of ofStates) {
      if (field === 'input' || field === 'context' || field === readable) continue;
      diagnostics.add('UNSUPPORTED_JSONATA_EXPRESSION', `Field '$states.${field}' does not exist.`, location);
    }
  }

  #read(source: string): Reading {
    let reading = this.#readings.get(source);
    if (reading === undefined) {
      reading = readExpression(source);
      this.#readings.set(source, reading);
    }
    return reading;
  }
}

function readExpression(source: string): Reading {
  const reading: Reading = { unsupported: [], ofStates: new Set() };
  try {
    // The parser recovers from nothing and throws the first error; one that is nested too deeply overflows its stack.
    const walk = new ReferenceWalk(reading.ofStates);
    walk.node(jsonata(source).ast() as Node, true);
    reading.unsupported.push(...walk.unsupported);
  } catch (thrown) {
    reading.invalid = thrown instanceof RangeError ? 'The expression is nested too deeply' : messageOf(thrown);
  }
  return reading;
}

/** A node of jsonata's syntax tree: which members there are depends on `type`. */
interface Node {
  type: string;
  value?: unknown;
  steps?: Node[];
  stages?: Node[];
  predicate?: Node[];
  group?: { lhs: [Node, Node][] };
  terms?: { expression: Node }[];
  expressions?: Node[];
  arguments?: Node[];
  lhs?: Node | [Node, Node][];
  rhs?: Node;
  expr?: Node;
  expression?: Node;
  procedure?: Node;
  body?: Node;
  condition?: Node;
  then?: Node;
  else?: Node;
  pattern?: Node;
  update?: Node;
  delete?: Node;
}

/**
 * Finds what an expression refers to. Expressions of a state machine have no context item, so a name or `$` is refused
 * where it would be read from it: at the top level, also inside functions that are defined there, but not in the later
 * steps of a path, its predicates, its order or its grouping. As measured on AWS:
 * https://github.com/floci-io/floci/pull/2699
 */
class ReferenceWalk {
  readonly unsupported = new Set<string>();
  readonly #ofStates: Set<string>;

  constructor(ofStates: Set<string>) {
    this.#ofStates = ofStates;
  }

  node(node: Node | undefined, atTop: boolean): void {
    if (node === undefined) return;
    if (node.type === 'name') this.#name(node, atTop);
    if (node.type === 'variable') this.#variable(node, atTop);
    if (node.type === 'path') this.#path(node, atTop);
    else this.#inside(node, atTop);
    this.#filters(node);
  }

  #name({ value }: Node, atTop: boolean): void {
    if (atTop) this.unsupported.add(`Reference to '${value}' at the top level is not supported.`);
  }

  #variable({ value }: Node, atTop: boolean): void {
    if (value === '' && atTop) this.unsupported.add("Reference to '$' at the top level is not supported.");
    if (value === '$') this.unsupported.add("Reference to '$$' is not supported.");
    if (value === 'eval') this.unsupported.add('The function $eval is not supported; $parse reads JSON.');
  }

  #path({ steps = [] }: Node, atTop: boolean): void {
    for (const [index, step] of steps.entries()) this.node(step, atTop && index === 0);
    const [first, second] = steps;
    const ofStates = first?.type === 'variable' && first.value === 'states' && second?.type === 'name';
    if (ofStates) this.#ofStates.add(String(second.value));
  }

  /** The parts that are evaluated in the same context as the node itself. */
  #inside(node: Node, atTop: boolean): void {
    const { lhs } = node;
    if (Array.isArray(lhs)) this.#pairs(lhs, atTop);
    else if (node.type !== 'bind') this.node(lhs, atTop);
    const parts = [node.rhs, node.expression, node.procedure, node.body, node.condition, node.then, node.else];
    for (const part of parts) this.node(part, atTop);
    for (const part of node.expressions ?? []) this.node(part, atTop);
    // What a lambda names as its parameters is no reference.
    if (node.type !== 'lambda') for (const argument of node.arguments ?? []) this.node(argument, atTop);
  }

  /** The parts that are evaluated on what the node before them gave. */
  #filters(node: Node): void {
    for (const { expr } of [...(node.stages ?? []), ...(node.predicate ?? [])]) this.node(expr, false);
    for (const { expression } of node.terms ?? []) this.node(expression, false);
    if (node.group !== undefined) this.#pairs(node.group.lhs, false);
    this.node(node.pattern, false);
    this.node(node.update, false);
    this.node(node.delete, false);
  }

  #pairs(pairs: [Node, Node][], atTop: boolean): void {
    for (const pair of pairs) for (const part of pair) this.node(part, atTop);
  }
}
