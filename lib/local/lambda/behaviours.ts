/**
 * What fake functions do: the document of `--lambdas`, in the form that the conformance corpus uses. A function has one
 * behaviour, or a list of them, one per attempt in start order, the last repeating.
 */
import * as z from 'zod';
import { type Issue, IssuesError } from '../../core/issues.ts';
import { formatPath, isJsonObject, type Json, preview, typeName } from '../../core/json.ts';
import { parseFunctionName } from './names.ts';

/** Longest text of `returnRepeated`, in characters: more than twice what Lambda returns. */
const MAX_REPEATED = 16_777_216;

const echo = z.strictObject({ behavior: z.literal('echo') });

const returns = z.strictObject({
  behavior: z.literal('return'),
  return: z.custom<Json>((value) => value !== undefined, 'the value to return is missing'),
});

const returnRepeated = z
  .strictObject({ behavior: z.literal('returnRepeated'), text: z.string(), count: z.int().min(0) })
  .refine(({ text, count }) => text.length * count <= MAX_REPEATED, {
    path: ['count'],
    message: `the text would be longer than ${MAX_REPEATED} characters`,
  });

const raise = z.strictObject({
  behavior: z.literal('raise'),
  error: z.strictObject({ errorType: z.string().min(1), errorMessage: z.string().default('') }),
});

const missing = z.strictObject({ behavior: z.literal('missing') });

const answer = z.discriminatedUnion('behavior', [echo, returns, returnRepeated, raise]);

const timeout = z.strictObject({
  behavior: z.literal('timeout'),
  sleepSeconds: z.number().min(0).describe('Seconds before it answers.'),
  // biome-ignore lint/suspicious/noThenProperty: the document's own word; it holds data, never a function
  then: answer,
});

const behaviour = z.discriminatedUnion('behavior', [echo, returns, returnRepeated, raise, missing, timeout]);

/** Answers at once. */
export type Answer = z.infer<typeof answer>;
export type Behaviour = z.infer<typeof behaviour>;

/** By plain function name; every list has at least one behaviour. */
export type Behaviours = ReadonlyMap<string, readonly Behaviour[]>;

const CODE = 'invalid_lambdas';
const SUBJECT = 'The fake functions document';
const NAMES = 'echo, return, returnRepeated, raise, timeout, missing';

/** Checks a whole document; throws an IssuesError that lists every problem. */
export function parseBehaviours(document: unknown): Behaviours {
  if (!isJsonObject(document)) {
    const message = 'it must be an object of behaviours by function name';
    throw new IssuesError(CODE, SUBJECT, [{ code: 'not_an_object', path: '', message, got: typeName(document) }]);
  }
  const behaviours = new Map<string, Behaviour[]>();
  const issues: Issue[] = [];
  for (const [key, value] of Object.entries(document)) {
    const name = parseFunctionName(key)?.name;
    if (name === undefined) issues.push(keyIssue('invalid_name', key, 'not the name or ARN of a function'));
    else if (behaviours.has(name)) issues.push(keyIssue('duplicate_name', key, `${name} is listed twice`));
    behaviours.set(name ?? key, parseList(key, value, issues));
  }
  if (issues.length > 0) throw new IssuesError(CODE, SUBJECT, issues);
  return behaviours;
}

function keyIssue(code: string, key: string, message: string): Issue {
  return { code, path: formatPath([key]), message };
}

function parseList(key: string, value: unknown, issues: Issue[]): Behaviour[] {
  if (!Array.isArray(value)) return parseOne([key], value, issues);
  if (value.length === 0) issues.push(keyIssue('empty_list', key, 'a list needs at least one behaviour'));
  return value.flatMap((item, index) => parseOne([key, index], item, issues));
}

function parseOne(path: PropertyKey[], value: unknown, issues: Issue[]): Behaviour[] {
  const parsed = behaviour.safeParse(spelledOut(value));
  if (parsed.success) return [parsed.data];
  issues.push(...parsed.error.issues.flatMap((issue) => issuesOf(path, value, issue)));
  return [];
}

/**
 * The corpus writes `then` as the name of a behaviour, whose fields then stand beside it; the schema wants it as an
 * object of its own, which is allowed too.
 */
function spelledOut(value: unknown): unknown {
  if (!isJsonObject(value) || value['behavior'] !== 'timeout') return value;
  const { behavior, sleepSeconds, then = 'echo', ...beside } = value;
  if (typeof then !== 'string') return value;
  // biome-ignore lint/suspicious/noThenProperty: see the schema
  return { behavior, sleepSeconds, then: { behavior: then, ...beside } };
}

function issuesOf(path: PropertyKey[], value: unknown, issue: z.core.$ZodIssue): Issue[] {
  const at = formatPath([...path, ...issue.path]);
  if (issue.code === 'unrecognized_keys') {
    const message = 'unknown field';
    return issue.keys.map((key) => ({
      code: 'unknown_field',
      path: formatPath([...path, ...issue.path, key]),
      message,
    }));
  }
  if (issue.code === 'invalid_union') {
    const allowed = issue.path.includes('then') ? 'echo, return, returnRepeated, raise' : NAMES;
    return [{ code: 'unknown_behavior', path: at, message: 'no such behavior', got: preview(value), allowed }];
  }
  return [{ code: 'invalid_behavior', path: at, message: issue.message }];
}
