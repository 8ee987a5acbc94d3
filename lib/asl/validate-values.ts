/** Checks of single values. Where AWS's own wording is known it is used. */
import { isJsonObject } from '../core/json.ts';
import { delimitersOf, type ReadableStates } from './validate-expressions.ts';
import type { Check, StateScope } from './validate-scope.ts';

/** Whether a value is a text that JSONata would evaluate. */
export function isExpression(value: unknown): value is string {
  return typeof value === 'string' && delimitersOf(value) === 'expression';
}

function ofType(value: unknown, name: string, fits: boolean, location: string, scope: StateScope): boolean {
  if (!fits) scope.diagnostics.schema(`Expected value of type [${name}]`, location);
  return fits && value !== undefined;
}

export const text: Check = (value, location, scope) => {
  ofType(value, 'STRING', typeof value === 'string', location, scope);
};

export const boolean: Check = (value, location, scope) => {
  ofType(value, 'BOOLEAN', typeof value === 'boolean', location, scope);
};

export const object: Check = (value, location, scope) => {
  ofType(value, 'OBJECT', isJsonObject(value), location, scope);
};

/** Fields that are other documents: checked by whoever uses them, or not at all. */
export const anything: Check = () => {};

export function oneOf(...allowed: string[]): Check {
  return (value, location, scope) => {
    if (!ofType(value, 'STRING', typeof value === 'string', location, scope) || allowed.includes(value as string))
      return;
    scope.diagnostics.schema(`Value should be one of the following: [${allowed.join(', ')}]`, location);
  };
}

export function integer(least: number, most: number): Check {
  return (value, location, scope) => {
    if (ofType(value, 'INTEGER', Number.isInteger(value), location, scope))
      inRange(value, least, most, location, scope);
  };
}

export function number(least: number, most = Number.POSITIVE_INFINITY): Check {
  return (value, location, scope) => {
    if (ofType(value, 'NUMBER', typeof value === 'number', location, scope))
      inRange(value, least, most, location, scope);
  };
}

function inRange(value: unknown, least: number, most: number, location: string, { diagnostics }: StateScope): void {
  if (Number(value) < least) diagnostics.schema(`Minimum value is ${least}`, location);
  if (Number(value) > most) diagnostics.schema(`Maximum value is ${most}`, location);
}

/** In a JSONata state also an expression that comes to such a value. */
export function orExpression(literal: Check): Check {
  return (value, location, scope) => {
    if (scope.language === 'JSONata' && typeof value === 'string') {
      if (checkText(value, 'none', location, scope) === 'expression') return;
    }
    literal(value, location, scope);
  };
}

/** Any JSON value, with expressions at any depth. */
export function template(readable: ReadableStates = 'none'): Check {
  return (value, location, scope) => {
    if (scope.language === 'JSONata') checkTemplate(value, readable, location, scope);
  };
}

function checkTemplate(value: unknown, readable: ReadableStates, location: string, scope: StateScope): void {
  if (typeof value === 'string') return void checkText(value, readable, location, scope);
  if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) checkTemplate(inner, readable, `${location}[${index}]`, scope);
  } else if (isJsonObject(value)) {
    for (const [key, inner] of Object.entries(value)) checkTemplate(inner, readable, `${location}/${key}`, scope);
  }
}

function checkText(value: string, readable: ReadableStates, location: string, scope: StateScope): string {
  const kind = delimitersOf(value);
  if (kind === 'expression') scope.expressions.check(value, readable, location, scope.diagnostics);
  if (kind === 'malformed') {
    const message = "A JSONata expression must start with '{%' and end with '%}'";
    scope.diagnostics.add('INVALID_JSONATA_EXPRESSION', message, location);
  }
  return kind;
}

/** What a field takes. */
export interface Fields {
  [name: string]: Check;
}

/** Checks the fields of an object in the order in which they stand, and that none is missing. */
export function checkFields(
  value: unknown,
  fields: Fields,
  required: readonly string[],
  location: string,
  scope: StateScope,
): void {
  if (!isJsonObject(value)) return scope.diagnostics.schema('Expected value of type [OBJECT]', location);
  for (const [name, inner] of Object.entries(value)) {
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (check === undefined) scope.diagnostics.schema(`Field '${name}' is not supported`, location);
    else check(inner, `${location}/${name}`, scope);
  }
  checkRequired(value, required, location, scope);
}

/** Reports the fields that must be there and are not. */
export function checkRequired(
  value: Record<string, unknown>,
  required: readonly string[],
  location: string,
  { diagnostics }: Pick<StateScope, 'diagnostics'>,
): void {
  const missing = required.filter((name) => value[name] === undefined);
  if (missing.length > 0) diagnostics.schema(`These fields are required: [${missing.join(', ')}]`, location || '/');
}

/** A list whose elements are all checked alike. */
export function list(element: Check, { least = 0 } = {}): Check {
  return (value, location, scope) => {
    if (!Array.isArray(value)) return scope.diagnostics.schema('Expected value of type [ARRAY]', location);
    if (value.length < least) scope.diagnostics.schema(`Minimum length is ${least}`, location);
    for (const [index, inner] of value.entries()) element(inner, `${location}[${index}]`, scope);
  };
}
