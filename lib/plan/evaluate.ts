/** The value of expressions and templates over the results of a run. */

import { type BoundedExpression, Bounds, compileBounded, MAX_SIZE, MAX_STEPS } from '../asl/bounded-jsonata.ts';
import { messageOf, StepweaveError } from '../core/errors.ts';
import { formatPath, isJsonObject, type Json } from '../core/json.ts';
import type { Expression, Reference } from './expression.ts';
import { followPath, goesThroughList } from './path.ts';
import type { Template } from './template.ts';
import { Turns } from './turns.ts';

/** A reference that yields nothing, or an expression that raises: the action fails without being invoked. */
export class ExpressionFailure extends StepweaveError {
  constructor(code: 'unresolved_reference' | 'expression_error' | 'not_a_list', message: string, cause?: unknown) {
    super(code, 'user', message, { cause });
    this.name = 'ExpressionFailure';
  }
}

/** What is particular about some variables of a scope. */
export interface ScopeOptions {
  /** Variables of actions that lost a `join: any`: they are null, and so is whatever a reference takes from them. */
  losers?: Iterable<string>;
}

/** What all scopes of a run have in common. */
export interface RootScopeOptions extends ScopeOptions {
  /**
   * Evaluations follow one another without a turn of the event loop. Where many of them take long, this is awaited now
   * and then so that timers and signals are heard: `() => clock.sleep(0)`.
   */
  pause?: () => Promise<void>;
}

/** Steps of evaluations, about half a second's worth, after which comes a pause. Counted, so that a run can be repeated. */
const STEPS_BEFORE_PAUSE = MAX_STEPS / 2;

/** The evaluations of one run. They take turns: each is then bounded by its own work, whatever else there is to do. */
class Evaluations {
  readonly #turns = new Turns();
  /** Of each object and list, its copy for evaluation. */
  readonly #copies = new WeakMap<object, unknown>();
  readonly #pause: (() => Promise<void>) | undefined;
  #stepsSincePause = 0;

  constructor(pause?: () => Promise<void>) {
    this.#pause = pause;
  }

  evaluate(expression: BoundedExpression, variables: [string, Json | undefined][]): Promise<unknown> {
    return this.#turns.take(async () => {
      if (this.#stepsSincePause > STEPS_BEFORE_PAUSE) {
        this.#stepsSincePause = 0;
        await this.#pause?.();
      }
      const copies = Object.fromEntries(variables.map(([name, value]) => [name, this.#copyOf(value)]));
      const bounds = new Bounds();
      try {
        return await expression.evaluate(copies, bounds);
      } finally {
        this.#stepsSincePause += bounds.steps;
      }
    });
  }

  /** The value with objects that inherit nothing, so that no path reaches `constructor` and the like. */
  #copyOf(value: Json | undefined): unknown {
    if (typeof value !== 'object' || value === null) return value;
    let copy = this.#copies.get(value);
    if (copy === undefined) {
      copy = withoutPrototype(value);
      this.#copies.set(value, copy);
    }
    return copy;
  }
}

/**
 * Variables by name, without the dollar. A variable that is `undefined` yields nothing. The scopes of a run come from one
 * by {@link Scope.with}, so that a value that several of them see is copied once; it must not change meanwhile.
 */
export class Scope {
  readonly #variables: ReadonlyMap<string, Json | undefined>;
  readonly #losers: ReadonlySet<string>;
  readonly #outer: Scope | undefined;
  readonly #evaluations: Evaluations;

  /** `outer` is for {@link Scope.with}. */
  constructor(variables: Iterable<readonly [string, Json | undefined]>, options: RootScopeOptions = {}, outer?: Scope) {
    this.#variables = new Map(variables);
    this.#losers = new Set(options.losers);
    this.#outer = outer;
    this.#evaluations = outer === undefined ? new Evaluations(options.pause) : outer.#evaluations;
  }

  /** The same variables and more; those with a name that there was already take its place. */
  with(more: Iterable<readonly [string, Json | undefined]>, options?: ScopeOptions): Scope {
    return new Scope(more, options, this);
  }

  get(name: string): Json | undefined {
    if (this.#losers.has(name)) return null;
    return this.#variables.has(name) ? this.#variables.get(name) : this.#outer?.get(name);
  }

  isLoser(name: string): boolean {
    if (this.#losers.has(name)) return true;
    return !this.#variables.has(name) && this.#outer !== undefined && this.#outer.isLoser(name);
  }

  /** What jsonata makes of an expression that uses these variables, once those that were asked for before are done. */
  evaluate(expression: BoundedExpression, names: Iterable<string>): Promise<unknown> {
    return this.#evaluations.evaluate(
      expression,
      Array.from(names, (name) => [name, this.get(name)]),
    );
  }
}

function withoutPrototype(value: Json): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototype);
  if (!isJsonObject(value)) return value;
  const copy = Object.create(null);
  for (const key of Object.keys(value)) copy[key] = withoutPrototype(value[key]!);
  return copy;
}

const compiled = new WeakMap<Expression, BoundedExpression>();

/** The value of an expression, `undefined` when it yields nothing. Throws {@link ExpressionFailure} when it raises. */
export async function evaluate(expression: Expression, scope: Scope): Promise<Json | undefined> {
  try {
    if (expression.reference !== undefined) return referredTo(expression.reference, scope);
    return plain(await scope.evaluate(compile(expression), expression.variables));
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

function referredTo({ variable, indices, steps, written }: Reference, scope: Scope): Json | undefined {
  const lost = written !== 'expression' && scope.isLoser(variable);
  const value = lost ? null : followPath(scope.get(variable), indices, steps);
  return written === 'text' ? textOf(value) : value;
}

/** A value as JSONata's `$string` writes it, with at most 15 digits to a number. */
function textOf(value: Json | undefined): string | undefined {
  const text = typeof value === 'string' ? value : JSON.stringify(value, withFifteenDigits);
  if (text !== undefined && text.length > MAX_SIZE) throw new Error(`a text of more than ${MAX_SIZE} characters`);
  return text;
}

function withFifteenDigits(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(finite(value).toPrecision(15)) : value;
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new Error('a number that JSON cannot hold');
}

/** A JSON value of its own: jsonata's lists carry marks that would change how they are read the next time. */
function plain(value: unknown): Json | undefined {
  const text = JSON.stringify(value, (_, inner) => (typeof inner === 'number' ? finite(inner) : inner));
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
  if (standsForList(expression, scope)) return value === undefined ? [] : [value];
  if (value === undefined) return [await required(expression, scope, ['for_each'])];
  return asList(value, expression.text);
}

function standsForList({ givesList, reference }: Expression, scope: Scope): boolean {
  if (reference === undefined) return givesList;
  return goesThroughList(scope.get(reference.variable), reference.indices, reference.steps);
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
