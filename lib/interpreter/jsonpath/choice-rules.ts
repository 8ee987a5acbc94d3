/** Choice rules in JSONPath: https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html */
import type { Json } from '../../core/json.ts';
import { parseTimestamp } from '../timestamp.ts';
import { type Data, look, value } from './values.ts';

/** A rule, or a condition inside one. */
export type Rule = { [field: string]: Json };

type Comparison = (found: Json, expected: Json) => boolean;

const ORDERS: Record<string, (difference: number) => boolean> = {
  Equals: (difference) => difference === 0,
  LessThan: (difference) => difference < 0,
  GreaterThan: (difference) => difference > 0,
  LessThanEquals: (difference) => difference <= 0,
  GreaterThanEquals: (difference) => difference >= 0,
};

/** How far apart two values of one kind are; undefined for values of any other. */
const KINDS: Record<string, (a: Json, b: Json) => number | undefined> = {
  String: (a, b) => (typeof a === 'string' && typeof b === 'string' ? order(a, b) : undefined),
  Numeric: (a, b) => (typeof a === 'number' && typeof b === 'number' ? order(a, b) : undefined),
  Boolean: (a, b) => (typeof a === 'boolean' && typeof b === 'boolean' ? order(a, b) : undefined),
  Timestamp: (a, b) => {
    const [first, second] = [timeOf(a), timeOf(b)];
    return first === undefined || second === undefined ? undefined : order(first, second);
  },
};

function order<T extends string | number | boolean>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function timeOf(value: Json): number | undefined {
  return typeof value === 'string' ? parseTimestamp(value) : undefined;
}

const COMPARISONS = new Map<string, Comparison>([
  [
    'StringMatches',
    (found, pattern) => typeof found === 'string' && typeof pattern === 'string' && matches(found, pattern),
  ],
  ['IsNull', (found, is) => (found === null) === is],
  ['IsString', (found, is) => (typeof found === 'string') === is],
  ['IsNumeric', (found, is) => (typeof found === 'number') === is],
  ['IsBoolean', (found, is) => (typeof found === 'boolean') === is],
  ['IsTimestamp', (found, is) => (timeOf(found) !== undefined) === is],
]);
for (const [kind, differ] of Object.entries(KINDS)) {
  for (const [name, isMet] of Object.entries(ORDERS)) {
    COMPARISONS.set(`${kind}${name}`, (found, expected) => {
      const difference = differ(found, expected);
      return difference !== undefined && isMet(difference);
    });
  }
}

/** Whether a rule holds. */
export function ruleHolds(rule: Rule, data: Data): boolean {
  const { And, Or, Not, Variable } = rule;
  if (Array.isArray(And)) return And.every((inner) => ruleHolds(inner as Rule, data));
  if (Array.isArray(Or)) return Or.some((inner) => ruleHolds(inner as Rule, data));
  if (typeof Not === 'object' && Not !== null) return !ruleHolds(Not as Rule, data);
  const variable = String(Variable);
  if (rule['IsPresent'] !== undefined) return isPresent(variable, data) === rule['IsPresent'];
  for (const [field, expected] of Object.entries(rule)) {
    const isPath = field.endsWith('Path');
    const comparison = COMPARISONS.get(isPath ? field.slice(0, -4) : field);
    if (comparison === undefined) continue;
    return comparison(value(variable, 'Variable', data), isPath ? value(String(expected), field, data) : expected);
  }
  return false;
}

function isPresent(path: string, data: Data): boolean {
  try {
    return look(path, data) !== undefined;
  } catch {
    return false;
  }
}

/** `*` stands for any characters, `\*` for a star. In time linear in the text for each star. */
function matches(text: string, pattern: string): boolean {
  const parts = [''];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === '*') parts.push('');
    else parts[parts.length - 1] += character === '\\' ? (pattern[++at] ?? '') : character;
  }
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
