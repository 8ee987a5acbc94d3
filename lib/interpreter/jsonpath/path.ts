/**
 * Paths into JSON, as Step Functions reads them: `$.orders[0].id`, wildcards, slices, unions, `..name` and filters.
 * A path that can meet only one value is definite; any other gives the list of all it meets.
 */
import type { Json } from '../../core/json.ts';
import { holds } from './filter.ts';
import { parsePath } from './path-parser.ts';
import type { Step } from './path-steps.ts';

const parsed = new Map<string, readonly Step[]>();

/** Paths that are kept parsed: definitions name few. */
const MOST_KEPT = 10_000;

/** Each `..` can multiply what is found. */
const MOST_FOUND = 200_000;

/** The steps after `$`. Throws for what is no path. */
export function stepsOf(path: string): readonly Step[] {
  let steps = parsed.get(path);
  if (steps === undefined) {
    steps = parsePath(path);
    if (parsed.size >= MOST_KEPT) parsed.clear();
    parsed.set(path, steps);
  }
  return steps;
}

/** What a path finds; undefined for a definite one that finds nothing. */
export function find(path: string, value: Json): Json | undefined {
  const steps = stepsOf(path);
  const found = follow(steps, value);
  return steps.every(isDefinite) ? found[0] : found;
}

function isDefinite(step: Step): boolean {
  if (step.kind === 'names') return step.names.length === 1;
  if (step.kind === 'indices') return step.indices.length === 1;
  return step.kind === 'length';
}

/** All values that the steps lead to. */
export function follow(steps: readonly Step[], value: Json): Json[] {
  let values = [value];
  for (const step of steps) {
    values = values.flatMap((from) => take(step, from, value));
    if (values.length > MOST_FOUND) throw new Error(`A path leads to more than ${MOST_FOUND} values`);
  }
  return values;
}

function take(step: Step, from: Json, root: Json): Json[] {
  switch (step.kind) {
    case 'names':
      return step.names.flatMap((name) => field(from, name));
    case 'indices':
      return step.indices.flatMap((index) => element(from, index));
    case 'slice':
      return Array.isArray(from) ? slice(from, step) : [];
    case 'all':
      return inner(from);
    case 'deep':
      return [from, ...inner(from).flatMap((value) => take(step, value, root))];
    case 'length':
      return Array.isArray(from) ? [from.length] : [];
    case 'filter': {
      const candidates = Array.isArray(from) ? from : [from];
      return candidates.filter((candidate) => holds(step.filter, candidate, root, follow));
    }
  }
}

function field(from: Json, name: string): Json[] {
  if (typeof from !== 'object' || from === null || Array.isArray(from)) return [];
  return Object.hasOwn(from, name) ? [from[name]!] : [];
}

function element(from: Json, index: number): Json[] {
  const value = Array.isArray(from) ? from.at(index) : undefined;
  return value === undefined ? [] : [value];
}

function slice(
  list: Json[],
  { from, to, by }: { from: number | undefined; to: number | undefined; by: number },
): Json[] {
  return list.slice(from, to).filter((_, index) => index % by === 0);
}

function inner(value: Json): Json[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}
