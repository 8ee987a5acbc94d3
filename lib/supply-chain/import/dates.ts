/** Dates as files write them. */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** What a part of a format matches. One letter: with or without a leading zero. MMM: English, three letters, any case. */
const PARTS: Record<string, string> = {
  YYYY: '(?<year>\\d{4})',
  YY: '(?<shortYear>\\d{2})',
  MMM: `(?<monthName>${MONTHS.join('|')})`,
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
};

const PART = /YYYY|YY|MMM|MM|M|DD|D/g;

/** POSIX: two digits from 69 on are of the 20th century, those below of the 21st. */
const FIRST_SHORT_YEAR_OF_1900 = 69;

/** Says what is wrong with a format; nothing when it has a day, a month and a year, each once. */
export function formatProblem(format: string): string | undefined {
  const parts = [...format.matchAll(PART)].map(([part]) => part[0]).sort();
  return parts.join('') === 'DMY'
    ? undefined
    : 'a date format has a year (YYYY or YY), a month (MM, M or MMM) and a day (DD or D), each once, as in D-MMM-YY';
}

/** A function that reads dates of the first format that matches and gives `YYYY-MM-DD`; undefined for anything else. */
export function dateReader(formats: readonly string[]): (text: string) => string | undefined {
  const patterns = formats.map(patternOf);
  return (text) => {
    for (const pattern of patterns) {
      const groups = pattern.exec(text)?.groups;
      const date = groups && dateOf(groups);
      if (date !== undefined) return date;
    }
    return undefined;
  };
}

function patternOf(format: string): RegExp {
  const escaped = format.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll(PART, (part) => PARTS[part]!)}$`, 'i');
}

/** Undefined for a day that the calendar does not have. */
function dateOf({ year, shortYear, monthName, month, day }: Record<string, string | undefined>): string | undefined {
  const y = year === undefined ? fullYear(Number(shortYear)) : Number(year);
  const m = monthName === undefined ? Number(month) : MONTHS.indexOf(monthName.toLowerCase()) + 1;
  const date = new Date(Date.UTC(y, m - 1, Number(day)));
  date.setUTCFullYear(y);
  const exists = date.getUTCMonth() === m - 1 && date.getUTCDate() === Number(day);
  return exists ? date.toISOString().slice(0, 10) : undefined;
}

function fullYear(short: number): number {
  return short >= FIRST_SHORT_YEAR_OF_1900 ? 1900 + short : 2000 + short;
}
