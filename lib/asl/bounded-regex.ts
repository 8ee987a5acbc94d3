/** Regular expressions of JSONata with a bound on their time: one alone can otherwise hold the process for ever. */
import { createContext, Script } from 'node:vm';
import { timeExceeded } from './jsonata-bounds.ts';

/** Milliseconds that one search may take; a whole evaluation has one second. */
const MAX_SEARCH_MS = 1_000;

/** With at most one repetition the time grows no faster than the square of the text: short texts need no watching. */
const MAX_UNWATCHED_LENGTH = 5_000;

interface Match {
  match: string;
  start: number;
  end: number;
  groups: (string | undefined)[];
  next(): Match | undefined;
}

type Matcher = (text: string, from?: number) => Match | undefined;

const watched = createContext({ pattern: /x/g, text: '' });
const search = new Script('pattern.exec(text)');

/** What jsonata makes of `/pattern/flags`: a function that finds the first match from a place on. */
export function boundedMatcher(pattern: RegExp): Matcher {
  const repetitions = pattern.source.match(/[*+]|\{\d+,/g)?.length ?? 0;
  const find: Matcher = (text, from = 0) => {
    pattern.lastIndex = from;
    const unwatched = repetitions === 0 || (repetitions === 1 && text.length <= MAX_UNWATCHED_LENGTH);
    const found = unwatched ? pattern.exec(text) : execWatched(pattern, text);
    if (found === null) return undefined;
    const continueAt = pattern.lastIndex;
    return {
      match: found[0],
      start: found.index,
      end: found.index + found[0].length,
      groups: found.slice(1),
      next() {
        if (continueAt >= text.length) return undefined;
        const next = find(text, continueAt);
        if (next?.match === '') throw { code: 'D1004', value: pattern.source, stack: new Error().stack };
        return next;
      },
    };
  };
  return find;
}

function execWatched(pattern: RegExp, text: string): RegExpExecArray | null {
  watched['pattern'] = pattern;
  watched['text'] = text;
  try {
    return search.runInContext(watched, { timeout: MAX_SEARCH_MS });
  } catch (cause) {
    // Nothing else can go wrong in a search.
    throw Object.assign(timeExceeded(), { cause });
  } finally {
    watched['text'] = '';
  }
}
