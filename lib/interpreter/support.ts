/** What of the language the interpreter does not run; docs/asl-support.md tells what it does. */
import type { MachineDefinition, StateDefinition } from '../asl/definition.ts';
import type { Issue } from '../core/issues.ts';
import { processorOf } from './processor.ts';
import type { TaskService } from './tasks.ts';

/** Fields that only a distributed Map or another account needs. */
const UNSUPPORTED_FIELDS = ['Credentials', 'ItemReader', 'ItemBatcher', 'ResultWriter'];

/** The states of a valid definition that cannot be run with these tasks, each by its name with the reason. */
export function unsupportedStates(definition: MachineDefinition, tasks: TaskService): Issue[] {
  const issues: Issue[] = [];
  const report = (code: string, path: string, message: string) => void issues.push({ code, path, message });
  const machines = [{ machine: definition, path: '' }];
  // The list grows while it is walked.
  for (const { machine, path } of machines) {
    for (const [name, state] of Object.entries(machine.States)) {
      const at = `${path}/States/${name}`;
      for (const field of UNSUPPORTED_FIELDS) {
        if (field in state)
          report('unsupported_field', `${at}/${field}`, `'${field}' of the state '${name}' is not supported`);
      }
      if (state.Type === 'Task' && !tasks.supports(state.Resource)) {
        const message = `'${state.Resource}', which the state '${name}' calls, is not supported`;
        report('unsupported_resource', `${at}/Resource`, message);
      }
      if (isDistributed(state))
        report('unsupported_mode', at, `the Map '${name}' is distributed, which is not supported`);
      machines.push(...inside(state).map((inner, index) => ({ machine: inner, path: `${at}[${index}]` })));
    }
  }
  return issues;
}

function isDistributed(state: StateDefinition): boolean {
  if (state.Type !== 'Map') return false;
  const { ProcessorConfig } = processorOf(state) as { ProcessorConfig?: { Mode?: string } };
  return ProcessorConfig?.Mode === 'DISTRIBUTED';
}

function inside(state: StateDefinition): MachineDefinition[] {
  if (state.Type === 'Parallel') return state.Branches;
  return state.Type === 'Map' ? [processorOf(state)] : [];
}
