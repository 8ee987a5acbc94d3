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

/** The resources of one action. */
export interface ResourceUse {
  reads: ResourcePattern[];
  writes: ResourcePattern[];
}

/**
 * What templates may come to be in one list of an action: literal lists in the input multiply. A template that would exceed
 * it stands for all resources with its beginning, which conflicts with more and never with less.
 */
export const MAX_RESOURCE_NAMES = 1000;

/**
 * The resources that templates name for an input; a list in the input names one for each of its elements. A name that
 * ends in `*`, as messages write it, stands for all with that beginning.
 */
export function resourcesOf(templates: readonly string[], input: Template): ResourcePattern[] {
  const patterns: ResourcePattern[] = [];
  for (const template of templates)
    patterns.push(...filledNames(template, input, MAX_RESOURCE_NAMES - patterns.length));
  return patterns.map((pattern) =>
    pattern.name.endsWith('*') ? { name: pattern.name.slice(0, -1), exact: false } : pattern,
  );
}

/** At most `most` names; one where there is no room for more. */
function filledNames(template: string, input: Template, most: number): ResourcePattern[] {
  const [first = '', ...rest] = template.split('{');
  let names = [first];
  for (const part of rest) {
    const [field = '', after = ''] = part.split('}');
    const values = literalValues(fieldOf(input, field.split('.')));
    if (values === undefined) return names.map((name) => ({ name, exact: false }));
    if (names.length * values.length > Math.max(1, most)) return [{ name: first, exact: false }];
    names = names.flatMap((name) => values.map((value) => `${name}${value}${after}`));
  }
  return names.map((name) => ({ name, exact: true }));
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

/** Patterns among which those that overlap with another one are found without a look at each. */
class PatternIndex {
  readonly #exact = new Map<string, ResourcePattern>();
  readonly #prefixes = new Map<string, ResourcePattern>();
  readonly #lengthsOfPrefixes: ReadonlySet<number>;
  /** By name, so that all with one beginning stand together. */
  readonly #sorted: readonly ResourcePattern[];

  constructor(patterns: readonly ResourcePattern[]) {
    for (const pattern of patterns) (pattern.exact ? this.#exact : this.#prefixes).set(pattern.name, pattern);
    this.#lengthsOfPrefixes = new Set([...this.#prefixes.keys()].map(({ length }) => length));
    this.#sorted = patterns.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** One that may be the same resource. */
  overlapping({ name, exact }: ResourcePattern): ResourcePattern | undefined {
    for (const length of this.#lengthsOfPrefixes) {
      const prefix = length <= name.length ? this.#prefixes.get(name.slice(0, length)) : undefined;
      if (prefix !== undefined) return prefix;
    }
    if (exact) return this.#exact.get(name);
    const next = this.#sorted[this.#placeOf(name)];
    return next?.name.startsWith(name) ? next : undefined;
  }

  /** Of the first whose name is not before `name`. */
  #placeOf(name: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]!.name < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const indexes = new WeakMap<readonly ResourcePattern[], PatternIndex>();

function indexOf(patterns: readonly ResourcePattern[]): PatternIndex {
  let index = indexes.get(patterns);
  if (index === undefined) {
    index = new PatternIndex(patterns);
    indexes.set(patterns, index);
  }
  return index;
}

/** The resource over which two calls conflict: both touch it and at least one writes. Undefined when there is none. */
export function conflictBetween(a: ResourceUse, b: ResourceUse): string | undefined {
  return overlapOf(a.writes, b.reads) ?? overlapOf(a.writes, b.writes) ?? overlapOf(b.writes, a.reads);
}

function overlapOf(written: readonly ResourcePattern[], touched: readonly ResourcePattern[]): string | undefined {
  if (touched.length === 0) return undefined;
  const index = indexOf(touched);
  for (const pattern of written) {
    const other = index.overlapping(pattern);
    if (other !== undefined) return resourceName(pattern.name.length >= other.name.length ? pattern : other);
  }
  return undefined;
}

/** As people read it: `inventory:WH001`, or `inventory:*` for all of them. */
export function resourceName({ name, exact }: ResourcePattern): string {
  return exact ? name : `${name}*`;
}
