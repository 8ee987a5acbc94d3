/**
 * Races as blocks. A race whose first success ends it becomes one part of the structure around it: the members of each
 * `join: any` form a block of their own, which stands in the block that the join stands in.
 */
import { Digraph } from '../graph/digraph.ts';
import { findCycle } from '../graph/order.ts';
import { withoutNodes } from '../graph/without.ts';
import type { PreparedPlan } from './prepare.ts';

/** What is ordered together: actions, and the races among them. */
export interface Block {
  /** The join whose race this is; undefined for the plan itself. */
  join: string | undefined;
  /** Of actions (by id) and of races (by {@link raceNode}). */
  graph: Digraph;
}

/** The node that stands for the race before a join. No id has a space. */
export function raceNode(join: string): string {
  return `race ${join}`;
}

/** The join of a race's node; undefined for an action. */
export function joinOfNode(node: string): string | undefined {
  return node.startsWith('race ') ? node.slice(5) : undefined;
}

/**
 * The blocks of a plan by join, the outermost under `undefined`. A race stays among the other actions (all its candidates
 * are then awaited) where something outside it has to run between two of its members: no fork and join can say that.
 * Actions that are `kept` are not to run any more.
 */
export function blocksOf(plan: PreparedPlan, kept: ReadonlySet<string> = new Set()): Map<string | undefined, Block> {
  const graph = withoutNodes(plan.dependencies.reduced, kept);
  let chosen = new Set<string>();
  for (const join of racesOutermostFirst(plan, graph)) {
    const withThis = new Set([...chosen, join]);
    if (isAcyclic(divide(plan, graph, withThis))) chosen = withThis;
  }
  return divide(plan, graph, chosen);
}

function racesOutermostFirst({ races }: PreparedPlan, graph: Digraph): string[] {
  const left = new Set(graph.nodes);
  const joins = graph.nodes.filter((id) => {
    const race = races.before(id);
    return race?.firstWins && race.candidates.some((candidate) => left.has(candidate));
  });
  return joins.sort((a, b) => races.before(b)!.members.size - races.before(a)!.members.size);
}

function isAcyclic(blocks: ReadonlyMap<string | undefined, Block>): boolean {
  return [...blocks.values()].every(({ graph }) => findCycle(graph) === undefined);
}

function divide({ races }: PreparedPlan, graph: Digraph, chosen: ReadonlySet<string>): Map<string | undefined, Block> {
  /** The joins of the races around an action, from the innermost. */
  const around = (id: string): string[] => {
    const joins: string[] = [];
    for (let join = races.joinOf(id); join !== undefined; join = races.joinOf(join))
      if (chosen.has(join)) joins.push(join);
    return joins;
  };
  const nodes = new Map<string | undefined, string[]>([undefined, ...chosen].map((join) => [join, []]));
  for (const id of graph.nodes) {
    const parent = around(id)[0];
    // The race stands before its join, in listed order as in time.
    if (chosen.has(id)) nodes.get(parent)!.push(raceNode(id));
    nodes.get(parent)!.push(id);
  }
  const edges = new Map<string | undefined, [string, string][]>([...nodes.keys()].map((join) => [join, []]));
  for (const [from, to] of graph.edges()) {
    const [ofFrom, ofTo] = [around(from), around(to)];
    const common = [...ofFrom, undefined].find((join) => join === undefined || ofTo.includes(join));
    const nodeIn = (id: string, joins: string[]) => {
      const at = common === undefined ? joins.length : joins.indexOf(common);
      return at === 0 ? id : raceNode(joins[at - 1]!);
    };
    const [before, after] = [nodeIn(from, ofFrom), nodeIn(to, ofTo)];
    if (before !== after) edges.get(common)!.push([before, after]);
  }
  for (const join of chosen) edges.get(around(join)[0])!.push([raceNode(join), join]);
  return new Map([...nodes].map(([join, ids]) => [join, { join, graph: new Digraph(ids, edges.get(join)!) }]));
}
