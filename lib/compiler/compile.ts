/** From an accepted plan to a state machine: the list of passes. */
import { createHash } from 'node:crypto';
import type { MachineDefinition } from '../asl/definition.ts';
import type { JsonObject } from '../core/json.ts';
import { blocksOf } from './blocks.ts';
import { Emission } from './emit/emission.ts';
import { scopeOf } from './emit/sequence.ts';
import type { PreparedPlan } from './prepare.ts';
import { structureBlocks } from './schedule.ts';

export type MachineType = 'EXPRESS' | 'STANDARD';

/** A plan as a state machine. */
export interface CompiledPlan {
  /** Prefix and hash of definition and type: the same shape has the same name. */
  name: string;
  type: MachineType;
  definition: MachineDefinition;
  /** Of the execution: the run's inputs, and the literals of the plan. */
  input: ExecutionInput;
  /** By Task state, the id of the action it runs. */
  states: Record<string, string>;
}

export interface ExecutionInput extends JsonObject {
  inputs: JsonObject;
  /** By action: its literals. */
  actions: JsonObject;
}

export interface CompileOptions {
  type: MachineType;
  inputs?: JsonObject;
  /** What the machine's name begins with. */
  prefix?: string;
}

export const DEFAULT_PREFIX = 'stepweave-';

/** Pure: the same plan gives the same bytes. */
export function compilePlan(
  plan: PreparedPlan,
  { type, inputs = {}, prefix = DEFAULT_PREFIX }: CompileOptions,
): CompiledPlan {
  const blocks = blocksOf(plan);
  const { structures, concurrency } = structureBlocks(plan, blocks);
  const races = [...blocks.keys()].filter((join) => join !== undefined);
  const emission = new Emission(plan, races, concurrency);
  const machine = scopeOf(structures.get(undefined)!, {
    records: new Map(),
    aroundInRace: [],
    emission,
    structureOfRace: (join) => structures.get(join)!,
  });
  const { timeout_seconds: timeout } = plan.settings;
  const definition: MachineDefinition = {
    QueryLanguage: 'JSONata',
    ...(timeout !== undefined && { TimeoutSeconds: timeout }),
    ...machine,
  };
  const input = { inputs, actions: emission.literals.all() };
  return { name: nameOf(definition, type, prefix), type, definition, input, states: emission.states };
}

function nameOf(definition: MachineDefinition, type: MachineType, prefix: string): string {
  const hash = createHash('sha256').update(type).update(JSON.stringify(definition)).digest('hex');
  return `${prefix}${hash.slice(0, 32)}`;
}
