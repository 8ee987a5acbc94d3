/** A state machine as a Mermaid flowchart. */
import type { MachineDefinition, StateDefinition } from '../asl/definition.ts';
import { nextOnSuccess } from '../compiler/footprint.ts';
import { label } from './mermaid-label.ts';

type Drawn = Exclude<StateDefinition['Type'], 'Parallel' | 'Map' | 'Succeed'>;

/** What stands around a label: it gives the node its shape. */
const SHAPES: Record<Drawn, readonly [string, string]> = {
  Task: ['["', '"]'],
  Choice: ['{"', '"}'],
  Pass: ['("', '")'],
  Wait: ['("', '")'],
  Fail: ['[["', '"]]'],
};

const SUCCESS = '-->';
const OTHERWISE = '-.->';

/**
 * One node per state, one subgraph per Parallel and Map with those of its branches inside. Solid arrows are the way of
 * success, dotted ones all others; where a Catch leads to no more than an end it is not drawn. Nodes are numbered and names
 * stand in quoted labels, so that none is taken for syntax.
 */
export function machineMermaid(definition: MachineDefinition): string {
  return ['flowchart TD', ...new Drawing().machine(definition, '  ')].join('\n');
}

class Drawing {
  #nodes = 0;

  /** The lines of a machine and all within it. */
  machine(machine: MachineDefinition, indent: string): string[] {
    const states = Object.entries(machine.States).filter(([, { Type }]) => Type !== 'Succeed');
    const nodes = new Map(states.map(([name]) => [name, `s${this.#nodes++}`]));
    const onWay = wayOfSuccess(machine);
    const arrows = states.flatMap(([from, state]) => {
      const next = onWay.has(from) ? nextOnSuccess(state) : undefined;
      return successorsOf(state)
        .filter((to) => nodes.has(to))
        .map((to) => `${indent}${nodes.get(from)} ${to === next ? SUCCESS : OTHERWISE} ${nodes.get(to)}`);
    });
    return [...states.flatMap(([name, state]) => this.#state(nodes.get(name)!, name, state, indent)), ...arrows];
  }

  #state(node: string, name: string, state: StateDefinition, indent: string): string[] {
    if (state.Type === 'Parallel') return this.#subgraph(node, name, state.Branches, indent);
    if (state.Type === 'Map') return this.#subgraph(node, `${name}, for each`, [state.ItemProcessor], indent);
    if (state.Type === 'Succeed') return [];
    const [open, close] = SHAPES[state.Type];
    return [`${indent}${node}${open}${label([name])}${close}`];
  }

  #subgraph(node: string, title: string, machines: readonly MachineDefinition[], indent: string): string[] {
    const inside = machines.flatMap((machine) => this.machine(machine, `${indent}  `));
    return [`${indent}subgraph ${node}["${label([title])}"]`, ...inside, `${indent}end`];
  }
}

function wayOfSuccess({ StartAt, States }: MachineDefinition): Set<string> {
  const way = new Set<string>();
  for (
    let name: string | undefined = StartAt;
    name !== undefined && !way.has(name);
    name = nextOnSuccess(States[name]!)
  )
    way.add(name);
  return way;
}

/** Where a state may go to, each once. */
function successorsOf(state: StateDefinition): string[] {
  const successors: (string | undefined)[] = [];
  if ('Next' in state) successors.push(state.Next);
  if (state.Type === 'Choice') successors.push(state.Default, ...state.Choices.map(({ Next }) => Next));
  if ('Catch' in state && state.Catch !== undefined) successors.push(...state.Catch.map(({ Next }) => Next));
  return [...new Set(successors.filter((name) => name !== undefined))];
}
