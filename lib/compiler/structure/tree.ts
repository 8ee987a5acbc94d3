/** Fork/join structures: what a state machine's sequences and Parallels can express. */

/** Series-parallel order. Flat: no serial directly in a serial, no parallel in a parallel, and both have at least 2 parts. */
export type Tree<Id> =
  | { readonly kind: 'action'; readonly id: Id }
  | { readonly kind: 'serial'; readonly parts: readonly Tree<Id>[] }
  | { readonly kind: 'parallel'; readonly parts: readonly Tree<Id>[] };

/** The order of a plan's actions. */
export type Structure = Tree<string>;

/** One after another. `parts` must not be empty. */
export function serial<Id>(parts: readonly Tree<Id>[]): Tree<Id> {
  return flat('serial', parts);
}

/** Side by side. `parts` must not be empty. */
export function parallel<Id>(parts: readonly Tree<Id>[]): Tree<Id> {
  return flat('parallel', parts);
}

function flat<Id>(kind: 'serial' | 'parallel', parts: readonly Tree<Id>[]): Tree<Id> {
  if (parts.length === 1) return parts[0]!;
  return { kind, parts: parts.flatMap((part) => (part.kind === kind ? part.parts : part)) };
}

/** How long it takes if every action takes its time and nothing else takes any. */
export function makespanOf<Id>(tree: Tree<Id>, secondsOf: (id: Id) => number): number {
  if (tree.kind === 'action') return secondsOf(tree.id);
  let total = 0;
  for (const part of tree.parts) {
    const seconds = makespanOf(part, secondsOf);
    total = tree.kind === 'serial' ? total + seconds : Math.max(total, seconds);
  }
  return total;
}

/** The most that may run at once, where each action counts for so much. */
export function peakOf<Id>(tree: Tree<Id>, weightOf: (id: Id) => number): number {
  if (tree.kind === 'action') return weightOf(tree.id);
  let peak = 0;
  for (const part of tree.parts) {
    const weight = peakOf(part, weightOf);
    peak = tree.kind === 'serial' ? Math.max(peak, weight) : peak + weight;
  }
  return peak;
}

/** When each action starts if every action takes its time and nothing else takes any. */
export function startsIn<Id>(tree: Tree<Id>, secondsOf: (id: Id) => number): Map<Id, number> {
  const starts = new Map<Id, number>();
  const visit = (part: Tree<Id>, start: number): number => {
    if (part.kind === 'action') {
      starts.set(part.id, start);
      return start + secondsOf(part.id);
    }
    let end = start;
    for (const inner of part.parts) {
      end = part.kind === 'serial' ? visit(inner, end) : Math.max(end, visit(inner, start));
    }
    return end;
  };
  visit(tree, 0);
  return starts;
}

/** How many Parallels it needs; each is a billed transition. */
export function parallelsOf<Id>(tree: Tree<Id>): number {
  if (tree.kind === 'action') return 0;
  let count = tree.kind === 'parallel' ? 1 : 0;
  for (const part of tree.parts) count += parallelsOf(part);
  return count;
}

/** The actions, in an order that the structure allows. */
export function* actionsOf<Id>(tree: Tree<Id>): Iterable<Id> {
  const todo = [tree];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (next.kind === 'action') yield next.id;
    else for (let index = next.parts.length - 1; index >= 0; index--) todo.push(next.parts[index]!);
  }
}

/** The same order, with what runs side by side told in the order of how long it takes. */
export function longestFirst<Id>(tree: Tree<Id>, secondsOf: (id: Id) => number): Tree<Id> {
  if (tree.kind === 'action') return tree;
  const parts = tree.parts.map((part) => longestFirst(part, secondsOf));
  if (tree.kind === 'serial') return { kind: 'serial', parts };
  const seconds = new Map(parts.map((part) => [part, makespanOf(part, secondsOf)]));
  return { kind: 'parallel', parts: parts.toSorted((a, b) => seconds.get(b)! - seconds.get(a)!) };
}

/** The same tree over other names. */
export function rename<From, To>(tree: Tree<From>, nameOf: (id: From) => To): Tree<To> {
  if (tree.kind === 'action') return { kind: 'action', id: nameOf(tree.id) };
  return { kind: tree.kind, parts: tree.parts.map((part) => rename(part, nameOf)) };
}
