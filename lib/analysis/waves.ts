/** Waves: the levels of a plan, as if it ran level by level. */
import type { PreparedPlan } from '../compiler/prepare.ts';
import { Digraph } from '../graph/digraph.ts';
import type { Work } from './estimates.ts';
import { schedule } from './schedule.ts';

/** Ids by level, in listed order within each; the level of an action is its longest way from a start, in edges. */
export function wavesOf({ actions, dependencies }: PreparedPlan): string[][] {
  const levels = new Map<string, number>();
  for (const id of dependencies.order) {
    let level = 0;
    for (const before of dependencies.graph.predecessors(id)) level = Math.max(level, levels.get(before)! + 1);
    levels.set(id, level);
  }
  const waves: string[][] = [];
  for (const { id } of actions) {
    const level = levels.get(id)!;
    while (waves.length <= level) waves.push([]);
    waves[level]!.push(id);
  }
  return waves;
}

/** How long the plan takes if each wave waits for the whole wave before it, in milliseconds. */
export function waveMs(waves: readonly (readonly string[])[], work: readonly Work[], maxParallel: number): number {
  const workOf = new Map(work.map((one) => [one.id, one]));
  return waves.reduce((sum, wave) => {
    const alone = schedule({
      work: wave.map((id) => workOf.get(id)!),
      graph: new Digraph(wave),
      raceBefore: () => undefined, // who waits for the whole wave waits for every candidate
      maxParallel,
    });
    return sum + alone.makespanMs;
  }, 0);
}
