/** Who goes first where fewer calls may run at once than could: one rule for every engine and for the analysis. */
import { bottomLevels } from '../graph/longest-path.ts';
import type { ResolvedAction } from '../plan/resolve.ts';
import type { PreparedPlan } from './prepare.ts';

/** Whoever compares lower goes first; see {@link compareUrgency}. */
export type Urgency = readonly number[];

/** Priority, then the longest way still to go, then the order of the plan; one after another: only the last. */
export function urgencyOf({ settings, actions, dependencies }: PreparedPlan): (action: ResolvedAction) => Urgency {
  if (!settings.parallel) return ({ index }) => [index];
  const seconds = new Map(actions.map(({ id, estimatedSeconds }) => [id, estimatedSeconds]));
  const levels = bottomLevels(dependencies.graph, dependencies.order, (id) => seconds.get(id)!);
  return ({ id, action, index }) => [-action.priority, -levels.get(id)!, index];
}

/** Field by field: the first in which they differ decides. */
export function compareUrgency(a: Urgency, b: Urgency): number {
  for (const [index, value] of a.entries()) if (value !== b[index]) return value - b[index]!;
  return 0;
}
