/** Level by level, as most executors run a plan: what every structure must be at least as good as. */
import type { Poset } from './poset.ts';
import { action, oneAfterAnother, type Solution, sideBySide } from './solution.ts';

export function wavesOf(poset: Poset): Solution {
  const level = new Int32Array(poset.size);
  const waves: Solution[][] = [];
  for (let node = 0; node < poset.size; node++) {
    for (const earlier of poset.before[node]!) level[node] = Math.max(level[node]!, level[earlier]! + 1);
    if (waves[level[node]!] === undefined) waves[level[node]!] = [];
    waves[level[node]!]!.push(action(poset, node));
  }
  return oneAfterAnother(waves.map(sideBySide));
}
