/** From an accepted plan to a state machine: the list of passes. */
import { createHash } from 'node:crypto';
import type { MachineDefinition } from '../asl/definition.ts';
import type { JsonObject } from '../core/json.ts';
import { blocksOf } from './blocks.ts';
import { Emission } from './emit/emission.ts';
import { keptRecord } from './emit/literals.ts';
import { scopeOf } from './emit/sequence.ts';
import type { PreparedPlan } from './prepare.ts';
import type { Resumption } from './resumption.ts';
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
  /** Of a run that is resumed: its id, and the records that are referred to. */
  run_id?: string;
  done?: JsonObject;
}

export interface CompileOptions {
  type: MachineType;
  inputs?: JsonObject;
  /** What the machine's name begins with. */
  prefix?: string;
  resume?: Resumption;
  /**
   * Where the records of the actions are to be found. In the `output`: needed where there is no history, as of Express
   * machines, for which it is the default. In the `history`: outputs carry only what later states use.
   */
  recordsIn?: 'output' | 'history';
}

export const DEFAULT_PREFIX = 'stepweave-';

/** Pure: the same plan gives the same bytes. */
export function compilePlan(plan: PreparedPlan, options: CompileOptions): CompiledPlan {
  const { type, inputs = {}, prefix = DEFAULT_PREFIX, resume } = options;
  const recordsIn = options.recordsIn ?? (type === 'EXPRESS' ? 'output' : 'history');
  const kept = new Set(resume?.kept.keys());
  const blocks = blocksOf(plan, kept);
  const { structures, concurrency } = structureBlocks(plan, blocks);
  const races = [...blocks.keys()].filter((join) => join !== undefined);
  const emission = new Emission(plan, {
    races,
    concurrency,
    isResumed: resume !== undefined,
    recordsInOutput: recordsIn === 'output',
  });
  const machine = scopeOf(structures.get(undefined)!, {
    records: new Map(Array.from(kept, (id) => [id, keptRecord(id)])),
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
  const input: ExecutionInput = {
    inputs,
    actions: emission.literals.all(),
    ...(resume && { run_id: resume.runId, done: recordsFor(plan, resume) }),
  };
  return { name: nameOf(definition, type, prefix), type, definition, input, states: emission.states };
}

/** The records that the actions still to run refer to, as `emit/records.ts` has them. */
function recordsFor({ actions, dependencies }: PreparedPlan, { kept }: Resumption): JsonObject {
  const left = actions.filter(({ id }) => !kept.has(id));
  const required = new Set(left.flatMap(({ id }) => dependencies.requires.get(id)!).filter((id) => kept.has(id)));
  return Object.fromEntries(
    Array.from(required, (id) => {
      const { result, endedAt } = kept.get(id)!;
      return [id, { ...(result !== undefined && { r: result }), t: [null, 0, endedAt] }];
    }),
  );
}

function nameOf(definition: MachineDefinition, type: MachineType, prefix: string): string {
  const hash = createHash('sha256').update(type).update(JSON.stringify(definition)).digest('hex');
  return `${prefix}${hash.slice(0, 32)}`;
}
