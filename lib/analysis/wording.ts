/** How the report and the diagram put things into words. */
import type { Dependency } from '../compiler/dependencies.ts';
import { plural } from '../core/text.ts';
import type { AnalysedAction } from './analysis.ts';

/** Why one action waits for another: `data`, `explicit, conflict on orders:WH001`. */
export function reasonsOf({ kinds, resource }: Dependency): string[] {
  return kinds.map((kind) => (kind === 'conflict' ? `conflict on ${resource}` : kind));
}

/** Whether the other end must have succeeded; else it only has to have ended. */
export function requiresSuccess({ kinds }: Dependency): boolean {
  return kinds.includes('data') || kinds.includes('explicit');
}

/** How often an action is called: `for each of 3 items, one by one`. Undefined for a single call. */
export function repetition({ for_each, lanes }: AnalysedAction): string | undefined {
  if (for_each === null) return undefined;
  const items = for_each.items === null ? 'for each item' : `for each of ${plural(for_each.items, 'item')}`;
  return lanes.items_in_order ? `${items}, one by one` : items;
}

/** `a -> b -> c`; of a long path the beginning and the end. */
export function pathText(ids: readonly string[]): string {
  const most = 12;
  if (ids.length <= most) return ids.join(' -> ');
  const [first, last] = [ids.slice(0, most / 2), ids.slice(-most / 2)];
  return [...first, `(${ids.length - most} more)`, ...last].join(' -> ');
}
