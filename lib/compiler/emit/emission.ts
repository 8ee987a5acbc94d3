/** What the writing of one definition shares: the plan, its literals, and the names that are given. */
import { JSONATA_FUNCTIONS } from '../../asl/expression.ts';
import type { ResolvedAction } from '../../plan/resolve.ts';
import type { PreparedPlan } from '../prepare.ts';
import { Literals, runIdSource } from './literals.ts';
import type { RecordDetail } from './records.ts';

/** How an action stands to the failures and races of its plan. */
export interface Role {
  /** Its failure ends the run. */
  stopsRun: boolean;
  /** Its success ends a race. */
  wins: boolean;
}

/** Characters of all causes that outputs carry together: far from the limit of a payload. */
const ALL_CAUSES = 100_000;
const LONGEST_CAUSE = 4096;
const SHORTEST_CAUSE = 100;

export interface EmissionOptions {
  /** The joins whose race is a block. */
  races: readonly string[];
  /** How many items of a list run at once. */
  concurrency: ReadonlyMap<string, number>;
  isResumed: boolean;
  recordsInOutput: boolean;
}

export class Emission {
  readonly plan: PreparedPlan;
  readonly literals = new Literals();
  /** By Task state: the action. */
  readonly states: Record<string, string> = {};
  readonly stopsOnFailure: boolean;
  /** JSONata for the id of the run. */
  readonly runId: string;
  /** Whether outputs hold the records of all actions; else the history tells of them, and outputs hold what is used later. */
  readonly recordsInOutput: boolean;
  readonly #causeLength: number;
  /** By action: those whose states use its record. */
  readonly #users: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #actions: ReadonlyMap<string, ResolvedAction>;
  readonly #concurrency: ReadonlyMap<string, number>;
  readonly #winners: ReadonlySet<string>;
  /** Variables of actions, and of joins as they are named. */
  readonly #variables = new Map<string, string>();
  readonly #taken: Set<string>;
  #parallels = 0;
  #ends = 0;

  constructor(plan: PreparedPlan, { races, concurrency, isResumed, recordsInOutput }: EmissionOptions) {
    this.plan = plan;
    this.runId = runIdSource(isResumed);
    this.recordsInOutput = recordsInOutput;
    this.stopsOnFailure = plan.settings.on_failure === 'stop';
    this.#causeLength = Math.min(LONGEST_CAUSE, Math.max(SHORTEST_CAUSE, Math.floor(ALL_CAUSES / plan.actions.length)));
    this.#actions = new Map(plan.actions.map((action) => [action.id, action]));
    this.#concurrency = concurrency;
    this.#users = usersOf(plan);
    this.#winners = new Set(races.flatMap((join) => plan.races.before(join)!.candidates));
    this.#taken = new Set([...JSONATA_FUNCTIONS, 'states', ...plan.actions.map(({ outputKey }) => outputKey)]);
    for (const { id } of plan.actions) {
      if (!JSONATA_FUNCTIONS.has(id)) this.#taken.add(id);
    }
    for (const { id } of plan.actions) this.#variables.set(id, JSONATA_FUNCTIONS.has(id) ? this.#unused(id) : id);
  }

  action(id: string): ResolvedAction {
    return this.#actions.get(id)!;
  }

  requiredBy({ id }: ResolvedAction): ResolvedAction[] {
    return this.plan.dependencies.requires.get(id)!.map((other) => this.action(other));
  }

  roleOf({ id }: ResolvedAction): Role {
    const inRace = this.plan.races.joinOf(id) !== undefined;
    return { stopsRun: this.stopsOnFailure && !inRace, wins: this.#winners.has(id) };
  }

  /** Whether a state of an action outside these uses its record, or the output is to have it in any case. */
  isUsedOutside(id: string, ids: ReadonlySet<string>): boolean {
    return this.recordsInOutput || [...this.#users.get(id)!].some((user) => !ids.has(user));
  }

  detailOf({ id, forEach }: ResolvedAction): RecordDetail {
    const users = Array.from(this.#users.get(id)!, (user) => this.action(user));
    const joins = users.filter(({ action }) => action.join === 'any');
    return {
      isFull: this.recordsInOutput,
      isTimed: joins.length > 0,
      hasError: this.stopsOnFailure && joins.length > 0,
      causeLength: this.#causeLength,
      raises: this.#winners.has(id) || (this.stopsOnFailure && forEach !== undefined),
    };
  }

  concurrencyOf(id: string): number | undefined {
    return this.#concurrency.get(id);
  }

  /** The variable that holds the record of an action. */
  variableOf(id: string): string {
    return this.#variables.get(id)!;
  }

  /** A Parallel's name and the variable for what it joins. No two scopes use one name. */
  nextParallel(): { name: string; variable: string } {
    this.#parallels++;
    return { name: `Parallel ${this.#parallels}`, variable: this.#unused(`joined${this.#parallels}`) };
  }

  nextEnd(): string {
    this.#ends++;
    return `End ${this.#ends}`;
  }

  #unused(name: string): string {
    let unused = name;
    while (this.#taken.has(unused)) unused += '_';
    this.#taken.add(unused);
    return unused;
  }
}

/** Who requires an action; and under `stop` the join before whose race it runs, which asks who failed in it and why. */
function usersOf({ actions, dependencies, races, settings }: PreparedPlan): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>(actions.map(({ id }) => [id, new Set()]));
  for (const [id, required] of dependencies.requires) for (const other of required) users.get(other)!.add(id);
  if (settings.on_failure !== 'stop') return users;
  for (const { id } of actions) {
    for (const member of races.before(id)?.members ?? []) {
      for (const asked of [member, ...dependencies.requires.get(member)!]) users.get(asked)!.add(id);
    }
  }
  return users;
}
