/** The structure of each block. */
import type { Block } from './blocks.ts';
import type { PreparedPlan } from './prepare.ts';
import { type Structure, structureOf } from './structure/structure.ts';

export interface BlockStructures {
  structures: Map<string | undefined, Structure>;
  /** How many items of a list run at once, where that is limited. */
  concurrency: Map<string, number>;
}

export function structureBlocks(plan: PreparedPlan, blocks: ReadonlyMap<string | undefined, Block>): BlockStructures {
  const seconds = new Map(plan.actions.map(({ id, estimatedSeconds }) => [id, estimatedSeconds]));
  const structures = new Map<string | undefined, Structure>();
  for (const [join, { graph }] of blocks)
    structures.set(
      join,
      structureOf(graph, (id) => seconds.get(id) ?? 0),
    );
  return { structures, concurrency: new Map() };
}
