/** The structure of a plan within its limits. There is no semaphore in Step Functions: added order stands in for one. */
import { Digraph } from '../graph/digraph.ts';
import { topologicalOrder } from '../graph/order.ts';
import { Ancestors } from '../graph/reachability.ts';
import {
  ASSUMED_ITEMS,
  type LaneLimits,
  type LaneSchedule,
  type LaneTask,
  mostLanes,
  type SchedulingProblem,
  scheduleLanes,
  secondsWith,
} from './lane-schedule.ts';
import {
  actionsOf,
  longestFirst,
  makespanOf,
  peakOf,
  type Structure,
  type StructureOptions,
  startsIn,
  structureOf,
} from './structure/structure.ts';
import { compareUrgency, type Urgency } from './urgency.ts';

export type { LaneLimits, LaneTask } from './lane-schedule.ts';

export interface PlannedStructure {
  structure: Structure;
  /** How many items of a list may run at once, for each list that must not run all of them. */
  concurrency: Map<string, number>;
}

/**
 * The structure of a plan in which no more calls run at once than the limits allow, whatever they really take. `graph` must be
 * acyclic and not empty; its nodes are the tasks. Who is more urgent goes first where lanes are scarce: the first field of
 * the urgency always decides, the others only as far as they make the plan no longer.
 */
export function planStructure(
  graph: Digraph,
  tasks: readonly LaneTask[],
  limits: LaneLimits,
  urgencyOf: (id: string) => Urgency,
  options: StructureOptions = {},
): PlannedStructure {
  return new Planner(graph, tasks, limits, options).plan(urgencyOf);
}

/** Where lanes bind several structures are made, so that each gets less than its search would take otherwise. */
const STEPS_PER_ACTION = 2000;

/** A structure, and the calls that each action may make at once in it. */
interface Candidate {
  structure: Structure;
  lanesOf: ReadonlyMap<string, number>;
  makespan: number;
}

class Planner {
  readonly #graph: Digraph;
  readonly #tasks: readonly LaneTask[];
  readonly #byId: ReadonlyMap<string, LaneTask>;
  readonly #limits: LaneLimits;
  readonly #options: StructureOptions;

  constructor(graph: Digraph, tasks: readonly LaneTask[], limits: LaneLimits, options: StructureOptions) {
    this.#graph = graph;
    this.#tasks = tasks;
    this.#byId = new Map(tasks.map((task) => [task.id, task]));
    this.#limits = limits;
    this.#options = options;
  }

  plan(urgencyOf: (id: string) => Urgency): PlannedStructure {
    const most = new Map(this.#tasks.map((task) => [task.id, mostLanes(task, this.#limits)]));
    const free = this.#candidate(this.#graph, most, this.#options);
    // With one lane the order is wanted for itself: calls that take no time could else stand in any.
    if (this.#limits.maxParallel > 1 && this.#isWithinLimits(free)) return this.#planned(free);
    const ancestors = Ancestors.of(this.#graph, topologicalOrder(this.#graph));
    const following = (order: ReadonlyMap<string, number>) =>
      this.#limited(ancestors, (id) => [urgencyOf(id)[0]!, order.get(id)!, ...urgencyOf(id).slice(1)]);
    // Lanes that follow a structure, action by action or branch by branch, disturb it less.
    const alike = (candidate: Candidate) => [this.#startsIn(candidate), this.#branchesIn(candidate)].map(following);
    const best = [this.#limited(ancestors, urgencyOf), ...alike(free)].reduce(shorter);
    return this.#planned(best.makespan <= free.makespan ? best : [best, ...alike(best)].reduce(shorter));
  }

  #startsIn({ structure, lanesOf }: Candidate): Map<string, number> {
    return startsIn(structure, this.#secondsWith(lanesOf));
  }

  /** The place of each action where the longest branches come first, each as a whole. */
  #branchesIn({ structure, lanesOf }: Candidate): Map<string, number> {
    const ids = [...actionsOf(longestFirst(structure, this.#secondsWith(lanesOf)))];
    return new Map(ids.map((id, place) => [id, place]));
  }

  #planned({ structure, lanesOf }: Candidate): PlannedStructure {
    const concurrency = new Map<string, number>();
    for (const { id, width } of this.#tasks) {
      const lanes = lanesOf.get(id)!;
      if (lanes < (width === 'unknown' ? Number.POSITIVE_INFINITY : width)) concurrency.set(id, lanes);
    }
    return { structure, concurrency };
  }

  #candidate(graph: Digraph, lanesOf: ReadonlyMap<string, number>, options: StructureOptions): Candidate {
    const structure = structureOf(graph, this.#secondsWith(lanesOf), options);
    return { structure, lanesOf, makespan: makespanOf(structure, this.#secondsWith(lanesOf)) };
  }

  #secondsWith(lanesOf: ReadonlyMap<string, number>): (id: string) => number {
    return (id) => secondsWith(this.#byId.get(id)!, lanesOf.get(id)!);
  }

  #isWithinLimits({ structure, lanesOf }: Candidate): boolean {
    const { maxParallel, capOf } = this.#limits;
    const tools = new Set(this.#tasks.flatMap(({ lane }) => lane ?? []));
    const callsOf = (tool: string) => (id: string) => (this.#byId.get(id)!.lane === tool ? lanesOf.get(id)! : 0);
    if (peakOf(structure, (id) => lanesOf.get(id)!) > maxParallel) return false;
    return [...tools].every(
      (tool) => capOf(tool) === Number.POSITIVE_INFINITY || peakOf(structure, callsOf(tool)) <= capOf(tool),
    );
  }

  /** The structure of the plan with the order that its lanes add. */
  #limited(ancestors: Ancestors, urgencyOf: (id: string) => Urgency): Candidate {
    const byUrgency = this.#tasks.map(({ id }) => ({ id, urgency: urgencyOf(id) }));
    byUrgency.sort((a, b) => compareUrgency(a.urgency, b.urgency));
    const ranks = new Map(byUrgency.map(({ id }, rank) => [id, rank]));
    const { edges, lanesOf } = this.#listPolicies()
      .map((lists) => this.#schedule(ancestors, ranks, lists))
      .reduce((best, schedule) => (schedule.makespan < best.makespan ? schedule : best));
    return this.#candidate(new Digraph(this.#graph.nodes, [...this.#graph.edges(), ...edges]), lanesOf, {
      stepsPerAction: STEPS_PER_ACTION,
      ...this.#options,
    });
  }

  #schedule(ancestors: Ancestors, ranks: ReadonlyMap<string, number>, lists: ListPolicy): LaneSchedule {
    const [graph, tasks, limits] = [this.#graph, this.#tasks, this.#limits];
    return scheduleLanes({ graph, ancestors, tasks, limits, rankOf: (id) => ranks.get(id)!, lists });
  }

  #listPolicies(): ListPolicy[] {
    const share = 1;
    if (this.#tasks.every((task) => mostLanes(task, this.#limits) === 1)) return [{ share, wait: true }];
    // With lanes to spare, a list whose length nobody knows gets as many as it is taken to have items.
    const asAssumed = ASSUMED_ITEMS / this.#limits.maxParallel;
    const shares = asAssumed > 0 && asAssumed < 1 ? [...LIST_SHARES, asAssumed] : LIST_SHARES;
    return shares.flatMap((share) => [
      { share, wait: true },
      { share, wait: false },
    ]);
  }
}

type ListPolicy = SchedulingProblem['lists'];

/** What is tried for lists. */
const LIST_SHARES = [1, 1 / 2, 1 / 4, 1 / 8];

/** The first, unless the other is really shorter. */
function shorter(one: Candidate, other: Candidate): Candidate {
  return other.makespan < one.makespan ? other : one;
}
