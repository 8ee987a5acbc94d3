/** What zod found wrong, said in this project's words. */
import type { z } from 'zod';
import type { Issue } from './issues.ts';
import { formatPath, isJsonObject, preview, typedPreview } from './json.ts';
import { didYouMean, listNames } from './suggest.ts';

export interface ParsedDocument {
  schema: z.ZodType;
  /** What was parsed. */
  value: unknown;
  /** Where it stands in the document as a whole. */
  at?: readonly PropertyKey[];
  /** What people and models write for fields that are called otherwise here. */
  otherWords?: Readonly<Record<string, string>>;
}

/** The issues of a failed parse. */
export function issuesOf(error: z.ZodError, document: ParsedDocument): Issue[] {
  return error.issues.flatMap((issue) => issueOf(issue, document));
}

function issueOf(issue: z.core.$ZodIssue, document: ParsedDocument): Issue[] {
  const { schema, value, at = [], otherWords = {} } = document;
  const path = formatPath([...at, ...issue.path]);
  const found = valueAt(value, issue.path);
  const got = found === undefined ? 'nothing' : preview(found);
  const wrongType = { code: 'wrong_type', path, message: 'wrong type', got: typedPreview(found) };
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = fieldsAt(schema, issue.path);
      return issue.keys.map((key) => {
        const other = Object.hasOwn(otherWords, key) ? otherWords[key] : undefined;
        const hint = other && known.includes(other) ? `did you mean "${other}"?` : didYouMean(key, known);
        return {
          code: 'unknown_field',
          path: formatPath([...at, ...issue.path, key]),
          message: `there is no field "${key}" here`,
          allowed: listNames(known),
          ...(hint && { hint }),
        };
      });
    }
    case 'invalid_type': {
      const expected = expectedType(issue.expected, path);
      if (found === undefined) return [{ code: 'missing_field', path, message: `${expected} is required here` }];
      return [{ ...wrongType, allowed: expected, ...hintForType(found, expected, path) }];
    }
    case 'invalid_value':
      return [
        {
          code: 'wrong_value',
          path,
          message: 'not an allowed value',
          got,
          allowed: issue.values.map((v) => preview(v)).join(', '),
        },
      ];
    case 'too_small':
      return [
        { code: 'out_of_range', path, message: 'out of range', got, allowed: `at least ${size(issue.minimum, issue)}` },
      ];
    case 'too_big':
      return [
        { code: 'out_of_range', path, message: 'out of range', got, allowed: `at most ${size(issue.maximum, issue)}` },
      ];
    case 'invalid_union': {
      // The branch whose type is right knows better what is wrong.
      const branch = issue.errors.find(([first]) => first?.code !== 'invalid_type' || first.path.length > 0);
      if (branch !== undefined) {
        return branch.flatMap((inner) => issueOf({ ...inner, path: [...issue.path, ...inner.path] }, document));
      }
      const allowed = unionTypes(issue, path);
      return [{ ...wrongType, allowed, ...hintForType(found, allowed, path) }];
    }
    case 'invalid_format':
      return [{ code: 'wrong_format', path, message: 'not allowed', got, allowed: formatRule(issue) }];
    default:
      return [{ code: found === undefined ? 'missing_field' : 'wrong_value', path, message: issue.message, got }];
  }
}

/** Our own message says the rule in words; zod's only shows the pattern. */
function formatRule({ message, format, pattern }: z.core.$ZodIssueInvalidStringFormat): string {
  if (!message.startsWith('Invalid')) return message;
  return pattern === undefined ? format : `a text that matches ${pattern}`;
}

function size(bound: number | bigint, { origin }: { origin: string }): string {
  const units: Record<string, string> = { array: 'element', string: 'character' };
  const unit = units[origin];
  if (unit === undefined) return String(bound);
  return `${bound} ${unit}${Number(bound) === 1 ? '' : 's'}`;
}

function unionTypes(issue: z.core.$ZodIssueInvalidUnion, path: string): string {
  const types = issue.errors.flat().map((inner) => ('expected' in inner ? expectedType(inner.expected, path) : ''));
  return [...new Set(types)].join(' or ');
}

/** zod's names of types in the words of {@link typeName}. */
function expectedType(expected: string, path: string): string {
  if (/(timeout|interval|delay)_seconds$/.test(path)) return WHOLE_SECONDS;
  if (expected === 'int') return 'a whole number';
  const names: Record<string, string> = { array: 'a list', record: 'an object', object: 'an object' };
  return names[expected] ?? `a ${expected}`;
}

const WHOLE_SECONDS = 'whole seconds';

/** Models write null for what they do not use. */
const MAY_BE_LEFT_OUT = /\.(?!id$|tool$)\w+$|^(settings|name)$/;

function hintForType(found: unknown, expected: string, path: string): { hint?: string } {
  if (found === null) return MAY_BE_LEFT_OUT.test(path) ? { hint: 'leave the field out' } : {};
  if (expected === WHOLE_SECONDS) return { hint: 'Step Functions counts timeouts and intervals in whole seconds' };
  return {};
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const part of path) {
    if (!isJsonObject(found) && !Array.isArray(found)) return undefined;
    found = (found as Record<PropertyKey, unknown>)[part];
  }
  return found;
}

/** The fields that the object at a path may have; of alternatives, those of all. */
function fieldsAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const { def } = (schema as z.core.$ZodType)._zod as { def: SchemaDef };
  if (def.innerType !== undefined) return fieldsAt(def.innerType, path);
  if (def.in !== undefined) return fieldsAt(def.in, path);
  if (def.options !== undefined) return [...new Set(def.options.flatMap((option) => fieldsAt(option, path)))];
  const [first, ...rest] = path;
  if (first === undefined) return Object.keys(def.shape ?? {});
  const inner = def.shape?.[String(first)] ?? def.element ?? def.valueType;
  return inner === undefined ? [] : fieldsAt(inner, rest);
}

/** The parts of zod's schema definitions that lead further in. */
interface SchemaDef {
  innerType?: unknown;
  in?: unknown;
  options?: unknown[];
  shape?: Record<string, unknown>;
  element?: unknown;
  valueType?: unknown;
}
