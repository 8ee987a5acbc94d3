/** The value of expressions and templates over the results of a run. */
import { messageOf, StepweaveError } from '../core/errors.ts';
import { formatPath, isJsonObject, type Json, mapValues } from '../core/json.ts';
import { type BoundedExpression, compileBounded } from './bounded-jsonata.ts';
import type { Expression } from './expression.ts';
import type { Template } from './template.ts';

/** A reference that yields nothing, or an expression that raises: the action fails without being invoked. */
export class ExpressionFailure extends StepweaveError {
  constructor(code: 'unresolved_reference' | 'expression_error' | 'not_a_list', message: string, cause?: unknown) {
    super(code, 'user', message, { cause });
    this.name = 'ExpressionFailure';
  }
}

/** Variables by name, without the dollar. A variable that is `undefined` yields nothing. */
export class Scope {
  readonly #variables: Map<string, Json | undefined>;
  readonly #evaluable = new Map<string, unknown>();

  constructor(variables: Iterable<readonly [string, Json | undefined]>) {
    this.#variables = new Map(variables);
  }

  get(name: string): Json | undefined {
    return this.#variables.get(name);
  }

  set(name: string, value: Json | undefined): void {
    this.#variables.set(name, value);
    this.#evaluable.delete(name);
  }

  /** The same variables and more; the copies for evaluation are shared. */
  with(more: Iterable<readonly [string, Json | undefined]>): Scope {
    const inner = new Scope([...this.#variables, ...more]);
    const redefined = new Set([...more].map(([name]) => name));
    for (const [name, value] of this.#evaluable) if (!redefined.has(name)) inner.#evaluable.set(name, value);
    return inner;
  }

  /** The value with objects that inherit nothing, so that no path reaches `constructor` and the like. */
  forEvaluation(name: string): unknown {
    if (!this.#evaluable.has(name)) this.#evaluable.set(name, withoutPrototype(this.#variables.get(name)));
    return this.#evaluable.get(name);
  }
}

function withoutPrototype(value: Json | undefined): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototype);
  if (!isJsonObject(value)) return value;
  return Object.assign(Object.create(null), mapValues(value, withoutPrototype));
}

const compiled = new WeakMap<Expression, BoundedExpression>();

/** The value of an expression, `undefined` when it yields nothing. Throws {@link ExpressionFailure} when it raises. */
export async function evaluate(expression: Expression, scope: Scope): Promise<Json | undefined> {
  const simple = /^\$([A-Za-z0-9_]+)$/.exec(expression.source);
  if (simple !== null) return scope.get(simple[1]!);
  try {
    const variables = Object.fromEntries([...expression.variables].map((name) => [name, scope.forEvaluation(name)]));
    return plain(await compile(expression).evaluate(variables));
  } catch (cause) {
    throw new ExpressionFailure('expression_error', `${expression.text}: ${messageOf(cause)}`, cause);
  }
}

function compile(expression: Expression): BoundedExpression {
  let ready = compiled.get(expression);
  if (ready === undefined) {
    ready = compileBounded(expression.source);
    compiled.set(expression, ready);
  }
  return ready;
}

/** A JSON value of its own: jsonata's lists carry marks that would change how they are read the next time. */
function plain(value: unknown): Json | undefined {
  const text = JSON.stringify(value, (_, inner) => {
    if (typeof inner === 'number' && !Number.isFinite(inner)) throw new Error('a number that JSON cannot hold');
    return inner;
  });
  return text === undefined ? undefined : JSON.parse(text);
}

/** The value of a template; `where` names its place for messages. Throws {@link ExpressionFailure}. */
export async function resolveTemplate(template: Template, scope: Scope, where: PropertyKey[]): Promise<Json> {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'value':
      return required(template.expression, scope, where);
    case 'text': {
      const parts = await Promise.all(
        template.parts.map((part) => (typeof part === 'string' ? part : required(part, scope, where))),
      );
      return parts.join('');
    }
    case 'list':
      return Promise.all(template.elements.map((element, index) => resolveTemplate(element, scope, [...where, index])));
    case 'object': {
      const fields = Object.entries(template.fields).map(
        async ([key, field]) => [key, await resolveTemplate(field, scope, [...where, key])] as const,
      );
      return Object.fromEntries(await Promise.all(fields));
    }
  }
}

async function required(expression: Expression, scope: Scope, where: PropertyKey[]): Promise<Json> {
  const value = await evaluate(expression, scope);
  if (value !== undefined) return value;
  throw new ExpressionFailure('unresolved_reference', `${formatPath(where)}: ${expression.text} yields nothing`);
}

/**
 * The list of a `for_each`. JSONata gives a list of one as its element and an empty list as nothing; a path that goes
 * through a list is one all the same. Throws {@link ExpressionFailure} for anything that is not a list.
 */
export async function resolveList(template: Template, scope: Scope): Promise<Json[]> {
  if (template.kind !== 'value') return asList(await resolveTemplate(template, scope, ['for_each']), 'for_each');
  const { expression } = template;
  const value = await evaluate(expression, scope);
  if (Array.isArray(value)) return value;
  if (await goesThroughList(expression, scope)) return value === undefined ? [] : [value];
  if (value === undefined) return [await required(expression, scope, ['for_each'])];
  return asList(value, expression.text);
}

async function goesThroughList(expression: Expression, scope: Scope): Promise<boolean> {
  if (expression.listWhen === 'always') return true;
  for (const source of expression.listWhen) {
    const prefix: Expression = { ...expression, source };
    if (Array.isArray(await evaluate(prefix, scope))) return true;
  }
  return false;
}

function asList(value: Json, what: string): Json[] {
  if (Array.isArray(value)) return value;
  throw new ExpressionFailure('not_a_list', `for_each: ${what} is not a list, it is ${article(value)}`);
}

function article(value: Json): string {
  if (value === null) return 'null';
  return isJsonObject(value) ? 'an object' : `a ${typeof value}`;
}

/** Whether a condition holds, by JSONata's `$boolean`; nothing counts as false. */
export async function conditionHolds(condition: Expression, scope: Scope): Promise<boolean> {
  return (await evaluate(condition, scope)) === true;
}
