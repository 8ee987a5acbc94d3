/** What the references of a plan mean, and those that mean nothing. */

import type { Issue } from '../core/issues.ts';
import { excerpt, formatPath } from '../core/json.ts';
import { didYouMean, listNames } from '../core/suggest.ts';
import type { Expression } from './expression.ts';
import { EXPRESSION_FUNCTIONS } from './names.ts';
import type { Names } from './naming.ts';
import type { ParsedAction } from './parse.ts';
import type { ResolvedAction } from './resolve.ts';
import { referencesOf } from './template.ts';

/** The ids whose results an action uses, by its references. */
export function dataDependencies(action: ResolvedAction, names: Names): Set<string> {
  const ids = new Set<string>();
  for (const { expression } of referencesIn(action)) {
    for (const variable of expression.variables) {
      const id = names.idOfKey.get(variable);
      if (id !== undefined) ids.add(id);
    }
  }
  return ids;
}

interface Place {
  expression: Expression;
  path: PropertyKey[];
  /** Whether `$item` and `$index` have a value there. */
  perItem: boolean;
  /** Whether a plain text can stand there too. */
  mayBeText: boolean;
}

function* referencesIn(action: ResolvedAction): Iterable<Place> {
  const at = ['actions', action.index];
  if (action.when !== undefined)
    yield { expression: action.when, path: [...at, 'when'], perItem: false, mayBeText: false };
  if (action.forEach !== undefined) {
    for (const [path, expression] of referencesOf(action.forEach)) {
      yield { expression, path: [...at, 'for_each', ...path], perItem: false, mayBeText: path.length > 0 };
    }
  }
  for (const [path, expression] of referencesOf(action.input)) {
    yield {
      expression,
      path: [...at, 'input', ...path],
      perItem: action.forEach !== undefined,
      mayBeText: true,
    };
  }
}

/** Checks every reference and `depends_on` of an action against the plan. */
export function checkReferences(
  action: ResolvedAction,
  parsed: ReadonlyMap<string, ParsedAction>,
  names: Names,
  issues: Issue[],
): void {
  for (const place of referencesIn(action)) {
    for (const variable of place.expression.variables) {
      const problem =
        variableProblem(variable, place, action, names) ?? targetProblem(names.idOfKey.get(variable), action, parsed);
      if (problem !== undefined)
        issues.push({ path: formatPath(place.path), got: excerpt(place.expression.text), ...problem });
    }
  }
  for (const [position, id] of action.action.depends_on.entries()) {
    const problem = names.ids.has(id) ? targetProblem(id, action, parsed) : unknownId(id, names);
    const path = formatPath(['actions', action.index, 'depends_on', position]);
    if (problem !== undefined) issues.push({ path, got: `"${id}"`, ...problem });
  }
  if (action.action.join === 'any' && candidatesOf(action, names).size === 0) {
    issues.push({
      code: 'join_without_candidates',
      path: formatPath(['actions', action.index, 'join']),
      message: 'join "any" waits for the first of several actions, but this one depends on none',
      hint: 'name the actions in depends_on',
    });
  }
}

/** The actions of which a `join: any` takes the first, and an ordinary action needs all. */
export function candidatesOf(action: ResolvedAction, names: Names): Set<string> {
  return new Set([...action.action.depends_on, ...dataDependencies(action, names)]);
}

type Problem = Omit<Issue, 'path'>;

function variableProblem(variable: string, place: Place, action: ResolvedAction, names: Names): Problem | undefined {
  if (names.idOfKey.has(variable) || variable === 'inputs') return undefined;
  if (variable === 'item' || variable === 'index') {
    if (place.perItem) return undefined;
    const message = `$${variable} has a value only in the input of an action with for_each`;
    return { code: 'unknown_reference', message, hint: action.forEach ? 'it is not known yet here' : 'add for_each' };
  }
  if (variable === 'winner') {
    if (action.action.join === 'any') return undefined;
    return {
      code: 'unknown_reference',
      message: '$winner has a value only with join "any"',
      hint: 'add "join": "any"',
    };
  }
  return unknownVariable(variable, place, action, names);
}

function unknownVariable(variable: string, place: Place, action: ResolvedAction, names: Names): Problem {
  if (names.ids.has(variable)) {
    const key = [...names.idOfKey].find(([, id]) => id === variable)?.[0];
    return {
      code: 'unknown_reference',
      message: `"${variable}" is an id; its result is called "${key}"`,
      hint: `write $${key}`,
    };
  }
  const known = [
    ...names.idOfKey.keys(),
    'inputs',
    ...(place.perItem ? ['item', 'index'] : []),
    ...(action.action.join === 'any' ? ['winner'] : []),
  ];
  return {
    code: 'unknown_reference',
    message: `$${variable} refers to nothing`,
    allowed: listNames(known.map((name) => `$${name}`)),
    hint: unknownVariableHint(variable, place, known),
  };
}

function unknownVariableHint(
  variable: string,
  { expression: { text }, mayBeText }: Place,
  known: readonly string[],
): string {
  if (EXPRESSION_FUNCTIONS.has(variable)) return `$${variable} is a function: write {% $${variable}(…) %}`;
  if (variable === 'states') return 'results are $key, and the inputs of the run $inputs';
  const similar = didYouMean(variable, known);
  if (similar !== undefined) return similar;
  if (text.startsWith('${')) return 'for a text that contains ${ itself, write the string as {% "…" %}';
  if (mayBeText && /^\$\S+$/.test(text)) return 'for a text that begins with a dollar sign, begin it with $$';
  return 'refer to an action of this plan by its output key, which is its id if it has none';
}

function unknownId(id: string, names: Names): Problem {
  const ownerOfKey = names.idOfKey.get(id);
  const hint = ownerOfKey ? `"${id}" is an output key; the action's id is "${ownerOfKey}"` : didYouMean(id, names.ids);
  return {
    code: 'unknown_dependency',
    message: `there is no action "${id}"`,
    allowed: listNames(names.ids),
    ...(hint && { hint }),
  };
}

/** Why an action may not wait for another one. */
function targetProblem(
  id: string | undefined,
  action: ResolvedAction,
  parsed: ReadonlyMap<string, ParsedAction>,
): Problem | undefined {
  const target = id === undefined ? undefined : parsed.get(id);
  const mode = target?.action?.mode;
  if (mode === 'fire_and_forget') {
    return {
      code: 'awaits_fire_and_forget',
      message: `"${id}" is fire_and_forget: nothing may refer to it or depend on it`,
      hint: `take "mode" away from "${id}" if its end matters`,
    };
  }
  if (mode === 'sync' && target!.index > action.index) {
    return {
      code: 'later_fence',
      message: `"${id}" is sync and listed later: only what is listed after it may wait for it`,
      hint: `list "${id}" before "${action.id}"`,
    };
  }
  return undefined;
}
