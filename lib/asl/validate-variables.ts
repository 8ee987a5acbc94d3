/** Workflow variables: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html */
import { isJsonObject } from '../core/json.ts';
import { MAX_NAME_LENGTH } from './limits.ts';
import type { Diagnostics } from './validate-diagnostics.ts';
import type { ReadableStates } from './validate-expressions.ts';
import type { Check, FoundMachine } from './validate-scope.ts';
import { object, template } from './validate-values.ts';

const NAME = /^\p{ID_Start}\p{ID_Continue}*$/u;

/** An `Assign`: names of variables with their values. */
export function assign(readable: ReadableStates): Check {
  return (value, location, scope) => {
    object(value, location, scope);
    if (!isJsonObject(value)) return;
    for (const key of Object.keys(value)) {
      const problem = nameProblem(variableOf(key, scope.language === 'JSONPath'));
      if (problem !== undefined) scope.diagnostics.schema(problem, `${location}/${key}`);
    }
    template(readable)(value, location, scope);
  };
}

function nameProblem(name: string): string | undefined {
  if (name === 'states') return "The variable name 'states' is reserved";
  if ([...name].length > MAX_NAME_LENGTH) return `A variable name has at most ${MAX_NAME_LENGTH} characters`;
  return NAME.test(name) ? undefined : `'${name}' is not a variable name: letters, digits and _, and a letter first`;
}

/** With JSONPath, `x.$` sets `x` to what a path selects. */
function variableOf(key: string, byPath: boolean): string {
  return byPath && key.endsWith('.$') ? key.slice(0, -2) : key;
}

/** A variable of a machine: the states that assign it, and the first place where. */
interface Assigned {
  states: Set<string>;
  location: string;
}

/**
 * A branch or iteration reads the variables around it; none of its own may have the name of one of them. What the Parallel
 * or Map itself assigns comes after them and does not count: recorded in LocalStack's test_error_output.snapshot.json.
 */
export function checkShadowing(machines: readonly FoundMachine[], diagnostics: Diagnostics): void {
  const variables = new Map(machines.map((machine) => [machine, assignedIn(machine)]));
  for (const machine of machines) {
    for (const [name, { location }] of variables.get(machine)!) {
      if (!isOuter(name, machine, variables)) continue;
      const message = `The variable name '${name}' was already defined in a parent scope.`;
      diagnostics.add('DUPLICATE_VARIABLE_NAME', message, location);
    }
  }
}

function isOuter(
  name: string,
  machine: FoundMachine,
  variables: ReadonlyMap<FoundMachine, ReadonlyMap<string, Assigned>>,
): boolean {
  for (let { parent } = machine; parent !== undefined; parent = parent.machine.parent) {
    const assigning = variables.get(parent.machine)?.get(name)?.states;
    if (assigning !== undefined && (assigning.size > 1 || !assigning.has(parent.state))) return true;
  }
  return false;
}

function assignedIn({ definition, location }: FoundMachine): Map<string, Assigned> {
  const found = new Map<string, Assigned>();
  for (const [name, state] of Object.entries(isJsonObject(definition['States']) ? definition['States'] : {})) {
    if (!isJsonObject(state)) continue;
    const at = `${location}/States/${name}`;
    addAssigned(name, state, at, found);
    for (const field of ['Choices', 'Catch']) {
      const entries = state[field];
      if (!Array.isArray(entries)) continue;
      for (const [index, entry] of entries.entries()) addAssigned(name, entry, `${at}/${field}[${index}]`, found);
    }
  }
  return found;
}

function addAssigned(state: string, owner: unknown, location: string, found: Map<string, Assigned>): void {
  const assigned = isJsonObject(owner) ? owner['Assign'] : undefined;
  if (!isJsonObject(assigned)) return;
  for (const key of Object.keys(assigned)) {
    const name = variableOf(key, true);
    const known = found.get(name);
    if (known !== undefined) known.states.add(state);
    else found.set(name, { states: new Set([state]), location: `${location}/Assign/${key}` });
  }
}
