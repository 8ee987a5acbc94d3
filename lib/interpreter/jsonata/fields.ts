/** Fields of a state: values in which any text that is wholly `{% … %}` is an expression. */

import type { Expressions } from '../../asl/definition.ts';
import { messageOf } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { evaluationError, type StatesError } from '../errors.ts';
import { textOf } from '../payload.ts';
import type { MapItem, StateVisit } from '../types.ts';

/** What `$states` holds beside input and context. */
export interface Extra {
  result?: Json;
  errorOutput?: Json;
  /** The item that a Map's ItemSelector is evaluated for. */
  item?: MapItem;
}

/** The source of an expression; undefined for any other value. */
export function expressionOf(value: Expressions): string | undefined {
  if (typeof value !== 'string' || value.length < 4) return undefined;
  return value.startsWith('{%') && value.endsWith('%}') ? value.slice(2, -2).trim() : undefined;
}

/** Of each object and list in a definition, whether there is an expression in it. */
const variable = new WeakMap<object, boolean>();

function hasExpressions(value: Expressions): boolean {
  if (typeof value !== 'object' || value === null) return expressionOf(value) !== undefined;
  let has = variable.get(value);
  if (has === undefined) {
    has = Object.values(value).some(hasExpressions);
    variable.set(value, has);
  }
  return has;
}

/** The value of a field. `field` is its name, and within it the place: `Output/lines[0]`. */
export async function resolve(value: Expressions, field: string, visit: StateVisit, extra?: Extra): Promise<Json> {
  if (!hasExpressions(value)) return value;
  if (Array.isArray(value)) {
    const elements: Json[] = [];
    for (const [index, element] of value.entries()) {
      elements.push(await resolve(element, `${field}[${index}]`, visit, extra));
    }
    return elements;
  }
  if (typeof value === 'object' && value !== null) {
    const entries: [string, Json][] = [];
    for (const [key, inner] of Object.entries(value)) {
      entries.push([key, await resolve(inner, `${field}/${key}`, visit, extra)]);
    }
    return Object.fromEntries(entries);
  }
  return evaluate(expressionOf(value)!, field, visit, extra);
}

async function evaluate(source: string, field: string, visit: StateVisit, extra: Extra = {}): Promise<Json> {
  const { item, ...more } = extra;
  const states = { input: visit.input, context: visit.context(item), ...more };
  const subject = `The JSONata expression '${source}' specified for the field '${field}'`;
  let result: Json | undefined;
  try {
    result = await visit.run.evaluator.evaluate(source, states, visit.scope.variables);
  } catch (thrown) {
    throw evaluationError(field, `${subject} threw an error during evaluation${ending(thrown)}`);
  }
  if (result === undefined) throw evaluationError(field, `${subject} returned nothing (undefined).`);
  return result;
}

/** Of an error with a code it is a sentence, of any other the reason. */
function ending(thrown: unknown): string {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? `. ${code}: ${messageOf(thrown)}` : `: ${messageOf(thrown)}`;
}

interface JsonTypes {
  boolean: boolean;
  number: number;
  string: string;
}

/** The value of a field that must be of one type. */
export async function typed<T extends keyof JsonTypes>(
  value: Expressions,
  field: string,
  type: T,
  visit: StateVisit,
): Promise<JsonTypes[T]> {
  const result = await resolve(value, field, visit);
  if (typeof result === type) return result as JsonTypes[T];
  throw unexpectedType(value, field, type, result);
}

/** The error of a field that gave something of another type. */
export function unexpectedType(value: Expressions, field: string, expected: string, got: Json): StatesError {
  const message = `returned an unexpected result type. Expected '${expected}', but was '${jsonType(got)}' for value: ${textOf(got)}`;
  return evaluationError(
    field,
    `The JSONata expression '${expressionOf(value) ?? textOf(value)}' specified for the field '${field}' ${message}`,
  );
}

function jsonType(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
