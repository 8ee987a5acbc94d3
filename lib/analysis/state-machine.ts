/** What a plan is as a state machine, and what a run of it costs. */
import type { MachineDefinition } from '../asl/definition.ts';
import { type CompiledPlan, compilePlan } from '../compiler/compile.ts';
import { footprintOf } from '../compiler/footprint.ts';
import { limitIssues } from '../compiler/limits.ts';
import type { PreparedPlan } from '../compiler/prepare.ts';
import { issueLine } from '../core/issues.ts';
import { type JsonObject, jsonBytes } from '../core/json.ts';
import type { Settings } from '../plan/schema.ts';
import type { Analysis } from './analysis.ts';
import { chooseEngine, machineTypeOf } from './engine-choice.ts';
import { expressPrice, standardPrice } from './price.ts';

export interface StateMachineOptions {
  /** The engine that is asked for; else the plan's own. */
  engine?: Settings['engine'];
  /** What `$inputs` stands for. */
  inputs?: JsonObject;
}

export interface StateMachineAnalysis
  extends Pick<Analysis, 'engine' | 'state_machine' | 'compiled_seconds' | 'price_per_run_usd'> {
  /** Of limits that the machine is over. */
  warnings: string[];
}

export function analyseStateMachine(plan: PreparedPlan, { engine, inputs }: StateMachineOptions): StateMachineAnalysis {
  const type = machineTypeOf(plan, engine);
  const compiled = compilePlan(plan, { type, ...(inputs && { inputs }) });
  const { transitions, events, ms } = footprintOf(compiled, plan);
  const definitionBytes = jsonBytes(compiled.definition);
  return {
    engine: chooseEngine(plan, engine),
    state_machine: { type, definition_bytes: definitionBytes, transitions, history_events: events },
    compiled_seconds: ms / 1000,
    price_per_run_usd: {
      standard: standardPrice(transitions),
      express: expressPrice({ ms, definitionBytes, ...carriedBy(compiled) }),
      direct: 0,
    },
    warnings: limitIssues(compiled, plan).map(issueLine),
  };
}

function carriedBy({ input, definition }: CompiledPlan): { dataBytes: number; joins: number } {
  return { dataBytes: jsonBytes(input), joins: joinsIn(definition) };
}

/** Parallels and Maps. */
function joinsIn({ States }: MachineDefinition): number {
  return Object.values(States).reduce((sum, state) => {
    if (state.Type === 'Map') return sum + 1;
    if (state.Type !== 'Parallel') return sum;
    return state.Branches.reduce((inner, branch) => inner + joinsIn(branch), sum + 1);
  }, 0);
}
