/** From text to typed actions. Each action is parsed by itself, so that a broken one hides no problem of another. */
import type { z } from 'zod';
import { messageOf } from '../core/errors.ts';
import { type Issue, IssuesError } from '../core/issues.ts';
import { formatPath, isJsonObject, MAX_NESTING, nestedDeeperThan, preview } from '../core/json.ts';
import { issuesOf } from '../core/zod-issues.ts';
import { OTHER_WORDS } from './other-words.ts';
import { ACTION_TYPES, type Action, actionSchema, planSchema, type Settings, settingsSchema } from './schema.ts';

/** A plan whose fields were read. */
export interface ParsedPlan {
  name: string;
  settings: Settings;
  actions: ParsedAction[];
}

/** What could be read of one action. */
export interface ParsedAction {
  index: number;
  /** Undefined when it could not be read; `id` and `outputKey` are then what stands there, if they are strings. */
  action: Action | undefined;
  id: string | undefined;
  outputKey: string | undefined;
}

/** Reads JSON. Throws an {@link IssuesError} `invalid_json` that says where. */
export function parseJson(text: string, subject: string): unknown {
  const source = text.replace(/^\uFEFF/, ''); // a byte order mark, which some editors write
  try {
    return JSON.parse(source);
  } catch (cause) {
    const message =
      source.trim() === '' ? 'empty where JSON is expected' : `not JSON: ${whatIsWrong(messageOf(cause))}`;
    const { line, column } = placeOf(source, errorOffset(source, messageOf(cause)));
    const issue = { code: 'invalid_json', path: `line ${line}, column ${column}`, message };
    throw new IssuesError('invalid_json', subject, [issue]);
  }
}

/** V8's message without its own account of the place. */
function whatIsWrong(message: string): string {
  return message.replace(/( in JSON)? at position .*$|, (\.\.\.)?".*" ?(\.\.\.)? ?is not valid JSON$/s, '');
}

/** Where `JSON.parse` gave up. */
function errorOffset(text: string, message: string): number {
  const told = /position (\d+)/.exec(message)?.[1];
  if (told !== undefined) return Number(told);
  if (!message.startsWith('Unexpected token')) return text.length;
  // V8 does not tell where this one stands: the shortest beginning of the text that fails in the same way ends with it.
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (failsAtToken(text.slice(0, middle))) high = middle;
    else low = middle + 1;
  }
  return low - 1;
}

function failsAtToken(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (cause) {
    return messageOf(cause).startsWith('Unexpected token');
  }
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
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
    issues.push(
      ...issuesOf(parsed.error, { schema: planSchema, value: document, otherWords: OTHER_WORDS }).map(explainPlanIssue),
    );
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
    const found = issuesOf(parsed.error, { schema: actionSchema, value: raw, at: path, otherWords: OTHER_WORDS });
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
  if (issue.code === 'wrong_format') return { ...issue, message: 'not a name' };
  if (!/^actions\[\d+\]$/.test(issue.path)) return issue;
  return {
    ...issue,
    message: 'an action is an object',
    got: preview(raw),
    allowed: '{ "id": …, "tool": …, "input": … }',
  };
}
