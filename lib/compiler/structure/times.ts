/** When everything could and must begin, if nothing but the poset's own order held it up. */
import type { Poset } from './poset.ts';

export interface Times {
  earliest: Float64Array;
  /** The latest start that does not delay the end. */
  latest: Float64Array;
  /** The length of the critical path: no structure takes less. */
  critical: number;
}

export function timesOf({ size, seconds, before, after }: Poset): Times {
  const earliest = new Float64Array(size);
  let critical = 0;
  for (let node = 0; node < size; node++) {
    for (const earlier of before[node]!)
      earliest[node] = Math.max(earliest[node]!, earliest[earlier]! + seconds[earlier]!);
    critical = Math.max(critical, earliest[node]! + seconds[node]!);
  }
  const latest = new Float64Array(size);
  for (let node = size - 1; node >= 0; node--) {
    let end = critical;
    for (const later of after[node]!) end = Math.min(end, latest[later]!);
    latest[node] = end - seconds[node]!;
  }
  return { earliest, latest, critical };
}
