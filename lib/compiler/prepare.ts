/** The passes that every engine and the analysis need: from a plan document to actions in order, or all its issues. */

import { MAX_PAYLOAD_BYTES } from '../asl/limits.ts';
import { type Issue, IssuesError } from '../core/issues.ts';
import { jsonBytes } from '../core/json.ts';
import { checkInput } from '../plan/input-check.ts';
import { nameActions } from '../plan/naming.ts';
import { type ParsedPlan, parsePlan } from '../plan/parse.ts';
import { checkReferences } from '../plan/references.ts';
import { type ResolvedAction, resolveAction } from '../plan/resolve.ts';
import type { Settings } from '../plan/schema.ts';
import type { ToolRegistry } from '../tools/registry.ts';
import { type Dependencies, findDependencies } from './dependencies.ts';
import { Races } from './races.ts';
import { planWarnings } from './warnings.ts';

/** A plan that was accepted. */
export interface PreparedPlan {
  name: string;
  settings: Settings;
  /** In listed order. */
  actions: ResolvedAction[];
  dependencies: Dependencies;
  /** What runs before each `join: any`. */
  races: Races;
  warnings: string[];
}

/** Throws an {@link IssuesError} `invalid_plan` with every issue of the plan. */
export function preparePlan(document: unknown, tools: ToolRegistry): PreparedPlan {
  const issues: Issue[] = [];
  const parsed = parsePlan(document, issues);
  const names = nameActions(parsed.actions, issues);
  const resolved = parsed.actions.flatMap((action) => resolveAction(action, parsed.settings, tools, issues) ?? []);
  const actions = [...new Map(resolved.toReversed().map((action) => [action.id, action])).values()].toReversed();
  const parsedById = new Map(
    parsed.actions.flatMap((action) => (action.id === undefined ? [] : [[action.id, action]])),
  );
  for (const action of resolved) checkReferences(action, parsedById, names, issues);
  for (const action of resolved) checkInput(action, issues);
  checkTotalSize(parsed, issues);
  const dependencies = findDependencies(actions, names, issues);
  if (issues.length > 0 || dependencies === undefined)
    throw new IssuesError('invalid_plan', 'The plan', inPlanOrder(issues));
  const { name, settings } = parsed;
  const races = new Races(actions, dependencies);
  return { name, settings, actions, dependencies, races, warnings: planWarnings(actions, dependencies, races) };
}

/** The literals of a plan travel together as the input of its execution. */
function checkTotalSize({ actions }: ParsedPlan, issues: Issue[]): void {
  const literals = actions.map(({ action }) => [action?.input, action?.for_each, action?.fallback]);
  const bytes = jsonBytes(literals);
  if (bytes <= MAX_PAYLOAD_BYTES || issues.some(({ code }) => code === 'too_large')) return;
  issues.push({
    code: 'too_large',
    path: 'actions',
    message: 'the inputs, lists and fallbacks of the plan together are larger than Step Functions carries',
    got: `${bytes} bytes`,
    allowed: `at most ${MAX_PAYLOAD_BYTES} bytes of JSON`,
    hint: 'put the data where the tools can read it and pass its place',
  });
}

/** Problems of the plan as a whole first, then those of each action in listed order. */
function inPlanOrder(issues: readonly Issue[]): Issue[] {
  const position = ({ path }: Issue) => Number(/^actions\[(\d+)\]/.exec(path)?.[1] ?? -1);
  return issues.toSorted((a, b) => position(a) - position(b));
}
