/** A large structure is improved a window at a time: some neighbouring parts of a sequence are arranged anew. */
import type { Random } from './order-along.ts';
import { actionsOf, parallel, serial, type Tree } from './tree.ts';

/**
 * The tree with each window replaced by what `improve` makes of it. Windows do not overlap, hold at most `most` actions, and
 * begin elsewhere from time to time.
 */
export function improveWindows(
  tree: Tree<number>,
  most: number,
  random: Random,
  improve: (window: Tree<number>) => Tree<number>,
): Tree<number> {
  if (tree.kind === 'action') return tree;
  if (tree.kind === 'parallel') return parallel(tree.parts.map((part) => improveWindows(part, most, random, improve)));
  const improved: Tree<number>[] = [];
  let window: Tree<number>[] = [];
  let size = 0;
  const close = () => {
    if (window.length > 0) improved.push(improve(serial(window)));
    [window, size] = [[], 0];
  };
  for (const part of tree.parts) {
    const actions = sizeOf(part);
    if (size + actions > most || random() < EARLY_END) close();
    if (actions > most) improved.push(improveWindows(part, most, random, improve));
    else {
      window.push(part);
      size += actions;
    }
  }
  close();
  return serial(improved);
}

/** How often a window ends before it is full, so that the next round has other windows. */
const EARLY_END = 0.1;

function sizeOf(tree: Tree<number>): number {
  let size = 0;
  for (const _ of actionsOf(tree)) size++;
  return size;
}
