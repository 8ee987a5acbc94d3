/**
 * JSONata expressions of a plan. They come from a language model, so they are parsed when the plan is accepted and only
 * a small, pure part of the language is let through: paths with filters and order-by, literals, operators, conditionals,
 * array and object constructors, and the functions of `EXPRESSION_FUNCTIONS`.
 */

import jsonata from 'jsonata';
import { messageOf } from '../core/errors.ts';
import { excerpt } from '../core/json.ts';
import { didYouMean } from '../core/suggest.ts';
import { EXPRESSION_FUNCTIONS } from './names.ts';
import type { PathStep } from './path.ts';

/** Step Functions gives up at a depth of about 100 (200 terms of 1+1+…); half of it leaves room for what wraps an expression. */
export const MAX_EXPRESSION_DEPTH = 50;
/** Characters of an expression. */
export const MAX_EXPRESSION_LENGTH = 4096;
/** `[1..n]` builds its list at once. */
export const MAX_RANGE = 10_000;

/** An expression that was checked. */
export interface Expression {
  /** As it stands in the plan, for messages. */
  text: string;
  /** The JSONata source. */
  source: string;
  /** The variables it uses, without the dollar; the context `$` is not one. */
  variables: ReadonlySet<string>;
  /** Whether its form says that it gives a list, although JSONata unwraps a list of one element. */
  givesList: boolean;
  /** Of a plain reference, what it refers to. */
  reference: Reference | undefined;
}

/** A path from a variable over fields and elements, and nothing else. */
export interface Reference {
  variable: string;
  /** Elements picked from the variable itself. */
  indices: readonly number[];
  steps: readonly PathStep[];
  /** How it stands in the plan: `$key.path`, `${key.path}` within a text, or as the whole of a `{% … %}`. */
  written: 'alone' | 'text' | 'expression';
}

/** What an expression has that it may not. */
export interface ExpressionProblem {
  message: string;
  got?: string;
  allowed?: string;
  hint?: string;
}

/** A node of jsonata's syntax tree; its published type lacks most of the fields. */
interface Node {
  type: string;
  value?: unknown;
  position?: number;
  steps?: Node[];
  stages?: Node[];
  predicate?: Node[];
  expr?: Node;
  expression?: Node;
  expressions?: Node[];
  arguments?: Node[];
  procedure?: Node;
  lhs?: Node | [Node, Node][];
  rhs?: Node;
  condition?: Node;
  then?: Node;
  else?: Node;
  terms?: { expression: Node }[];
  group?: unknown;
  focus?: string;
  index?: string;
  /** Of a path that is written with `[]`. */
  keepSingletonArray?: boolean;
}

const BINARY_OPERATORS = new Set(['+', '-', '*', '/', '%', '=', '!=', '<', '<=', '>', '>=', 'and', 'or', 'in', '&']);

const REFUSED: Record<string, string> = {
  lambda: 'a function definition',
  bind: 'an assignment :=',
  regex: 'a regular expression',
  transform: 'a transform |…|',
  wildcard: 'a wildcard *',
  descendant: 'a descendant search **',
  parent: 'a parent step %',
  apply: 'the chain operator ~>',
  partial: 'a partial application',
};

const TOO_DEEP: ExpressionProblem = {
  message: 'the expression is nested too deeply',
  allowed: `at most ${MAX_EXPRESSION_DEPTH} levels`,
};

/** `${…}` belongs into texts; JSONata reads it as the context, grouped. */
const BRACES_HINT = 'in an expression write $key.field, without braces';

/** Its picture becomes a regular expression, some of which never end. */
const ONE_ARGUMENT = new Set(['toMillis']);

/** Functions whose result is a list, although JSONata unwraps a list of one element. */
const LIST_FUNCTIONS = new Set(['append', 'distinct', 'keys', 'reverse', 'sort', 'split', 'spread', 'zip']);

const WHAT_IS_ALLOWED =
  'paths with filters and ^(order), literals, operators, conditionals, [ ] and { } constructors, the listed functions';

/** Parses and checks an expression; `text` is how the plan wrote it. */
export function parseExpression(source: string, text: string): Expression | ExpressionProblem {
  if (source.length > MAX_EXPRESSION_LENGTH) {
    return {
      message: 'the expression is too long',
      got: `${source.length} characters`,
      allowed: `at most ${MAX_EXPRESSION_LENGTH}`,
    };
  }
  let root: Node;
  try {
    root = jsonata(source).ast() as unknown as Node;
  } catch (cause) {
    return { got: excerpt(text), ...syntaxProblem(source, cause) };
  }
  const check = new GrammarCheck();
  check.visit(root, false, 0);
  if (check.problem !== undefined) return { got: excerpt(text), ...check.problem };
  return { text, source, variables: check.variables, givesList: givesList(root), reference: undefined };
}

function syntaxProblem(source: string, cause: unknown): ExpressionProblem {
  if (cause instanceof RangeError) return TOO_DEEP;
  const message = `not a JSONata expression: ${messageOf(cause)}`;
  return source.includes('${') ? { message, hint: BRACES_HINT } : { message };
}

/** Tells the two outcomes of parsing apart. */
export function isProblem(parsed: Expression | ExpressionProblem): parsed is ExpressionProblem {
  return 'message' in parsed;
}

/** Walks a tree, gathers its variables and stops at the first thing that is not allowed. */
class GrammarCheck {
  readonly variables = new Set<string>();
  problem: ExpressionProblem | undefined;

  /** `inContext`: inside a filter or a step, where `$` and plain field names stand for the current value. */
  visit(node: Node, inContext: boolean, depth: number): void {
    if (this.problem !== undefined) return;
    if (depth > MAX_EXPRESSION_DEPTH) {
      this.problem = TOO_DEEP;
      return;
    }
    if (node.group !== undefined) return this.refuseGroup(node);
    if (node.focus !== undefined) return this.refuseForm('a context variable @');
    if (node.index !== undefined) return this.refuseForm('a position variable #');
    for (const filter of [...(node.predicate ?? []), ...(node.stages ?? [])]) this.visitStage(filter, depth + 1);
    this.visitForm(node, inContext, depth + 1);
  }

  visitForm(node: Node, inContext: boolean, depth: number): void {
    const value = String(node.value);
    switch (node.type) {
      case 'string':
      case 'number':
      case 'value':
        return;
      case 'variable':
        return this.visitVariable(value, inContext);
      case 'name':
        if (!inContext) this.refuseBareName(value);
        return;
      case 'path':
        for (const [index, step] of node.steps!.entries()) this.visit(step, inContext || index > 0, depth);
        return;
      case 'binary':
        return this.visitBinary(node, value, inContext, depth);
      case 'unary':
        return this.visitUnary(node, value, inContext, depth);
      case 'condition':
        for (const part of [node.condition, node.then, node.else]) if (part) this.visit(part, inContext, depth);
        return;
      case 'block':
        if (node.expressions!.length !== 1) return this.refuseForm('a sequence of expressions (a; b)');
        return this.visit(node.expressions![0]!, inContext, depth);
      case 'function':
        return this.visitCall(node, inContext, depth);
      case 'sort':
        for (const term of node.terms!) this.visit(term.expression, true, depth);
        return;
      default:
        return this.refuseForm(REFUSED[node.type] ?? `${node.type}`);
    }
  }

  visitStage(stage: Node, depth: number): void {
    if (stage.type === 'filter') this.visit(stage.expr!, true, depth);
    else this.refuseForm(REFUSED[stage.type] ?? 'a position variable #');
  }

  visitVariable(name: string, inContext: boolean): void {
    if (name === '$') return this.refuseForm('the root context $$');
    if (name.startsWith('$')) return this.refuse('a variable has one dollar sign', { hint: `write ${name}` });
    if (name !== '') this.variables.add(name);
    else if (!inContext) {
      this.refuse('the context $ has a value only inside a filter or a step', {
        hint: 'name what you mean, as $orders',
      });
    }
  }

  visitBinary(node: Node, operator: string, inContext: boolean, depth: number): void {
    if (operator === '..') return this.visitRange(node);
    if (!BINARY_OPERATORS.has(operator)) return this.refuseForm(`the operator ${operator}`);
    this.visit(node.lhs as Node, inContext, depth);
    this.visit(node.rhs!, inContext, depth);
  }

  visitRange(node: Node): void {
    const [from, to] = [node.lhs as Node, node.rhs!];
    const allowed = `[1..n] with at most ${MAX_RANGE} elements`;
    if (from.type !== 'number' || to.type !== 'number') {
      return this.refuse('both ends of a range are numbers written out', { allowed });
    }
    const elements = Number(to.value) - Number(from.value) + 1;
    if (elements > MAX_RANGE) this.refuse(`a range of ${elements} elements is too long`, { allowed });
  }

  visitUnary(node: Node, operator: string, inContext: boolean, depth: number): void {
    if (operator === '-') return this.visit(node.expression!, inContext, depth);
    const parts = operator === '[' ? node.expressions! : (node.lhs as [Node, Node][]).flat();
    for (const part of parts) this.visit(part, inContext, depth);
  }

  visitCall(node: Node, inContext: boolean, depth: number): void {
    const { type, value, steps, predicate } = node.procedure!;
    if (type !== 'variable' || predicate !== undefined) {
      const name = steps?.length === 1 ? String(steps[0]!.value) : '';
      const hint = EXPRESSION_FUNCTIONS.has(name) ? `a function begins with a dollar sign: $${name}(…)` : undefined;
      return this.refuseForm('a call of something that is not a function name', hint);
    }
    const name = String(value);
    if (!EXPRESSION_FUNCTIONS.has(name)) {
      const hint = didYouMean(name, EXPRESSION_FUNCTIONS);
      return this.refuse(`the function $${name} is not allowed in an expression`, {
        allowed: [...EXPRESSION_FUNCTIONS].map((allowed) => `$${allowed}`).join(' '),
        ...(hint && { hint }),
      });
    }
    if (ONE_ARGUMENT.has(name) && node.arguments!.length > 1) {
      return this.refuse(`$${name} takes one argument here`, { allowed: 'a time as ISO 8601 writes it' });
    }
    for (const argument of node.arguments!) this.visit(argument, inContext, depth);
  }

  refuseBareName(name: string): void {
    this.refuse(`"${name}" stands for nothing here`, {
      hint: `write $${name} for the result of ${name}, or "${name}" in quotes for the text`,
    });
  }

  refuseGroup(node: Node): void {
    const braces = node.type === 'variable' && node.value === '';
    this.refuseForm('grouping {…} after a path', braces ? BRACES_HINT : undefined);
  }

  refuseForm(form: string, hint?: string): void {
    this.refuse(`${form} is not allowed in an expression`, { allowed: WHAT_IS_ALLOWED, ...(hint && { hint }) });
  }

  refuse(message: string, details: Omit<ExpressionProblem, 'message'> = {}): void {
    this.problem ??= { message, ...details };
  }
}

/** Whether the form of an expression says that it gives a list, although JSONata unwraps a list of one element. */
function givesList(node: Node): boolean {
  switch (node.type) {
    case 'path':
      return node.keepSingletonArray === true || pathGivesList(node.steps!);
    case 'block':
      return staysList(node, givesList(node.expressions![0]!));
    case 'condition':
      return givesList(node.then!) && (node.else === undefined || givesList(node.else));
    case 'function':
      return staysList(node, LIST_FUNCTIONS.has(String(node.procedure!.value)));
    case 'unary':
      return staysList(node, node.value === '[');
    default:
      return staysList(node, false);
  }
}

function pathGivesList([first, ...rest]: Node[]): boolean {
  return rest.reduce((isList, step) => {
    if (step.type === 'sort') return staysList(step, true);
    const mapped = ['block', 'unary', 'function'].includes(step.type);
    // An index after a step picks one of each: what goes through a list stays one.
    return isList || staysList(step, mapped);
  }, givesList(first!));
}

/** What the filters after a step make of it: one by a condition gives a list; an index picks one element of it. */
function staysList({ predicate = [], stages = [] }: Node, before: boolean): boolean {
  return [...predicate, ...stages].reduce((_, { expr }) => expr?.type !== 'number', before);
}
