/** Suggestions for messages: the nearest name, and the names there are. */
import leven from 'leven';

/** `did you mean "orders"?` when one of the known names is close to what was written. */
export function didYouMean(written: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  // Far enough for a slip, not for another word.
  let bestDistance = Math.min(written.length, Math.max(1, Math.floor(written.length / 3)) + 1);
  for (const name of known) {
    const distance = leven(written.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best === undefined ? undefined : `did you mean "${best}"?`;
}

/** `a, b, c`; long lists are cut. */
export function listNames(names: Iterable<string>, limit = 20): string {
  const all = [...names];
  const shown = all.slice(0, limit).join(', ');
  return all.length > limit ? `${shown}, … (${all.length} in all)` : shown || 'none';
}
