/**
 * What a call reads and writes. A template names a resource, `inventory:{warehouse_code}`; its braces are filled from the
 * literal part of the call's input. What is not known before the run stands for every resource with that beginning.
 */
import { isJsonObject, type Json } from '../core/json.ts';
import type { Template } from './template.ts';

/** One resource, or (`exact` false) all whose name begins with `name`. */
export interface ResourcePattern {
  name: string;
  exact: boolean;
}

export interface ResourceUse {
  reads: ResourcePattern[];
  writes: ResourcePattern[];
}

/** Braces that are not `{field}` or `{field.inner}`. */
export function isResourceTemplate(template: string): boolean {
  return /^[^{}]*(\{[A-Za-z_][A-Za-z0-9_.-]*\}[^{}]*)*$/.test(template);
}

/**
 * The resources that a template names for an input; a list in the input names one for each of its elements. A name that
 * ends in `*`, as messages write it, stands for all with that beginning.
 */
export function resourcesOf(template: string, input: Template): ResourcePattern[] {
  return filledNames(template, input).map((pattern) =>
    pattern.name.endsWith('*') ? { name: pattern.name.slice(0, -1), exact: false } : pattern,
  );
}

function filledNames(template: string, input: Template): ResourcePattern[] {
  const [first = '', ...rest] = template.split('{');
  let patterns: ResourcePattern[] = [{ name: first, exact: true }];
  for (const part of rest) {
    const [field = '', after = ''] = part.split('}');
    const values = literalValues(fieldOf(input, field.split('.')));
    patterns = patterns.flatMap((pattern) => {
      if (!pattern.exact) return [pattern];
      if (values === undefined) return [{ name: pattern.name, exact: false }];
      return values.map((value) => ({ name: `${pattern.name}${value}${after}`, exact: true }));
    });
  }
  return patterns;
}

function fieldOf(template: Template | undefined, path: string[]): Template | undefined {
  let found = template;
  for (const name of path) {
    if (found?.kind === 'object' && Object.hasOwn(found.fields, name)) found = found.fields[name];
    else if (found?.kind === 'literal' && isJsonObject(found.value) && Object.hasOwn(found.value, name)) {
      found = { kind: 'literal', value: found.value[name]! };
    } else return undefined;
  }
  return found;
}

/** The texts a field puts into a name; undefined when it is not there, not literal, or not a plain value. */
function literalValues(template: Template | undefined): string[] | undefined {
  if (template?.kind !== 'literal') return undefined;
  const values: Json[] = Array.isArray(template.value) ? template.value : [template.value];
  const plain = values.every((value) => typeof value === 'string' || typeof value === 'number');
  return plain ? values.map(String) : undefined;
}

function overlap(a: ResourcePattern, b: ResourcePattern): boolean {
  if (a.exact && b.exact) return a.name === b.name;
  if (a.exact) return a.name.startsWith(b.name);
  if (b.exact) return b.name.startsWith(a.name);
  return a.name.startsWith(b.name) || b.name.startsWith(a.name);
}

/** The resource over which two calls conflict: both touch it and at least one writes. Undefined when there is none. */
export function conflictBetween(a: ResourceUse, b: ResourceUse): string | undefined {
  for (const [writes, touches] of [
    [a.writes, [...b.reads, ...b.writes]],
    [b.writes, a.reads],
  ] as const) {
    for (const written of writes) {
      const other = touches.find((touched) => overlap(written, touched));
      if (other !== undefined) return resourceName(written.name.length >= other.name.length ? written : other);
    }
  }
  return undefined;
}

/** As people read it: `inventory:WH001`, or `inventory:*` for all of them. */
export function resourceName({ name, exact }: ResourcePattern): string {
  return exact ? name : `${name}*`;
}
