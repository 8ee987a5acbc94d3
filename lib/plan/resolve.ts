/** From an action as written to one that is ready to be ordered and run: references parsed, tool and policies looked up. */

import type { Issue } from '../core/issues.ts';
import { excerpt, formatPath, type Json, preview } from '../core/json.ts';
import { didYouMean, listNames } from '../core/suggest.ts';
import type { ToolRegistry } from '../tools/registry.ts';
import { type RetryPolicy, retryPolicy } from '../tools/retry.ts';
import { estimatedSeconds, isResourceTemplate, RESOURCE_RULE, type ToolSpec, toolSpecSchema } from '../tools/spec.ts';
import { type Expression, type ExpressionProblem, isProblem, parseExpression } from './expression.ts';
import type { ParsedAction } from './parse.ts';
import { type ResourceUse, resourcesOf } from './resources.ts';
import type { Action, Settings } from './schema.ts';
import { parseReferenceOrExpression, parseTemplate, type Template } from './template.ts';

/** An action that is ready to be ordered and run. */
export interface ResolvedAction {
  id: string;
  /** Place in the plan. */
  index: number;
  action: Action;
  /** The name under which others refer to its result. */
  outputKey: string;
  tool: ToolSpec;
  input: Template;
  forEach: Template | undefined;
  /** Gives true, false or nothing. */
  when: Expression | undefined;
  resources: ResourceUse;
  /** Items of a list that write are run one by one: they touch the same resource, or may. */
  itemsInOrder: boolean;
  timeoutSeconds: number;
  retry: RetryPolicy;
  estimatedSeconds: number;
}

/** Stands in for a tool that is not known, so that the other problems of its action are found too. */
const UNKNOWN_TOOL = toolSpecSchema.parse({ name: 'unknown' });

/** Resolves one action; undefined when it could not be read. */
export function resolveAction(
  { action, index }: ParsedAction,
  settings: Settings,
  tools: ToolRegistry,
  issues: Issue[],
): ResolvedAction | undefined {
  if (action === undefined) return undefined;
  const at = ['actions', index];
  const input = inputOf(action, [...at, 'input'], issues);
  const forEach = action.for_each === undefined ? undefined : list(action.for_each, [...at, 'for_each'], issues);
  const when = action.when === undefined ? undefined : condition(action.when, [...at, 'when'], issues);
  checkResourceTemplates(action, index, issues);

  const tool = tools.get(action.tool) ?? UNKNOWN_TOOL;
  if (tool === UNKNOWN_TOOL) issues.push(unknownTool(action.tool, formatPath([...at, 'tool']), tools));
  const resources = resourceUse(action, tool, input);
  return {
    id: action.id,
    index,
    action,
    outputKey: action.output_key ?? action.id,
    tool,
    input,
    forEach,
    when,
    resources,
    itemsInOrder: forEach !== undefined && resources.writes.length > 0,
    timeoutSeconds: action.timeout_seconds ?? tool.timeout_seconds,
    retry: retryPolicy(action.retry, settings.retry, tool.retry),
    estimatedSeconds: action.expected_seconds ?? estimatedSeconds(tool),
  };
}

function inputOf({ input, literal_input }: Action, at: PropertyKey[], issues: Issue[]): Template {
  return literal_input ? { kind: 'literal', value: input } : templateAt(input, at, issues);
}

function templateAt(value: Action['input'], at: PropertyKey[], issues: Issue[]): Template {
  return parseTemplate(value, (path, problem) => issues.push(asIssue(problem, [...at, ...path])));
}

function asIssue(problem: ExpressionProblem, path: PropertyKey[]): Issue {
  return { code: 'invalid_expression', path: formatPath(path), ...problem };
}

/** Says that there is no such tool, and which there are. */
export function unknownTool(name: string, path: string, tools: ToolRegistry): Issue {
  const known = tools.list().map((tool) => tool.name);
  const hint = didYouMean(excerpt(name), known);
  return {
    code: 'unknown_tool',
    path,
    message: `there is no tool "${excerpt(name)}"`,
    allowed: listNames(known),
    ...(hint && { hint }),
  };
}

/** The list of a `for_each`; as a string it has to be a reference or an expression. */
function list(value: string | Json[], path: PropertyKey[], issues: Issue[]): Template {
  const before = issues.length;
  const template = templateAt(value, path, issues);
  if (typeof value === 'string' && template.kind !== 'value' && issues.length === before) {
    issues.push({
      code: 'not_a_list',
      path: formatPath(path),
      message: 'for_each takes a list',
      got: `the text ${preview(value)}`,
      allowed: 'a list, a reference as $orders.lines, or an expression {% … %}',
      ...(template.kind === 'text' && { hint: '${…} always gives a text; write $orders.lines without braces' }),
    });
  }
  return template;
}

function condition(when: string | boolean, path: PropertyKey[], issues: Issue[]): Expression | undefined {
  const text = String(when);
  const parsed = parseReferenceOrExpression(text.trim()) ?? parseExpression(text, text);
  // A plain `$a = 1` is no reference but a condition all the same.
  const expression = isProblem(parsed) && !text.trim().startsWith('{%') ? parseExpression(text, text) : parsed;
  if (!isProblem(expression))
    return { ...expression, text, source: `$boolean(${expression.source})`, reference: undefined };
  issues.push(asIssue(expression, path));
  return undefined;
}

function checkResourceTemplates(action: Action, index: number, issues: Issue[]): void {
  for (const field of ['reads', 'writes'] as const) {
    for (const [position, template] of (action[field] ?? []).entries()) {
      if (isResourceTemplate(template)) continue;
      issues.push({
        code: 'invalid_resource',
        path: formatPath(['actions', index, field, position]),
        message: 'not a resource name',
        got: template,
        allowed: RESOURCE_RULE,
      });
    }
  }
}

function resourceUse(action: Action, tool: ToolSpec, input: Template): ResourceUse {
  return {
    reads: resourcesOf(action.reads ?? tool.reads, input),
    writes: resourcesOf(action.writes ?? tool.writes, input),
  };
}
