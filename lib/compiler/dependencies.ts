/**
 * What must come before what, and why. Edges come from references (`data`), `depends_on` (`explicit`), `sync` actions
 * (`fence`) and shared resources (`conflict`). The first two require success; the others only wait.
 */
import type { Issue } from '../core/issues.ts';
import { Digraph } from '../graph/digraph.ts';
import { findCycle, topologicalOrder } from '../graph/order.ts';
import { Ancestors } from '../graph/reachability.ts';
import { transitiveReduction } from '../graph/reduction.ts';
import type { Names } from '../plan/naming.ts';
import { dataDependencies } from '../plan/references.ts';
import type { ResolvedAction } from '../plan/resolve.ts';
import { conflictBetween } from '../plan/resources.ts';

export type DependencyKind = 'data' | 'explicit' | 'fence' | 'conflict';

export interface Dependency {
  from: string;
  to: string;
  /** Every reason there is for it. */
  kinds: DependencyKind[];
  /** Of a conflict: the resource. */
  resource?: string;
  /** Whether the other edges imply it. */
  redundant: boolean;
}

export interface Dependencies {
  edges: Dependency[];
  /** All edges. */
  graph: Digraph;
  /** The edges that no longer path implies. */
  reduced: Digraph;
  /** The stable topological order of all edges. */
  order: string[];
  /** By id: what must have succeeded first; with `join: any`, the candidates. In listed order. */
  requires: Map<string, string[]>;
}

/** Cycles that are reported at most; a plan with more is wrong enough. */
const MAX_CYCLES = 10;

/** Finds all edges; a cycle is an issue that names its path. Undefined when there is one. */
export function findDependencies(
  actions: readonly ResolvedAction[],
  names: Names,
  issues: Issue[],
): Dependencies | undefined {
  const kinds = new EdgeKinds();
  const ids = actions.map(({ id }) => id);
  const known = new Set(ids);
  for (const action of actions) {
    for (const from of dataDependencies(action, names)) if (known.has(from)) kinds.add(from, action.id, 'data');
    for (const from of action.action.depends_on) if (known.has(from)) kinds.add(from, action.id, 'explicit');
  }
  const requires = requirements(actions, kinds);
  addFences(actions, kinds);

  const graph = new Digraph(ids, kinds.pairs());
  const cycles = reportCycles(graph, actions, issues);
  if (cycles > 0) return undefined;

  const resources = addConflicts(actions, graph, kinds);
  const reduced = transitiveReduction(graph);
  const edges = kinds.list().map(([from, to, why]): Dependency => {
    const resource = resources.get(edgeKey(from, to));
    return { from, to, kinds: why, ...(resource && { resource }), redundant: !reduced.hasEdge(from, to) };
  });
  return { edges, graph, reduced, order: topologicalOrder(graph), requires };
}

function requirements(actions: readonly ResolvedAction[], kinds: EdgeKinds): Map<string, string[]> {
  const requires = new Map<string, string[]>(actions.map(({ id }) => [id, []]));
  for (const [from, to] of kinds.list()) requires.get(to)!.push(from);
  const index = new Map(actions.map(({ id }, position) => [id, position]));
  for (const list of requires.values()) list.sort((a, b) => index.get(a)! - index.get(b)!);
  return requires;
}

/** Each action waits for the last fence before it, which itself waits for the fence before. */
function addFences(actions: readonly ResolvedAction[], kinds: EdgeKinds): void {
  let fence: string | undefined;
  for (const { id, action } of actions) {
    if (fence !== undefined) kinds.add(fence, id, 'fence');
    if (action.mode === 'sync') fence = id;
  }
}

function reportCycles(graph: Digraph, actions: readonly ResolvedAction[], issues: Issue[]): number {
  const left = new Digraph(graph.nodes, graph.edges());
  for (let count = 0; count < MAX_CYCLES; count++) {
    const cycle = findCycle(left);
    if (cycle === undefined) return count;
    const first = actions.find(({ id }) => id === cycle[0])!;
    issues.push({
      code: 'cycle',
      path: `actions[${first.index}]`,
      message: `a cycle, in which each waits for the one before: ${cycle.join(' -> ')}`,
      hint: 'take away one of these references, depends_on or sync modes',
    });
    left.removeEdge(cycle.at(-2)!, cycle.at(-1)!);
  }
  return MAX_CYCLES;
}

/**
 * Orders each two actions that conflict as they stand in the stable topological order of the other edges, so that a
 * conflict never makes a cycle. Pairs that are ordered already get no edge. Returns the resource of each conflict.
 */
function addConflicts(actions: readonly ResolvedAction[], graph: Digraph, kinds: EdgeKinds): Map<string, string> {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const ancestors = new Ancestors(graph.nodes);
  const touching: ResolvedAction[] = [];
  const resources = new Map<string, string>();

  for (const id of topologicalOrder(graph)) {
    const action = byId.get(id)!;
    const direct = new Set(graph.predecessors(id));
    for (const predecessor of direct) ancestors.addEdge(predecessor, id);
    if (action.resources.reads.length + action.resources.writes.length === 0) continue;

    // Nearest first: an edge from a later one often orders the earlier ones too.
    for (const other of touching.toReversed()) {
      if (ancestors.precedes(other.id, id) && !direct.has(other.id)) continue;
      const resource = conflictBetween(other.resources, action.resources);
      if (resource === undefined) continue;
      kinds.add(other.id, id, 'conflict');
      resources.set(edgeKey(other.id, id), resource);
      graph.addEdge(other.id, id);
      ancestors.addEdge(other.id, id);
    }
    touching.push(action);
  }
  return resources;
}

function edgeKey(from: string, to: string): string {
  return `${from}>${to}`;
}

/** The reasons of each edge, in the order in which they were found. */
class EdgeKinds {
  readonly #kinds = new Map<string, [from: string, to: string, DependencyKind[]]>();

  add(from: string, to: string, kind: DependencyKind): void {
    const edge = this.#kinds.get(edgeKey(from, to));
    if (edge === undefined) this.#kinds.set(edgeKey(from, to), [from, to, [kind]]);
    else if (!edge[2].includes(kind)) edge[2].push(kind);
  }

  list(): [from: string, to: string, DependencyKind[]][] {
    return [...this.#kinds.values()];
  }

  pairs(): [from: string, to: string][] {
    return this.list().map(([from, to]) => [from, to]);
  }
}
