/**
 * What an execution's own history says of how far it came, so that it can go on from there: states that were left keep
 * their results and variables, those that were entered and not left are run again.
 * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */
import type { MachineDefinition, StateDefinition } from '../asl/definition.ts';
import type { Json } from '../core/json.ts';
import type { HistoryEvent } from './history.ts';
import { fromText } from './payload.ts';
import { processorOf } from './processor.ts';

/** How far a machine, a branch or an iteration came. */
export type MachineResumption =
  | { kind: 'completed'; output: Json }
  | {
      kind: 'unfinished';
      variables: Record<string, Json>;
      /** The state to go on with, and its input. */
      next: string;
      input: Json;
      /** Set if that state had been entered. */
      state: StateResumption | undefined;
    };

export interface StateResumption {
  enteredId: number;
  /** Of a Parallel or a Map that had started: the event that says so, and how far each child came that had begun. */
  startedId?: number;
  children?: ReadonlyMap<number, MachineResumption>;
}

interface Visit {
  name: string;
  enteredId: number;
  input: string;
  /** Set once it was left. */
  output?: string;
  startedId?: number;
  children: Map<number, Trail>;
}

/** The events of a machine, a branch or an iteration. */
interface Trail {
  machine: MachineDefinition;
  outer: Trail | undefined;
  /** The state it was in at last. */
  visit: Visit | undefined;
  variables: Record<string, Json>;
}

/** Reads a whole history, that of earlier redrives included. */
export function readHistory(definition: MachineDefinition, events: readonly HistoryEvent[]): MachineResumption {
  const root: Trail = { machine: definition, outer: undefined, visit: undefined, variables: {} };
  const trails = new Map<number, Trail>([[0, root]]);
  const startedOf = new Map<number, Trail>();
  for (const event of events) {
    const before = trails.get(event.previousEventId) ?? root;
    trails.set(event.id, follow(event, before, startedOf));
  }
  const isTooLarge = events.at(-1)?.executionFailedEventDetails?.error === 'States.DataLimitExceeded';
  return (
    resumptionOf(root, isTooLarge) ?? {
      kind: 'unfinished',
      variables: {},
      next: definition.StartAt,
      input: inputOf(events),
      state: undefined,
    }
  );
}

function inputOf(events: readonly HistoryEvent[]): Json {
  return fromText(events[0]?.executionStartedEventDetails?.input ?? '{}');
}

/** Notes what an event says, and gives the trail that it belongs to. */
function follow(event: HistoryEvent, before: Trail, startedOf: Map<number, Trail>): Trail {
  const { type, id } = event;
  const entered = event.stateEnteredEventDetails;
  if (entered !== undefined) {
    const parallel = startedOf.get(event.previousEventId);
    const trail = parallel === undefined ? before : branchTrail(parallel, entered.name ?? '');
    trail.visit = {
      name: entered.name ?? '',
      enteredId: id,
      input: entered.input ?? 'null',
      children: new Map(),
    };
    return trail;
  }
  const exited = event.stateExitedEventDetails;
  if (exited !== undefined) {
    const trail = trailIn(exited.name, before);
    if (trail.visit !== undefined) trail.visit.output = exited.output ?? 'null';
    for (const [name, text] of Object.entries(exited.assignedVariables ?? {}))
      define(trail.variables, name, fromText(text ?? 'null'));
    return trail;
  }
  switch (type) {
    case 'ParallelStateStarted':
    case 'MapStateStarted':
      if (before.visit !== undefined) Object.assign(before.visit, { startedId: id, children: new Map() });
      startedOf.set(id, before);
      return before;
    case 'MapIterationStarted': {
      const state = stateOf(before);
      const machine = state?.Type === 'Map' ? processorOf(state) : before.machine;
      const child: Trail = { machine, outer: before, visit: undefined, variables: {} };
      before.visit?.children.set(event.mapIterationStartedEventDetails?.index ?? 0, child);
      return child;
    }
    default:
      return before;
  }
}

/** The nearest trail from here outward that is in this state: a Parallel's last event before it is left is that of a branch. */
function trailIn(state: string | undefined, from: Trail): Trail {
  let trail = from;
  while (trail.visit?.name !== state && trail.outer !== undefined) trail = trail.outer;
  return trail;
}

/** As an own property whatever its name. */
function define(target: Record<string, Json>, name: string, value: Json): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

/** The trail of the branch that begins with this state; state names are unique in a whole definition. */
function branchTrail(parallel: Trail, name: string): Trail {
  const state = stateOf(parallel);
  const branches = state?.Type === 'Parallel' ? state.Branches : [];
  const index = branches.findIndex((branch) => Object.hasOwn(branch.States, name));
  const child: Trail = {
    machine: branches[index] ?? parallel.machine,
    outer: parallel,
    visit: undefined,
    variables: {},
  };
  parallel.visit?.children.set(index, child);
  return child;
}

function stateOf({ machine, visit }: Trail): StateDefinition | undefined {
  return visit !== undefined && Object.hasOwn(machine.States, visit.name) ? machine.States[visit.name] : undefined;
}

function resumptionOf(trail: Trail, isTooLarge: boolean): MachineResumption | undefined {
  const { visit, variables } = trail;
  const state = stateOf(trail);
  if (visit === undefined || state === undefined) return undefined;
  if (visit.output !== undefined) {
    const output = fromText(visit.output);
    const next = 'Next' in state ? state.Next : undefined;
    if (next === undefined && state.Type !== 'Choice') return { kind: 'completed', output };
    // Left, and the next state not entered: only the last event that there may be comes between.
    if (next !== undefined) return { kind: 'unfinished', variables, next, input: output, state: undefined };
  }
  const children = childrenOf(visit, isTooLarge);
  const { startedId, enteredId } = visit;
  const started = children !== undefined && startedId !== undefined && { startedId, children };
  return {
    kind: 'unfinished',
    variables,
    next: visit.name,
    input: fromText(visit.input),
    state: visit.output === undefined ? { enteredId, ...started } : undefined,
  };
}

/** After results that were too large together, all of them are made again. */
function childrenOf(visit: Visit, isTooLarge: boolean): Map<number, MachineResumption> | undefined {
  const children = new Map<number, MachineResumption>();
  for (const [index, child] of visit.children) {
    const resumption = resumptionOf(child, isTooLarge);
    if (resumption !== undefined) children.set(index, resumption);
  }
  const isComplete = [...children.values()].every(({ kind }) => kind === 'completed');
  return children.size === 0 || (isComplete && isTooLarge) ? undefined : children;
}
