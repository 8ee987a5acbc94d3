/** What zod found wrong, said in this project's words. */
import type { z } from 'zod';
import type { Issue } from '../core/issues.ts';
import { formatPath, isJsonObject, preview, typedPreview } from '../core/json.ts';
import { didYouMean, listNames } from './names.ts';

/** What people and models write for fields that are called otherwise here. */
const OTHER_WORDS: Record<string, string> = {
  args: 'input',
  arguments: 'input',
  params: 'input',
  parameters: 'input',
  after: 'depends_on',
  needs: 'depends_on',
  dependencies: 'depends_on',
  condition: 'when',
  if: 'when',
  foreach: 'for_each',
  map: 'for_each',
  timeout: 'timeout_seconds',
  retries: 'retry',
  tool_name: 'tool',
  function: 'tool',
  name: 'id',
  output: 'output_key',
  concurrency: 'max_parallel',
  max_concurrency: 'max_parallel',
  steps: 'actions',
  tasks: 'actions',
  nodes: 'actions',
};

/**
 * The issues of a failed parse. `value` is what was parsed, `at` where it stands in the document, and `fieldsAt` tells
 * which fields the object at a path may have.
 */
export function issuesOf(
  error: z.ZodError,
  value: unknown,
  at: readonly PropertyKey[],
  fieldsAt: (path: readonly PropertyKey[]) => readonly string[],
): Issue[] {
  return error.issues.flatMap((issue) => issueOf(issue, value, at, fieldsAt));
}

function issueOf(
  issue: z.core.$ZodIssue,
  value: unknown,
  at: readonly PropertyKey[],
  fieldsAt: (path: readonly PropertyKey[]) => readonly string[],
): Issue[] {
  const path = formatPath([...at, ...issue.path]);
  const found = valueAt(value, issue.path);
  const got = found === undefined ? 'nothing' : preview(found);
  const wrongType = { code: 'wrong_type', path, message: 'wrong type', got: typedPreview(found) };
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = fieldsAt(issue.path);
      return issue.keys.map((key) => {
        const other = OTHER_WORDS[key];
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
        return branch.flatMap((inner) =>
          issueOf({ ...inner, path: [...issue.path, ...inner.path] }, value, at, fieldsAt),
        );
      }
      const allowed = unionTypes(issue, path);
      return [{ ...wrongType, allowed, ...hintForType(found, allowed, path) }];
    }
    case 'invalid_format':
      return [{ code: 'wrong_format', path, message: 'not a name', got, allowed: issue.message }];
    default:
      return [{ code: found === undefined ? 'missing_field' : 'wrong_value', path, message: issue.message, got }];
  }
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
