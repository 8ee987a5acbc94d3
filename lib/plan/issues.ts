/** What zod found wrong, said in this project's words. */
import type { z } from 'zod';
import type { Issue } from '../core/issues.ts';
import { formatPath, isJsonObject, preview, typeName } from '../core/json.ts';
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
  function: 'tool',
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
    case 'invalid_type':
      if (found === undefined)
        return [{ code: 'missing_field', path, message: `a ${issue.expected} is required here` }];
      return [
        { code: 'wrong_type', path, message: 'wrong type', got: `${typeName(found)} ${got}`, allowed: issue.expected },
      ];
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
    case 'too_big': {
      const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
      const sizes: Record<string, string> = { array: ' elements', string: ' characters' };
      const unit = sizes[issue.origin] ?? '';
      return [
        { code: 'out_of_range', path, message: rule(issue.message) ?? 'out of range', got, allowed: `${bound}${unit}` },
      ];
    }
    case 'invalid_union':
      return [
        {
          code: 'wrong_type',
          path,
          message: 'wrong type',
          got: `${typeName(found)} ${got}`,
          allowed: unionTypes(issue),
        },
      ];
    case 'invalid_format':
      return [{ code: 'wrong_format', path, message: 'not allowed', got, allowed: issue.message }];
    default:
      return [{ code: found === undefined ? 'missing_field' : 'wrong_value', path, message: issue.message, got }];
  }
}

/** A message of our own, not one that zod made. */
function rule(message: string): string | undefined {
  return /^(Too|Invalid)/.test(message) ? undefined : message;
}

function unionTypes(issue: z.core.$ZodIssueInvalidUnion): string {
  const types = issue.errors.flat().map((inner) => ('expected' in inner ? String(inner.expected) : inner.message));
  return [...new Set(types)].join(' or ');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const part of path) {
    if (!isJsonObject(found) && !Array.isArray(found)) return undefined;
    found = (found as Record<PropertyKey, unknown>)[part];
  }
  return found;
}
