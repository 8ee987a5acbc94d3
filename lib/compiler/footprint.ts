/**
 * What a state machine does on the way of success, read from its definition: every condition holds, every call succeeds, and
 * a race is won by whoever is estimated to be first. Exact for a plan without races; of a race, the losers count as if they
 * had come as far as the winner; only those that succeed at the very same instant get a state further.
 */
import type { Catcher, MachineDefinition, MapState, ParallelState, StateDefinition } from '../asl/definition.ts';
import { MAX_INLINE_MAP_CONCURRENCY } from '../asl/limits.ts';
import type { CompiledPlan } from './compile.ts';
import { WON } from './emit/race.ts';
import { callMs, itemsOf } from './estimates.ts';
import type { PreparedPlan } from './prepare.ts';

export interface Footprint {
  /** States entered: what Standard bills. */
  transitions: number;
  /** In the history of a Standard execution. */
  events: number;
  /** How long the calls take, as the machine orders them. */
  ms: number;
}

/** Events on the way of success. */
export const EVENTS = {
  /** ExecutionStarted and ExecutionSucceeded. */
  execution: 2,
  /** Entered, scheduled, started, succeeded, exited. */
  task: 5,
  /** Of a Parallel or a Map: entered, started, succeeded (or failed, and caught), exited. */
  join: 4,
  /** Started, succeeded. */
  iteration: 2,
  /** Entered, exited. */
  other: 2,
  /** Entered. */
  fail: 1,
} as const;

/** A list whose length only the run can tell counts as one item. */
export function footprintOf({ definition, states }: CompiledPlan, { actions }: PreparedPlan): Footprint {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const actionOf = (state: string) => byId.get(states[state]!)!;
  const way = new Walk({
    msOf: (state) => (actionOf(state).action.mode === 'fire_and_forget' ? 0 : callMs(actionOf(state))),
    itemsIn: (state) => itemsOf(actionOf(state)) ?? 1,
  }).through(definition);
  return { transitions: way.transitions, events: way.events + EVENTS.execution, ms: way.ms };
}

/** What is known of the calls. States are Tasks by name. */
interface Calls {
  msOf(state: string): number;
  /** How often the Map around it runs it. */
  itemsIn(state: string): number;
}

interface Way extends Footprint {
  /** Whether it ends by winning the race around it. */
  wins: boolean;
}

class Walk {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** From the first state to where the machine ends or wins a race. */
  through({ StartAt, States }: MachineDefinition): Way {
    const way: Way = { transitions: 0, events: 0, ms: 0, wins: false };
    for (let name: string | undefined = StartAt; name !== undefined && !way.wins; name = nextOnSuccess(States[name]!)) {
      const step = this.#visit(name, States[name]!);
      way.transitions += step.transitions;
      way.events += step.events;
      way.ms += step.ms;
      way.wins = step.wins;
    }
    return way;
  }

  #visit(name: string, state: StateDefinition): Way {
    switch (state.Type) {
      case 'Task':
        return { transitions: 1, events: EVENTS.task, ms: this.#calls.msOf(name), wins: false };
      case 'Map':
        return this.#map(state);
      case 'Parallel':
        return this.#parallel(state);
      case 'Fail':
        // Only one of those that could win comes so far: see the race.
        return { transitions: 0, events: 0, ms: 0, wins: true };
      default:
        return { transitions: 1, events: EVENTS.other, ms: 0, wins: false };
    }
  }

  #map({ ItemProcessor, MaxConcurrency }: MapState): Way {
    const one = this.through(ItemProcessor);
    const items = this.#calls.itemsIn(ItemProcessor.StartAt);
    const atOnce = Math.min(concurrencyOf(MaxConcurrency) || MAX_INLINE_MAP_CONCURRENCY, MAX_INLINE_MAP_CONCURRENCY);
    return {
      transitions: 1 + items * one.transitions,
      events: EVENTS.join + items * (EVENTS.iteration + one.events),
      ms: Math.ceil(items / atOnce) * one.ms,
      wins: false,
    };
  }

  #parallel(state: ParallelState): Way {
    const branches = state.Branches.map((branch) => this.through(branch));
    const winners = branches.filter(({ wins }) => wins);
    const isRace = catcherOfRace(state) !== undefined;
    const sum = { transitions: 1, events: EVENTS.join, ms: 0, wins: winners.length > 0 && !isRace };
    for (const { transitions, events, ms } of branches) {
      sum.transitions += transitions;
      sum.events += events;
      sum.ms = Math.max(sum.ms, ms);
    }
    if (winners.length > 0) sum.ms = Math.min(...winners.map(({ ms }) => ms));
    if (isRace && winners.length > 0) {
      sum.transitions += 1;
      sum.events += EVENTS.fail;
    }
    return sum;
  }
}

/** The state after one that succeeds; after a race, that which its winner leads to. */
export function nextOnSuccess(state: StateDefinition): string | undefined {
  switch (state.Type) {
    case 'Parallel':
      return catcherOfRace(state)?.Next ?? state.Next;
    case 'Choice':
      return state.Default; // after a list that may win its race: no item failed
    case 'Succeed':
    case 'Fail':
      return undefined;
    default:
      return state.Next;
  }
}

function catcherOfRace({ Catch = [] }: ParallelState): Catcher | undefined {
  return Catch.find(({ ErrorEquals }) => ErrorEquals.includes(WON));
}

/** Where a guard stands in it, it is written `guard?number`. */
function concurrencyOf(written: number | string | undefined): number {
  return typeof written === 'string' ? Number(/\?(\d+) %\}$/.exec(written)?.[1] ?? 0) : (written ?? 0);
}
