/**
 * Plain references, `$key.lines[0].sku`, by the path semantics of JSONata but without it: they are by far the most
 * common expressions, and following one takes no copies and no promises.
 */
import { isJsonObject, type Json } from '../core/json.ts';

/** A field, and the elements that are picked from it: `.lines[0][-1]`. */
export interface PathStep {
  name: string;
  indices: readonly number[];
}

/** A list that a path has made: unlike one that stands in the data, JSONata unwraps it when one element is left. */
class Sequence {
  readonly items: Json[];

  constructor(items: Json[]) {
    this.items = items;
  }
}

type Found = Json | Sequence | undefined;

/** What a path leads to; `undefined` when it yields nothing. `indices` pick from `start` itself. */
export function followPath(
  start: Json | undefined,
  indices: readonly number[],
  steps: readonly PathStep[],
): Json | undefined {
  let found = unwrap(pick(start, indices));
  for (const [position, step] of steps.entries()) {
    const values = joined(found === undefined ? [] : [found]);
    const results = values
      .map((value) => pick(unwrap(fieldOf(value, step.name)), step.indices))
      .filter((result) => result !== undefined);
    const [only] = results;
    const isLast = position === steps.length - 1;
    // A list of the data that the last step alone has found stays as it is.
    if (isLast && results.length === 1 && Array.isArray(only)) return only;
    found = isLast ? unwrap(new Sequence(joined(results))) : new Sequence(joined(results));
  }
  return found instanceof Sequence ? found.items : found;
}

/** Lists of lists become one list. */
function joined(results: readonly (Json | Sequence)[]): Json[] {
  return results.flatMap((result) => (result instanceof Sequence ? result.items : result));
}

function unwrap(found: Found): Found {
  if (!(found instanceof Sequence) || found.items.length > 1) return found;
  return found.items[0];
}

/** The field of an object, or of each object of a list. Only what the data brought: nothing is inherited. */
function fieldOf(value: Json, name: string): Found {
  if (!Array.isArray(value)) return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return new Sequence(joined(value.map((element) => fieldOf(element, name)).filter((found) => found !== undefined)));
}

/** One element of a list after the other; what is no list is one of a single element. */
function pick(value: Found, indices: readonly number[]): Found {
  return indices.reduce((found, index) => {
    const element = itemsOf(found).at(index);
    return Array.isArray(element) ? element : new Sequence(element === undefined ? [] : [element]);
  }, value);
}

function itemsOf(found: Found): readonly Json[] {
  if (found instanceof Sequence) return found.items;
  if (Array.isArray(found)) return found;
  return found === undefined ? [] : [found];
}

/** Whether the path takes a field of a list on its way, so that its value stands for a list, however many are left. */
export function goesThroughList(
  start: Json | undefined,
  indices: readonly number[],
  steps: readonly PathStep[],
): boolean {
  return steps.some((_, length) => Array.isArray(followPath(start, indices, steps.slice(0, length))));
}
