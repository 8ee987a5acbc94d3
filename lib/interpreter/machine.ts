/** The loop that goes from state to state. */
import type { MachineDefinition, StateDefinition } from '../asl/definition.ts';
import type { Json } from '../core/json.ts';
import { runtimeError } from './errors.ts';
import type { MachineResumption, StateResumption } from './redrive.ts';
import { runChoice } from './states/choice.ts';
import { runFail } from './states/fail.ts';
import { runMap } from './states/map.ts';
import { runParallel } from './states/parallel.ts';
import { runPass } from './states/pass.ts';
import { runSucceed } from './states/succeed.ts';
import { runTask } from './states/task.ts';
import { runWait } from './states/wait.ts';
import type { Run, Scope, StateVisit, Transition } from './types.ts';
import { Visit } from './visit.ts';

/** Runs a machine to its end and gives its output. Throws the StatesError of a state that failed. */
export async function runMachine(
  run: Run,
  machine: MachineDefinition,
  input: Json,
  scope: Scope,
  resumption?: MachineResumption,
): Promise<Json> {
  if (resumption?.kind === 'completed') return resumption.output;
  let transition: Transition = { output: input, next: machine.StartAt };
  let resumed: StateResumption | undefined;
  if (resumption !== undefined) {
    scope.variables.assign(resumption.variables, resumption.next);
    transition = { output: resumption.input, next: resumption.next };
    resumed = resumption.state;
  }
  while (transition.next !== undefined) {
    const name: string = transition.next;
    const state = Object.hasOwn(machine.States, name) ? machine.States[name] : undefined;
    if (state === undefined) throw runtimeError(`There is no state '${name}'.`);
    const visit = new Visit(run, scope, name, state, transition.output, resumed);
    resumed = undefined;
    transition = await runState(state, visit);
    await run.breathe(scope.signal);
  }
  scope.variables.release();
  return transition.output;
}

async function runState(state: StateDefinition, visit: StateVisit): Promise<Transition> {
  switch (state.Type) {
    case 'Task':
      return runTask(state, visit);
    case 'Parallel':
      return runParallel(state, visit);
    case 'Map':
      return runMap(state, visit);
    case 'Pass':
      return runPass(state, visit);
    case 'Choice':
      return runChoice(state, visit);
    case 'Wait':
      return runWait(state, visit);
    case 'Succeed':
      return runSucceed(state, visit);
    case 'Fail':
      return runFail(state, visit);
  }
}
