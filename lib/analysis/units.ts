/** Figures with their units. */

/** `7.0 s`, `0.004 s`, `5400 s`: one figure after the point, unless that would hide or feign something. */
export function formatSeconds(seconds: number): string {
  if (seconds > 0 && seconds < 0.1) return `${seconds} s`;
  return `${seconds.toFixed(seconds < 1000 ? 1 : 0)} s`;
}

/** `$0.000475`: three figures that mean something. Nothing is `$0`. */
export function formatDollars(amount: number): string {
  if (amount === 0) return '$0';
  const places = Math.max(2, 2 - Math.floor(Math.log10(amount)));
  return `$${amount.toFixed(places).replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}
