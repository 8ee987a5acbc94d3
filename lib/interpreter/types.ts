/** The parts of an execution as they see one another. */
import type {
  Catcher,
  ChoiceState,
  FailState,
  MachineDefinition,
  MapState,
  ParallelState,
  StateDefinition,
  TaskState,
  WaitState,
} from '../asl/definition.ts';
import type { Clock } from '../core/clock.ts';
import type { Json } from '../core/json.ts';
import type { StatesError } from './errors.ts';
import type { History, HistoryEventDetails, HistoryEventType, Trail } from './history.ts';
import type { Evaluator } from './jsonata/evaluator.ts';
import type { MachineResumption, StateResumption } from './redrive.ts';
import type { TaskService } from './tasks.ts';
import type { Variables } from './variables.ts';

/** What all parts of one execution share. */
export interface Run {
  readonly definition: MachineDefinition;
  readonly history: History;
  readonly tasks: TaskService;
  readonly clock: Clock;
  readonly random: () => number;
  readonly evaluator: Evaluator;
  readonly languages: { readonly JSONata: QueryLanguage; readonly JSONPath: QueryLanguage };
  /** What is the same in `$states.context` for every state. */
  readonly context: { readonly Execution: Json; readonly StateMachine: Json };
  /** Of the machine's ARN; events of tasks show it. */
  readonly region: string;
  /** Awaited between states: now and then timers and signals are heard, however long states follow one another. */
  breathe(signal: AbortSignal): Promise<void>;
  /** Runs a machine, a branch or an iteration from its start, or where an earlier run of it ended. */
  runMachine(machine: MachineDefinition, input: Json, scope: Scope, resumption?: MachineResumption): Promise<Json>;
}

/** `$states.context.Map.Item`. */
export interface MapItem {
  Index: number;
  Value: Json;
}

/** Where a machine, a branch or an iteration runs. */
export interface Scope extends Trail {
  readonly variables: Variables;
  readonly item: MapItem | undefined;
  /** The state that has been entered and not left. */
  visit: StateVisit | undefined;
}

/** The branches or iterations that a state has running. */
export interface Children {
  /** In their order; undefined once one has ended. */
  scopes: readonly (Scope | undefined)[];
  /** Told after the states inside it were. */
  aborted?: (index: number) => void;
}

/** One visit to a state, from its StateEntered event to its StateExited event. */
export interface StateVisit {
  readonly run: Run;
  readonly scope: Scope;
  readonly name: string;
  readonly state: StateDefinition;
  readonly input: Json;
  readonly enteredId: number;
  readonly language: QueryLanguage;
  /** How often it was tried again; only of a state that can be. */
  retryCount: number | undefined;
  children: Children | undefined;
  /** What an earlier run of this visit has done; the first attempt goes on from there. */
  resumption: StateResumption | undefined;
  /** Whether its events have said that it succeeded or failed. */
  isDecided: boolean;
  /** Adds an event to its trail and gives its id. */
  tell(type: HistoryEventType, details?: HistoryEventDetails): number;
  /** The same for an event that the next one does not follow. */
  tellBeside(type: HistoryEventType, details?: HistoryEventDetails): void;
  /** `$states.context`; a Map's ItemSelector sees the item that it is evaluated for. */
  context(item?: MapItem): { [key: string]: Json };
  /** What was thrown, as an error of this state; an expression's is told on the trail. Rethrows what is no such error. */
  failure(thrown: unknown, trail?: Trail): StatesError;
  /** An error of the state itself, with its place. */
  placed(error: StatesError): StatesError;
  /** Leaves the state; gives its output. */
  exit(finished: Finished): Json;
}

/** What a state leaves behind. */
export interface Finished {
  output: Json;
  /** What its Assign sets, all at once. */
  assigned?: Record<string, Json>;
}

/** Where a state leads: its output, and the next state if there is one. */
export interface Transition {
  output: Json;
  next: string | undefined;
}

export type NumberField =
  | 'TimeoutSeconds'
  | 'HeartbeatSeconds'
  | 'MaxConcurrency'
  | 'ToleratedFailureCount'
  | 'ToleratedFailurePercentage';

/** The elements of a Map. */
export interface MapItems {
  items: readonly Json[];
  /** The input of one iteration. */
  input(index: number): Promise<Json>;
}

/** What the two query languages of states do differently: how a state's fields become values. */
export interface QueryLanguage {
  /** What a Task hands to its Resource. */
  taskArguments(state: TaskState, visit: StateVisit): Promise<Json>;
  /** What each branch of a Parallel begins with. */
  branchInput(state: ParallelState, visit: StateVisit): Promise<Json>;
  mapItems(state: MapState, visit: StateVisit): Promise<MapItems>;
  /** A field that is a number, or undefined where the state has none. */
  number(state: TaskState | MapState, field: NumberField, visit: StateVisit): Promise<number | undefined>;
  /** Milliseconds to wait from now; not below 0. */
  wait(state: WaitState, visit: StateVisit): Promise<number>;
  /** The first rule that holds, or the default. Throws where there is neither. */
  choose(state: ChoiceState, visit: StateVisit): Promise<Finished & { next: string }>;
  /** Of a Fail. */
  failure(state: FailState, visit: StateVisit): Promise<{ error: string | undefined; cause: string | undefined }>;
  /** Output and variables of a state that succeeded; `result` is that of a Task, Parallel or Map. */
  finish(state: StateDefinition, visit: StateVisit, result?: Json): Promise<Finished>;
  /** The same after its `index`-th Catch has caught an error. */
  caught(catcher: Catcher, index: number, error: StatesError, visit: StateVisit): Promise<Finished>;
}
