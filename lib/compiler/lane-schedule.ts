/**
 * List scheduling in virtual time, for the order that it yields: every call has a lane of the plan and one of its tool, and who
 * uses a lane waits for whoever used it before. So no more run at once than there are lanes, however long they really take.
 */
import { Heap } from '../core/heap.ts';
import type { Digraph } from '../graph/digraph.ts';
import type { Ancestors } from '../graph/reachability.ts';

/** An action as the lanes see it. */
export interface LaneTask {
  id: string;
  /** How long one call of it takes. */
  seconds: number;
  /** What besides the plan limits its calls: its tool. */
  lane?: string;
  /** How many calls it makes that may run at once: 1, or for a list the number of its items, if that is known. */
  width: number | 'unknown';
}

export interface LaneLimits {
  /** At most this many calls at once; may be infinite. */
  maxParallel: number;
  /** At most this many calls of one tool at once; may be infinite. */
  capOf(lane: string): number;
}

export interface SchedulingProblem {
  graph: Digraph;
  ancestors: Ancestors;
  tasks: readonly LaneTask[];
  limits: LaneLimits;
  /** Lower goes first; no two are equal. */
  rankOf(id: string): number;
  /** How a list takes its lanes: this share of those it could use, at once or when so many are free. */
  lists: { share: number; wait: boolean };
}

export interface LaneSchedule {
  /** The order that the lanes add. */
  edges: [from: string, to: string][];
  /** How many calls of each action may run at once. */
  lanesOf: Map<string, number>;
  makespan: number;
}

/** A list whose length is not known is taken to have so many items. */
export const ASSUMED_ITEMS = 10;

/** The most lanes a task can use; infinite where nothing limits a list of unknown length. */
export function mostLanes({ lane, width }: LaneTask, { maxParallel, capOf }: LaneLimits): number {
  const cap = lane === undefined ? Number.POSITIVE_INFINITY : capOf(lane);
  return Math.max(1, Math.min(maxParallel, cap, width === 'unknown' ? Number.POSITIVE_INFINITY : width));
}

/** How long a task takes with so many lanes. */
export function secondsWith({ seconds, width }: LaneTask, lanes: number): number {
  const calls = width === 'unknown' ? ASSUMED_ITEMS : width;
  return seconds * Math.ceil(calls / Math.min(calls, lanes) || 0);
}

/** Lanes of one kind: those of the plan, or those of a tool. */
class Lanes {
  readonly #room: number;
  readonly #ancestors: Ancestors;
  /** Who used each lane last, of those that are free; in the order in which they became free. */
  readonly #free: string[] = [];
  /** How many lanes were never used. */
  #fresh: number;

  constructor(room: number, ancestors: Ancestors) {
    this.#room = room;
    this.#fresh = room;
    this.#ancestors = ancestors;
  }

  get free(): number {
    return this.#fresh + this.#free.length;
  }

  /**
   * Takes lanes for a task; gives the tasks it must wait for on their account. Lanes of its own ancestors come first, since
   * they add no order, then new ones, then those that have been free for longest.
   */
  take(task: string, count: number): string[] {
    if (this.#room === Number.POSITIVE_INFINITY) return [];
    const after: string[] = [];
    for (let taken = 0; taken < count; taken++) {
      const own = this.#free.findIndex((last) => this.#ancestors.precedes(last, task));
      if (own >= 0) this.#free.splice(own, 1);
      else if (this.#fresh > 0) this.#fresh--;
      else after.push(this.#free.shift()!);
    }
    return after;
  }

  release(task: string, count: number): void {
    if (this.#room === Number.POSITIVE_INFINITY) return;
    for (let released = 0; released < count; released++) this.#free.push(task);
  }
}

/** Tasks of one tool that are ready, the most urgent first. */
interface Queue {
  ready: Heap<LaneTask>;
  lanes: Lanes;
}

export function scheduleLanes(problem: SchedulingProblem): LaneSchedule {
  return new Scheduler(problem).run();
}

class Scheduler {
  readonly #problem: SchedulingProblem;
  readonly #tasks: ReadonlyMap<string, LaneTask>;
  readonly #waitsFor: Map<string, number>;
  readonly #lanes: Lanes;
  /** By tool; those without a cap share one. */
  readonly #queues = new Map<string | undefined, Queue>();
  readonly #running = new Heap<{ task: LaneTask; end: number }>(
    (a, b) => a.end - b.end || this.#problem.rankOf(a.task.id) - this.#problem.rankOf(b.task.id),
  );
  readonly #schedule: LaneSchedule = { edges: [], lanesOf: new Map(), makespan: 0 };

  constructor(problem: SchedulingProblem) {
    const { graph, tasks, limits, ancestors } = problem;
    this.#problem = problem;
    this.#tasks = new Map(tasks.map((task) => [task.id, task]));
    this.#waitsFor = new Map(graph.nodes.map((id) => [id, graph.predecessors(id).size]));
    this.#lanes = new Lanes(limits.maxParallel, ancestors);
  }

  run(): LaneSchedule {
    for (const [id, count] of this.#waitsFor) if (count === 0) this.#ready(this.#tasks.get(id)!);
    this.#grant();
    for (let next = this.#running.pop(); next !== undefined; next = this.#running.pop()) {
      this.#end(next.task, next.end);
      // All that ends at one moment ends before lanes are granted anew.
      if (this.#running.peek()?.end !== next.end) this.#grant();
    }
    return this.#schedule;
  }

  #queueOf({ lane }: LaneTask): Queue {
    const cap = lane === undefined ? Number.POSITIVE_INFINITY : this.#problem.limits.capOf(lane);
    const key = cap === Number.POSITIVE_INFINITY ? undefined : lane;
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      const ready = new Heap<LaneTask>((a, b) => this.#problem.rankOf(a.id) - this.#problem.rankOf(b.id));
      queue = { ready, lanes: new Lanes(cap, this.#problem.ancestors) };
      this.#queues.set(key, queue);
    }
    return queue;
  }

  #ready(task: LaneTask): void {
    this.#queueOf(task).ready.push(task);
  }

  /** Lanes to the most urgent first; who finds their tool at its cap is passed over. */
  #grant(): void {
    const passedOver = new Set<Queue>();
    while (this.#lanes.free > 0) {
      const queue = this.#mostUrgent(passedOver);
      if (queue === undefined) return;
      const task = queue.ready.peek()!;
      const wanted = this.#wanted(task);
      const { wait } = this.#problem.lists;
      if (queue.lanes.free === 0 || (wait && queue.lanes.free < wanted)) passedOver.add(queue);
      else if (wait && this.#lanes.free < wanted) return;
      else this.#start(queue, task, Math.min(wanted, queue.lanes.free, this.#lanes.free));
    }
  }

  #mostUrgent(passedOver: ReadonlySet<Queue>): Queue | undefined {
    const { rankOf } = this.#problem;
    let first: Queue | undefined;
    for (const queue of this.#queues.values()) {
      const next = queue.ready.peek();
      if (next === undefined || passedOver.has(queue)) continue;
      if (first === undefined || rankOf(next.id) < rankOf(first.ready.peek()!.id)) first = queue;
    }
    return first;
  }

  #wanted(task: LaneTask): number {
    const most = mostLanes(task, this.#problem.limits);
    return most === Number.POSITIVE_INFINITY ? most : Math.max(1, Math.ceil(most * this.#problem.lists.share));
  }

  #start(queue: Queue, task: LaneTask, lanes: number): void {
    queue.ready.pop();
    const after = new Set([...this.#lanes.take(task.id, lanes), ...queue.lanes.take(task.id, lanes)]);
    for (const from of after) this.#schedule.edges.push([from, task.id]);
    this.#schedule.lanesOf.set(task.id, lanes);
    this.#running.push({ task, end: this.#schedule.makespan + secondsWith(task, lanes) });
  }

  #end(task: LaneTask, at: number): void {
    const lanes = this.#schedule.lanesOf.get(task.id)!;
    this.#schedule.makespan = at;
    this.#lanes.release(task.id, lanes);
    this.#queueOf(task).lanes.release(task.id, lanes);
    for (const successor of this.#problem.graph.successors(task.id)) {
      const left = this.#waitsFor.get(successor)! - 1;
      this.#waitsFor.set(successor, left);
      if (left === 0) this.#ready(this.#tasks.get(successor)!);
    }
  }
}
