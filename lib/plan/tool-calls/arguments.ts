/** The input of a call as a model wrote it. OpenAI's models write JSON as a text, which is not always JSON. */
import { type Issue, IssuesError } from '../../core/issues.ts';
import { excerpt, type Json, MAX_NESTING, nestedDeeperThan } from '../../core/json.ts';
import { parseJson } from '../parse.ts';

/** The plan around an input, its list of actions and the action take three levels. */
export const MAX_INPUT_NESTING = MAX_NESTING - 3;

/** Digits or an exponent: only then a number can be beyond what JavaScript holds. */
const MAYBE_TOO_LONG = /\d{16}|\d[eE]/;

/** Parses a text of JSON; a blank one, as models write it for tools that take nothing, is an empty object. */
export function parseArguments(text: string, issues: Issue[]): Json {
  if (text.trim() === '') return {};
  let input: Json;
  try {
    input = parseJson(text, 'The arguments') as Json;
  } catch (thrown) {
    if (!(thrown instanceof IssuesError)) throw thrown;
    const hint = 'write the arguments as one JSON object, complete and with its quotes escaped';
    issues.push(...thrown.issues.map((issue) => ({ ...issue, hint })));
    return {};
  }
  checkNesting(input, issues);
  if (issues.length === 0 && MAYBE_TOO_LONG.test(text)) checkNumbers(text, issues);
  return input;
}

export function checkNesting(input: unknown, issues: Issue[]): void {
  if (!nestedDeeperThan(input, MAX_INPUT_NESTING)) return;
  const message = 'the input is nested too deeply';
  issues.push({ code: 'too_deep', path: '', message, allowed: `${MAX_INPUT_NESTING} levels` });
}

/** A number of an order that arrives as another number is worse than one that does not arrive. */
function checkNumbers(text: string, issues: Issue[]): void {
  const changed = new Set<string>();
  // The text of a number is told by engines that know "JSON.parse source text access".
  JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value === 'number' && context?.source !== undefined && !isKept(value, context.source))
      changed.add(context.source);
    return value;
  });
  for (const source of [...changed].slice(0, 5)) {
    issues.push({
      code: 'out_of_range',
      path: '',
      message: 'a number with more digits than a JSON number keeps',
      got: excerpt(source),
      hint: 'write it as a text, or with fewer digits',
    });
  }
}

/** Whether a number says what was written. Digits behind the point may be rounded. */
function isKept(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false;
  return !/^-?\d+$/.test(source) || BigInt(value) === BigInt(source);
}
