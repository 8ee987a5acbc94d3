/**
 * JSONata expressions of a plan. They come from a language model, so they are parsed when the plan is accepted and only
 * a small, pure part of the language is let through: paths with filters and order-by, literals, operators, conditionals,
 * array and object constructors, and the functions of `EXPRESSION_FUNCTIONS`.
 */
import jsonata from 'jsonata';
import { messageOf } from '../core/errors.ts';
import { didYouMean, EXPRESSION_FUNCTIONS, listNames } from './names.ts';

/** Step Functions gives up at a depth of about 100 (200 terms of 1+1+…); half of it leaves room for what wraps an expression. */
export const MAX_EXPRESSION_DEPTH = 50;
export const MAX_EXPRESSION_LENGTH = 4096;
/** `[1..n]` builds its list at once. */
export const MAX_RANGE = 10_000;

export interface Expression {
  /** As it stands in the plan, for messages. */
  text: string;
  /** The JSONata source. */
  source: string;
  /** The variables it uses, without the dollar; the context `$` is not one. */
  variables: ReadonlySet<string>;
  /**
   * When JSONata may unwrap a list of one, which of its prefixes being a list says that it is one all the same;
   * `always` when the form of the expression says so.
   */
  listWhen: readonly string[] | 'always';
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
  tuple?: boolean;
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
    return { message: `not a JSONata expression: ${messageOf(cause)}`, got: text };
  }
  const check = new GrammarCheck();
  check.visit(root, false, 0);
  if (check.problem !== undefined) return check.problem;
  return { text, source, variables: check.variables, listWhen: listForm(root) ? 'always' : [] };
}

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
      this.refuse('the expression is nested too deeply', { allowed: `at most ${MAX_EXPRESSION_DEPTH} levels` });
      return;
    }
    if (node.group !== undefined) return this.refuseForm('grouping {…} after a path');
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
    const bounds = [node.lhs as Node, node.rhs!].map((bound) =>
      bound.type === 'number' ? Number(bound.value) : Number.NaN,
    );
    if (!(bounds[1]! - bounds[0]! < MAX_RANGE)) {
      this.refuse('a range needs two numbers written out', { allowed: `[1..n] with at most ${MAX_RANGE} elements` });
    }
  }

  visitUnary(node: Node, operator: string, inContext: boolean, depth: number): void {
    if (operator === '-') return this.visit(node.expression!, inContext, depth);
    const parts = operator === '[' ? node.expressions! : (node.lhs as [Node, Node][]).flat();
    for (const part of parts) this.visit(part, inContext, depth);
  }

  visitCall(node: Node, inContext: boolean, depth: number): void {
    const { type, value } = node.procedure!;
    if (type !== 'variable') return this.refuseForm('a call of something that is not a function name');
    const name = String(value);
    if (!EXPRESSION_FUNCTIONS.has(name)) {
      const hint = didYouMean(name, EXPRESSION_FUNCTIONS);
      return this.refuse(`the function $${name} is not allowed in an expression`, {
        allowed: [...EXPRESSION_FUNCTIONS].map((allowed) => `$${allowed}`).join(' '),
        ...(hint && { hint }),
      });
    }
    for (const argument of node.arguments!) this.visit(argument, inContext, depth);
  }

  refuseBareName(name: string): void {
    this.refuse(`"${name}" stands for nothing here`, {
      hint: `write $${name} for the result of ${name}, or "${name}" in quotes for the text`,
    });
  }

  refuseForm(form: string): void {
    this.refuse(`${form} is not allowed in an expression`, { allowed: WHAT_IS_ALLOWED });
  }

  refuse(message: string, details: Omit<ExpressionProblem, 'message'> = {}): void {
    this.problem ??= { message, ...details };
  }
}

/** Whether the form of an expression says that it gives a list, although JSONata unwraps a list of one element. */
function listForm(root: Node): boolean {
  let isList = root.type === 'variable' && stagesMakeList(root, false);
  for (const step of root.type === 'path' ? root.steps! : []) {
    const mapped = ['block', 'unary', 'sort'].includes(step.type) && step !== root.steps![0];
    isList = stagesMakeList(step, isList || mapped);
  }
  return isList;
}

/** A filter by a condition gives a list; an index picks one element of it. */
function stagesMakeList(step: Node, before: boolean): boolean {
  return [...(step.predicate ?? []), ...(step.stages ?? [])].reduce(
    (_, stage) => !(stage.expr?.type === 'number'),
    before,
  );
}

/** `$count, $sum, …` for messages and help. */
export const FUNCTION_LIST = listNames(
  [...EXPRESSION_FUNCTIONS].map((name) => `$${name}`),
  99,
);
