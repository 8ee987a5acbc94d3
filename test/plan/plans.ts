/** Small plans for tests, and what becomes of them when they are prepared. */
import { type PreparedPlan, preparePlan } from '../../lib/compiler/prepare.ts';
import { type Issue, IssuesError } from '../../lib/core/issues.ts';
import type { Json } from '../../lib/core/json.ts';
import { Scope } from '../../lib/plan/evaluate.ts';
import { type Expression, isProblem } from '../../lib/plan/expression.ts';
import { parseReferenceOrExpression, parseTemplate, type Template } from '../../lib/plan/template.ts';
import { toolRegistry } from '../../lib/tools/registry.ts';
import { type ToolSpec, toolSpecSchema } from '../../lib/tools/spec.ts';

export function tool(name: string, spec: Record<string, unknown> = {}): ToolSpec {
  return toolSpecSchema.parse({ name, ...spec });
}

/** An action that calls the tool `work`, which takes anything. */
export function action(id: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { id, tool: 'work', ...fields };
}

export function plan(...actions: unknown[]): { actions: unknown[] } {
  return { actions };
}

export function prepare(document: unknown, tools: readonly ToolSpec[] = [tool('work')]): PreparedPlan {
  return preparePlan(document, toolRegistry(tools));
}

/** The issues of a plan; none when it is accepted. */
export function issuesOf(document: unknown, tools?: readonly ToolSpec[]): readonly Issue[] {
  try {
    prepare(document, tools);
    return [];
  } catch (thrown) {
    if (thrown instanceof IssuesError) return thrown.issues;
    throw thrown;
  }
}

/** `code path` of each issue: what programs branch on. */
export function codesOf(document: unknown, tools?: readonly ToolSpec[]): string[] {
  return issuesOf(document, tools).map(({ code, path }) => `${code} ${path}`);
}

/** The issues of one action with these fields. */
export function issuesOfAction(fields: Record<string, unknown>): readonly Issue[] {
  return issuesOf(plan(action('orders', fields)));
}

export function template(value: Json): Template {
  return parseTemplate(value, (_, problem) => {
    throw new Error(problem.message);
  });
}

export function expression(text: string): Expression {
  const parsed = parseReferenceOrExpression(text);
  if (parsed === undefined || isProblem(parsed)) throw new Error(`no expression: ${text}`);
  return parsed;
}

export function scope(variables: Record<string, Json>): Scope {
  return new Scope(Object.entries(variables));
}

/** A list nested `levels` deep. */
export function nested(levels: number): Json {
  let value: Json = [];
  for (let level = 1; level < levels; level++) value = [value];
  return value;
}
