/** Arithmetic with calendar dates, `YYYY-MM-DD`: no times, no zones. */

const DAY_MS = 86_400_000;

/** Days since 1970-01-01. */
export function dayNumber(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / DAY_MS);
}

export function dateOfDay(day: number): string {
  return new Date(Math.round(day) * DAY_MS).toISOString().slice(0, 10);
}

export function addDays(date: string, days: number): string {
  return dateOfDay(dayNumber(date) + Math.round(days));
}

/** Days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from);
}

/** 1 is Monday, 7 is Sunday (ISO 8601). */
export function weekday(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

/** The Monday of the date's week. */
export function weekStart(date: string): string {
  return addDays(date, 1 - weekday(date));
}

export function latest(...dates: (string | undefined)[]): string | undefined {
  return dates.reduce(
    (late, date) => (late === undefined || (date !== undefined && date > late) ? date : late),
    undefined,
  );
}

export function today(now: number = Date.now()): string {
  return new Date(now).toISOString().slice(0, 10);
}
