/**
 * List scheduling in virtual time: what runs when, if every call succeeds and takes as long as estimated. Actions begin
 * when all that they wait for has ended; where lanes are scarce the most urgent call takes the next free one; a race
 * before a `join: any` is over when its first candidate ends. The rules are those of the direct engine.
 */
import type { Race } from '../compiler/races.ts';
import type { Digraph } from '../graph/digraph.ts';
import { topologicalOrder } from '../graph/order.ts';
import type { Work } from './estimates.ts';

export interface Scheduled {
  startMs: number;
  finishMs: number;
  /** The candidate upon whose victory it was cancelled; it then ended, and perhaps never began, at `finishMs`. */
  losesTo?: string;
}

export interface Schedule {
  /** By id, in the order in which they ended. */
  actions: Map<string, Scheduled>;
  /** The winner of each join that takes the first of its candidates. */
  winners: Map<string, string>;
  makespanMs: number;
}

export interface SchedulingProblem {
  work: readonly Work[];
  /** Who waits for whom. */
  graph: Digraph;
  /** The race before a join. */
  raceBefore(join: string): Race | undefined;
  /** At most this many calls at once. */
  maxParallel: number;
}

/** Runs the problem to its end. `graph` must be acyclic. */
export function schedule(problem: SchedulingProblem): Schedule {
  return new Simulation(problem).run();
}

interface Task {
  work: Work;
  /** Place in the topological order. */
  position: number;
  /** How many it still waits for. */
  waitsFor: number;
  callsLeft: number;
  callsRunning: number;
  begun: boolean;
  startMs: number | undefined;
  ended: Scheduled | undefined;
}

/** Calls of one action that began together. */
interface Batch {
  task: Task;
  calls: number;
  lanes: number;
  finishMs: number;
}

class Simulation {
  readonly #problem: SchedulingProblem;
  readonly #tasks: Map<string, Task>;
  readonly #schedule: Schedule = { actions: new Map(), winners: new Map(), makespanMs: 0 };
  #now = 0;
  #freeLanes: number;
  /** Calls that run, by tool. */
  readonly #ofTool = new Map<string, number>();
  /** Most urgent first. */
  readonly #waiting: Task[] = [];
  #running: Batch[] = [];
  /** Ended, and their successors not told yet. */
  readonly #untold: Task[] = [];
  /** Joins of which a candidate has ended. */
  readonly #undecided = new Set<Task>();

  constructor(problem: SchedulingProblem) {
    this.#problem = problem;
    this.#freeLanes = problem.maxParallel;
    const position = new Map(topologicalOrder(problem.graph).map((id, index) => [id, index]));
    this.#tasks = new Map(
      problem.work.map((work) => [
        work.id,
        {
          work,
          position: position.get(work.id)!,
          waitsFor: problem.graph.predecessors(work.id).size,
          callsLeft: work.calls,
          callsRunning: 0,
          begun: false,
          startMs: undefined,
          ended: undefined,
        },
      ]),
    );
  }

  run(): Schedule {
    for (const task of this.#tasks.values()) if (task.waitsFor === 0) this.#begin(task);
    do {
      this.#tellAll();
      this.#grantLanes();
    } while (this.#advance());
    return this.#schedule;
  }

  /** Goes to the next moment at which calls end, and ends them; false when there is none. */
  #advance(): boolean {
    const next = this.#running.reduce((least, { finishMs }) => Math.min(least, finishMs), Number.POSITIVE_INFINITY);
    if (next === Number.POSITIVE_INFINITY) return false;
    this.#now = next;
    const due = this.#running.filter(({ finishMs }) => finishMs === next);
    this.#running = this.#running.filter(({ finishMs }) => finishMs !== next);
    for (const batch of due) this.#endBatch(batch);
    return true;
  }

  #begin(task: Task): void {
    if (task.begun || task.ended !== undefined) return;
    task.begun = true;
    if (task.callsLeft === 0) this.#end(task);
    else this.#queue(task);
  }

  #queue(task: Task): void {
    const after = this.#waiting.findLastIndex(({ work }) => work.rank < task.work.rank);
    this.#waiting.splice(after + 1, 0, task);
  }

  /** To the most urgent first; who finds their tool at its cap is passed over. */
  #grantLanes(): void {
    for (let at = 0; at < this.#waiting.length && this.#freeLanes > 0; ) {
      const task = this.#waiting[at]!;
      this.#start(task);
      const waitsForItsOwn = task.work.inOrder && task.callsRunning > 0;
      if (task.callsLeft === 0 || waitsForItsOwn) this.#waiting.splice(at, 1);
      else at++;
    }
  }

  /** Starts as many calls of the action as may run now. */
  #start(task: Task): void {
    const { tool, cap, inOrder, callMs } = task.work;
    const ofTool = this.#ofTool.get(tool) ?? 0;
    const lanes = Math.min(inOrder ? 1 : task.callsLeft, this.#freeLanes, cap - ofTool);
    if (lanes === 0) return;
    // Where nothing is scarce a list in order is one long call: nobody can come between its items.
    const alone = inOrder && this.#freeLanes === Number.POSITIVE_INFINITY && cap === Number.POSITIVE_INFINITY;
    const calls = alone ? task.callsLeft : lanes;
    task.startMs ??= this.#now;
    task.callsLeft -= calls;
    task.callsRunning += calls;
    this.#freeLanes -= lanes;
    this.#ofTool.set(tool, ofTool + lanes);
    const lengthMs = alone ? calls * callMs : callMs;
    this.#running.push({ task, calls, lanes, finishMs: this.#now + lengthMs });
  }

  #endBatch(batch: Batch): void {
    const { task, calls } = batch;
    this.#freeLanesOf(batch);
    task.callsRunning -= calls;
    if (task.callsRunning + task.callsLeft === 0) this.#end(task);
    else if (task.work.inOrder) this.#queue(task);
  }

  #freeLanesOf({ task, lanes }: Batch): void {
    const { tool } = task.work;
    this.#freeLanes += lanes;
    this.#ofTool.set(tool, this.#ofTool.get(tool)! - lanes);
  }

  #end(task: Task, losesTo?: string): void {
    const { id } = task.work;
    task.ended = { startMs: task.startMs ?? this.#now, finishMs: this.#now, ...(losesTo && { losesTo }) };
    this.#schedule.actions.set(id, task.ended);
    this.#schedule.makespanMs = this.#now;
    this.#untold.push(task);
  }

  /** Tells successors, and decides races, until nothing more follows from what has happened by now. */
  #tellAll(): void {
    while (this.#untold.length > 0 || this.#undecided.size > 0) {
      for (let task = this.#untold.pop(); task !== undefined; task = this.#untold.pop()) this.#tellSuccessors(task);
      const join = this.#innermost();
      if (join === undefined) continue;
      this.#undecided.delete(join);
      this.#decideRace(join);
    }
  }

  /** Of the races that can be decided at this instant the one that others may hang on. */
  #innermost(): Task | undefined {
    let first: Task | undefined;
    for (const join of this.#undecided) if (first === undefined || join.position < first.position) first = join;
    return first;
  }

  #tellSuccessors(task: Task): void {
    for (const id of this.#problem.graph.successors(task.work.id)) {
      const successor = this.#tasks.get(id)!;
      successor.waitsFor--;
      if (this.#problem.raceBefore(id) !== undefined) this.#undecided.add(successor);
      else if (successor.waitsFor === 0) this.#begin(successor);
    }
  }

  #decideRace(join: Task): void {
    if (join.begun || join.ended !== undefined) return;
    const { id } = join.work;
    const race = this.#problem.raceBefore(id)!;
    if (race.firstWins && !this.#schedule.winners.has(id)) {
      const winner = race.candidates.find((candidate) => this.#hasWon(candidate));
      if (winner !== undefined) this.#crown(id, winner, race);
    }
    if (join.waitsFor === 0) this.#begin(join);
  }

  #hasWon(candidate: string): boolean {
    const { ended } = this.#tasks.get(candidate)!;
    return ended !== undefined && ended.losesTo === undefined;
  }

  #crown(join: string, winner: string, race: Race): void {
    this.#schedule.winners.set(join, winner);
    for (const member of race.members) {
      const task = this.#tasks.get(member)!;
      if (task.ended === undefined) this.#cancel(task, winner);
    }
  }

  #cancel(task: Task, winner: string): void {
    const at = this.#waiting.indexOf(task);
    if (at >= 0) this.#waiting.splice(at, 1);
    for (const batch of this.#running) if (batch.task === task) this.#freeLanesOf(batch);
    this.#running = this.#running.filter((batch) => batch.task !== task);
    this.#end(task, winner);
  }
}
