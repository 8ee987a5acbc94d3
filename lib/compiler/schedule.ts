/** The structure of each block of a plan, within the limits on how many calls run at once. */
import { Digraph } from '../graph/digraph.ts';
import { topologicalOrder } from '../graph/order.ts';
import { Ancestors } from '../graph/reachability.ts';
import type { ResolvedAction } from '../plan/resolve.ts';
import { type Block, joinOfNode } from './blocks.ts';
import { type LaneLimits, type LaneTask, planStructure } from './lanes.ts';
import type { PreparedPlan } from './prepare.ts';
import type { Structure } from './structure/structure.ts';
import { urgencyOf } from './urgency.ts';

export interface BlockStructures {
  /** By the join of the race; the plan itself under `undefined`. */
  structures: Map<string | undefined, Structure>;
  /** How many items of a list run at once, where that is limited. */
  concurrency: Map<string, number>;
}

type Blocks = ReadonlyMap<string | undefined, Block>;

/** Pure: the same plan gives the same structures. */
export function structureBlocks(plan: PreparedPlan, blocks: Blocks): BlockStructures {
  return new BlockScheduler(plan, blocks).schedule();
}

class BlockScheduler {
  readonly #blocks: Blocks;
  readonly #actions: ReadonlyMap<string, ResolvedAction>;
  readonly #limits: LaneLimits;
  readonly #urgency: ReturnType<typeof urgencyOf>;

  constructor(plan: PreparedPlan, blocks: Blocks) {
    const { settings, actions } = plan;
    const caps = new Map(actions.map(({ tool }) => [tool.name, tool.concurrency_cap ?? Number.POSITIVE_INFINITY]));
    this.#blocks = blocks;
    this.#actions = new Map(actions.map((action) => [action.id, action]));
    this.#limits = {
      maxParallel: settings.parallel ? (settings.max_parallel ?? Number.POSITIVE_INFINITY) : 1,
      capOf: (tool) => caps.get(tool)!,
    };
    this.#urgency = urgencyOf(plan);
  }

  schedule(): BlockStructures {
    const structures = new Map<string | undefined, Structure>();
    const concurrency = new Map<string, number>();
    for (const [join, { graph }] of this.#blocks) {
      const tasks = graph.nodes.map((node) => this.#task(node));
      const planned = planStructure(this.#withRacesAlone(graph), tasks, this.#limits, (node) =>
        this.#urgency(this.#actions.get(joinOfNode(node) ?? node)!),
      );
      structures.set(join, planned.structure);
      for (const [id, lanes] of planned.concurrency) concurrency.set(id, lanes);
    }
    return { structures, concurrency };
  }

  #task(node: string): LaneTask {
    const join = joinOfNode(node);
    if (join !== undefined) return { id: node, seconds: this.#secondsOfRace(join), width: 1 };
    const action = this.#actions.get(node)!;
    const items = itemCount(action);
    const seconds = secondsOfCall(action);
    if (action.itemsInOrder) return { id: node, lane: action.tool.name, seconds: seconds * (items ?? 1), width: 1 };
    return { id: node, lane: action.tool.name, seconds, width: items ?? 'unknown' };
  }

  /** Until the first candidate has ended, if nothing keeps it waiting. */
  #secondsOfRace(join: string): number {
    const { graph } = this.#blocks.get(join)!;
    const ends = new Map<string, number>();
    for (const node of topologicalOrder(graph)) {
      const begins = Math.max(0, ...Array.from(graph.predecessors(node), (before) => ends.get(before)!));
      ends.set(node, begins + this.#task(node).seconds);
    }
    const last = graph.nodes.filter((node) => graph.successors(node).size === 0);
    return Math.min(...last.map((node) => ends.get(node)!));
  }

  /**
   * A race uses lanes of several tools, and may use all there are. Where they are scarce, nothing that shares them runs at the
   * same time: it comes before or after, as in the topological order.
   */
  #withRacesAlone(graph: Digraph): Digraph {
    const races = graph.nodes.filter((node) => joinOfNode(node) !== undefined);
    if (races.length === 0) return graph;
    const order = topologicalOrder(graph);
    const ordered = new Digraph(graph.nodes, graph.edges());
    const ancestors = Ancestors.of(graph, order);
    for (const race of races) {
      const at = order.indexOf(race);
      for (const [index, node] of order.entries()) {
        if (node === race || !this.#shareLanes(race, node)) continue;
        const [from, to] = index < at ? [node, race] : [race, node];
        if (!ancestors.precedes(from, to)) ordered.addEdge(from, to);
      }
    }
    return ordered;
  }

  #shareLanes(one: string, other: string): boolean {
    if (this.#limits.maxParallel !== Number.POSITIVE_INFINITY) return true;
    const tools = this.#cappedTools(one);
    return [...this.#cappedTools(other)].some((tool) => tools.has(tool));
  }

  #cappedTools(node: string): Set<string> {
    const join = joinOfNode(node);
    if (join !== undefined) {
      return new Set(this.#blocks.get(join)!.graph.nodes.flatMap((inner) => [...this.#cappedTools(inner)]));
    }
    const { name } = this.#actions.get(node)!.tool;
    return new Set(this.#limits.capOf(name) === Number.POSITIVE_INFINITY ? [] : [name]);
  }
}

/** A call never takes longer than its timeout, and what is only handed over takes no time. */
function secondsOfCall({ action, estimatedSeconds, timeoutSeconds }: ResolvedAction): number {
  return action.mode === 'fire_and_forget' ? 0 : Math.min(estimatedSeconds, timeoutSeconds);
}

/**
 * 1 for what is no list; undefined for one whose length no definition shows. That of a literal counts as unknown too: plans
 * that differ only in literals have one shape.
 */
function itemCount({ forEach }: ResolvedAction): number | undefined {
  if (forEach === undefined) return 1;
  return forEach.kind === 'list' ? forEach.elements.length : undefined;
}
