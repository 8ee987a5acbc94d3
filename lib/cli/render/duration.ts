/** Lengths of time as people read them. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `340 ms`, `2.4 s`, `1 m 05 s`, `2 h 03 m`, `3 d 04 h`: two figures that matter, never sixty of anything. */
export function formatDuration(ms: number): string {
  if (!(ms > 0)) return '0 ms';
  if (ms < 1) return '<1 ms';
  if (Math.round(ms) < SECOND) return `${Math.round(ms)} ms`;
  if (Math.round(ms / 100) < 600) return `${(Math.round(ms / 100) / 10).toFixed(1)} s`;
  if (Math.round(ms / SECOND) < 3_600) return twoUnits(Math.round(ms / SECOND), 60, 'm', 's');
  if (Math.round(ms / MINUTE) < 1_440) return twoUnits(Math.round(ms / MINUTE), 60, 'h', 'm');
  return twoUnits(Math.round(ms / HOUR), 24, 'd', 'h');
}

function twoUnits(count: number, perLarge: number, large: string, small: string): string {
  return `${Math.floor(count / perLarge)} ${large} ${String(count % perLarge).padStart(2, '0')} ${small}`;
}

/** A point on a time axis: `0`, `250 ms`, `1.5 s`, `2 m`, `1 m 30 s`; exact, without needless zeros. */
export function formatTick(ms: number): string {
  if (ms === 0) return '0';
  if (ms < SECOND) return `${ms} ms`;
  if (ms < MINUTE) return `${ms / SECOND} s`;
  if (ms < HOUR) return wholeAndRest(ms, MINUTE, 'm', SECOND, 's');
  if (ms < DAY) return wholeAndRest(ms, HOUR, 'h', MINUTE, 'm');
  return wholeAndRest(ms, DAY, 'd', HOUR, 'h');
}

function wholeAndRest(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.round((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest === 0 ? '' : ` ${String(rest).padStart(2, '0')} ${smallName}`}`;
}

/** Time since the start of a run, for log lines: `+0.34 s`, `+1 m 05 s`. */
export function formatElapsed(ms: number): string {
  const hundredths = Math.round(Math.max(0, ms) / 10);
  return hundredths < 6_000 ? `+${(hundredths / 100).toFixed(2)} s` : `+${formatDuration(ms)}`;
}
