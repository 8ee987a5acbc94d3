/** Times as Step Functions writes and reads them. */

/** ISO 8601 in UTC; a fraction of a second has no zeros at its end. */
export function timestampOf(ms: number): string {
  return new Date(ms).toISOString().replace(/(?:\.000|(\.\d*[1-9])0+)Z$/, '$1Z');
}

/** An extended date and time with its offset; the seconds and their fraction may be absent. */
const PATTERN = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|[+-](\d\d):(\d\d))$/;

/** Milliseconds since the epoch; undefined for what is no such time. */
export function parseTimestamp(text: string): number | undefined {
  const parts = PATTERN.exec(text)
    ?.slice(1)
    .map((part) => Number(part ?? 0));
  if (parts === undefined) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, , offsetHour = 0, offsetMinute = 0] = parts;
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth;
  const isTime = hour <= 23 && minute <= 59 && second <= 59 && offsetHour <= 18 && offsetMinute <= 59;
  if (!isDate || !isTime) return undefined;
  // Of a fraction only milliseconds count.
  const ms = Date.parse(text.replace(/(\.\d{1,3})\d*/, '$1').replace(/T(\d\d:\d\d)(Z|[+-])/, 'T$1:00$2'));
  return Number.isNaN(ms) ? undefined : ms;
}
