/** The failure that an error and cause of Step Functions tell of, as the direct engine would tell it. */
import { MAX_PAYLOAD_BYTES } from '../../asl/limits.ts';
import { TOO_LARGE } from '../../compiler/emit/race.ts';
import { isJsonObject } from '../../core/json.ts';
import { type Failure, readAnswer, timeoutFailure } from '../failures.ts';
import type { SeenEnd } from './seen.ts';

/** What came back, or what a state hands on, is more than Step Functions carries. */
export const DATA_LIMIT_EXCEEDED = 'States.DataLimitExceeded';

/** The limit in words. */
export const DATA_LIMIT = `the ${MAX_PAYLOAD_BYTES.toLocaleString('en-US')} bytes that Step Functions carries`;

/** `timeoutSeconds` is the limit of the call. */
export function failureOf(end: Exclude<SeenEnd, { kind: 'result' }>, timeoutSeconds: number): Failure {
  if (end.kind === 'returned') return failureIn(readAnswer({ ok: true, payload: end.envelope }));
  const { error, cause } = end;
  if (error === 'States.Timeout') return timeoutFailure(timeoutSeconds);
  if (error === DATA_LIMIT_EXCEEDED) {
    const message = `the result is larger than ${DATA_LIMIT}`;
    return { status: 'failed', errorType: TOO_LARGE, message, neverRan: false, permanent: true };
  }
  return failureIn(readAnswer({ ok: false, error, message: messageIn(cause) ?? error }));
}

function failureIn(read: ReturnType<typeof readAnswer>): Failure {
  if ('failure' in read) return read.failure;
  throw new Error('an answer that failed was read as a result');
}

/** Step Functions adds to what a service says where it came from, and names the version of a function by itself. */
const ADDED = /(?::\$LATEST)? \(Service: [^()]*(?:Status Code|Request ID)[^()]*\)(?: \(SDK Attempt Count: \d+\))?$/;

/** The message in what a function threw, which is JSON and may be cut off, or in what a service said. */
function messageIn(cause: string | undefined): string | undefined {
  if (cause === undefined || cause === '') return undefined;
  if (!cause.startsWith('{')) return cause.replace(ADDED, '');
  try {
    const parsed: unknown = JSON.parse(cause);
    if (isJsonObject(parsed) && typeof parsed['errorMessage'] === 'string') return parsed['errorMessage'];
  } catch {
    const cut = /"errorMessage":"((?:[^"\\]|\\.)*)/.exec(cause)?.[1];
    if (cut !== undefined) return unescaped(cut);
  }
  return cause;
}

function unescaped(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text; // cut off within an escape
  }
}
