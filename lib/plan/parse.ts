/** From text to typed actions. Each action is parsed by itself, so that a broken one hides no problem of another. */
import type { z } from 'zod';
import { messageOf } from '../core/errors.ts';
import { type Issue, IssuesError } from '../core/issues.ts';
import { formatPath, isJsonObject, nestedDeeperThan, preview } from '../core/json.ts';
import { retrySchema } from '../tools/retry.ts';
import { issuesOf } from './issues.ts';
import { ACTION_TYPES, type Action, actionSchema, planSchema, type Settings, settingsSchema } from './schema.ts';

/** Everything that walks a plan is recursive: its depth must stay well within the stack. */
const MAX_NESTING = 200;

export interface ParsedPlan {
  name: string;
  settings: Settings;
  actions: ParsedAction[];
}

export interface ParsedAction {
  index: number;
  /** Undefined when it could not be read; `id` and `outputKey` are then what stands there, if they are strings. */
  action: Action | undefined;
  id: string | undefined;
  outputKey: string | undefined;
}

/** Reads JSON. Throws an {@link IssuesError} `invalid_json` that says where. */
export function parseJson(text: string, subject: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const issue: Issue = { code: 'invalid_json', path: '', message: `not JSON: ${messageOf(cause)}` };
    const where = positionOf(text, messageOf(cause));
    throw new IssuesError('invalid_json', subject, [where === undefined ? issue : { ...issue, path: where }]);
  }
}

function positionOf(text: string, message: string): string | undefined {
  if (text.trim() === '') return undefined;
  const offset = /position (\d+)/.exec(message)?.[1];
  if (offset === undefined) return undefined;
  const before = text.slice(0, Number(offset)).split('\n');
  return `line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

/** Parses a plan document; what is wrong with it is added to `issues`. */
export function parsePlan(document: unknown, issues: Issue[]): ParsedPlan {
  if (nestedDeeperThan(document, MAX_NESTING)) {
    issues.push({
      code: 'too_deep',
      path: '',
      message: 'the plan is nested too deeply',
      allowed: `${MAX_NESTING} levels`,
    });
    return { name: '', settings: settingsSchema.parse({}), actions: [] };
  }
  const parsed = planSchema.safeParse(document);
  if (!parsed.success) {
    issues.push(...issuesOf(parsed.error, document, [], fieldsOfPlan).map(explainPlanIssue));
  }
  const raw = isJsonObject(document) ? document : {};
  const settings = settingsSchema.safeParse(raw['settings'] ?? {}).data ?? settingsSchema.parse({});
  const actions = Array.isArray(raw['actions']) ? raw['actions'] : [];
  return {
    name: parsed.data?.name ?? settings.name ?? 'plan',
    settings,
    actions: actions.map((action, index) => parseAction(action, index, issues)),
  };
}

function fieldsOfPlan(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(planSchema.shape);
  return Object.keys(path.at(-1) === 'retry' ? retrySchema.shape : settingsSchema.shape);
}

function explainPlanIssue(issue: Issue): Issue {
  if (issue.path === '') {
    return {
      ...issue,
      message: 'a plan is an object',
      allowed: '{ "actions": [ { "id": …, "tool": …, "input": … } ] }',
    };
  }
  if (issue.path !== 'actions' || issue.code === 'wrong_type') return issue;
  return { code: 'empty_plan', path: 'actions', message: 'the plan has no actions', hint: 'list at least one action' };
}

function parseAction(raw: unknown, index: number, issues: Issue[]): ParsedAction {
  const fields = isJsonObject(raw) ? raw : {};
  const id = typeof fields['id'] === 'string' ? fields['id'] : undefined;
  const outputKey = typeof fields['output_key'] === 'string' ? fields['output_key'] : undefined;
  const path = ['actions', index];
  const otherType = unsupportedType(fields);
  if (otherType !== undefined) {
    issues.push({
      code: 'unsupported_type',
      path: formatPath([...path, 'type']),
      message: `actions of type "${otherType}" cannot be run yet`,
      got: otherType,
      allowed: 'tool',
      hint: 'wrap what it does in a tool and call that',
    });
    return { index, action: undefined, id, outputKey };
  }
  const parsed = actionSchema.safeParse(raw);
  if (!parsed.success) {
    const found = issuesOf(parsed.error, raw, path, (at) =>
      Object.keys(at.at(-1) === 'retry' ? retrySchema.shape : actionSchema.shape),
    );
    issues.push(...found.map((issue) => explainActionIssue(issue, raw)));
  }
  const action = parsed.success ? parsed.data : withoutBrokenFields(fields, parsed.error);
  return { index, action, id, outputKey };
}

/** What can be read of a broken action, so that the later passes find its other problems at once. */
function withoutBrokenFields(fields: Record<string, unknown>, error: z.ZodError): Action | undefined {
  const broken = new Set(error.issues.flatMap((issue) => [String(issue.path[0]), ...unknownKeys(issue)]));
  const rest = Object.fromEntries(Object.entries(fields).filter(([key]) => !broken.has(key)));
  return actionSchema.safeParse(rest).data;
}

function unknownKeys(issue: z.core.$ZodIssue): string[] {
  return issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [];
}

/** The type of an action that is not a tool call: said, or shown by the field that names its target. */
function unsupportedType(fields: Record<string, unknown>): string | undefined {
  const said = fields['type'];
  if (said !== undefined) return ACTION_TYPES.find((type) => type === said && type !== 'tool');
  if ('tool' in fields) return undefined;
  if ('model' in fields || 'prompt' in fields) return 'llm';
  return ACTION_TYPES.find((type) => type !== 'tool' && type in fields);
}

function explainActionIssue(issue: Issue, raw: unknown): Issue {
  if (/\.timeout_seconds$|_seconds$/.test(issue.path) && issue.code === 'wrong_type' && issue.allowed === 'int') {
    return {
      ...issue,
      allowed: 'whole seconds',
      hint: 'Step Functions counts timeouts and intervals in whole seconds',
    };
  }
  if (/^actions\[\d+\]$/.test(issue.path)) {
    return {
      ...issue,
      message: 'an action is an object',
      got: preview(raw),
      allowed: '{ "id": …, "tool": …, "input": … }',
    };
  }
  return issue;
}
