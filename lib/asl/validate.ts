/**
 * Validation of a state machine's definition, as ValidateStateMachineDefinition and CreateStateMachine do it. The rules
 * and the wording are AWS's where they are known (docs/local-step-functions.md tells from where).
 *
 * The npm package asl-validator is not used: it refuses definitions that AWS accepts (an empty text, a line break or a
 * plain number in a template, a field of the payload that is called `Next`), and compiles its schemas for each call.
 */
import { messageOf } from '../core/errors.ts';
import { isJsonObject, jsonBytes, nestedDeeperThan } from '../core/json.ts';
import type { MachineDefinition } from './definition.ts';
import { MAX_DEFINITION_BYTES, MAX_NAME_LENGTH } from './limits.ts';
import { type Diagnostic, Diagnostics } from './validate-diagnostics.ts';
import { Expressions } from './validate-expressions.ts';
import { checkFlow, checkUniqueNames } from './validate-flow.ts';
import { type FoundMachine, languageOf, type Scope, type StateScope } from './validate-scope.ts';
import { checkState } from './validate-states.ts';
import { checkFields, checkRequired, type Fields, integer, object, oneOf, text } from './validate-values.ts';
import { checkShadowing } from './validate-variables.ts';

export type { Diagnostic } from './validate-diagnostics.ts';

export interface ValidateOptions {
  /** Express machines support less. STANDARD if not given. */
  type?: 'STANDARD' | 'EXPRESS';
}

/** Levels of lists and objects within each other: far more than a definition has, and far from what overflows the stack. */
const MAX_DEPTH = 500;
/** A year, as for any execution. */
const MAX_TIMEOUT_SECONDS = 99_999_999;

/** Everything that is wrong with a definition; nothing if AWS would accept it. Does not change the document. */
export function validateDefinition(document: unknown, { type = 'STANDARD' }: ValidateOptions = {}): Diagnostic[] {
  const diagnostics = new Diagnostics();
  if (!isJsonObject(document)) diagnostics.add('SCHEMA_VALIDATION_FAILED', 'Definition must be a valid JSON object');
  else if (nestedDeeperThan(document, MAX_DEPTH)) {
    diagnostics.add('SCHEMA_VALIDATION_FAILED', `The definition is nested deeper than ${MAX_DEPTH} levels`);
  } else if (jsonBytes(document) > MAX_DEFINITION_BYTES) diagnostics.add('SCHEMA_VALIDATION_FAILED', tooLarge());
  else checkDefinition(document, type, diagnostics);
  return diagnostics.all;
}

/** The same for a definition as the API takes it, as JSON text; the definition too if it is valid. */
export function parseDefinition(
  json: string,
  options: ValidateOptions = {},
): { definition?: MachineDefinition; diagnostics: Diagnostic[] } {
  if (json.trim() === '') return { diagnostics: validateDefinition(undefined) };
  if (Buffer.byteLength(json) > MAX_DEFINITION_BYTES) {
    return { diagnostics: [{ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message: tooLarge() }] };
  }
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch (thrown) {
    return { diagnostics: [{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message: messageOf(thrown) }] };
  }
  const diagnostics = validateDefinition(document, options);
  const isValid = diagnostics.every(({ severity }) => severity !== 'ERROR');
  // The passes have looked at every field of it.
  return { ...(isValid && { definition: document as unknown as MachineDefinition }), diagnostics };
}

function tooLarge(): string {
  return `The definition is larger than ${MAX_DEFINITION_BYTES} bytes`;
}

function checkDefinition(
  document: Record<string, unknown>,
  type: 'STANDARD' | 'EXPRESS',
  diagnostics: Diagnostics,
): void {
  const machines = checkMachines(document, type, diagnostics);
  checkUniqueNames(machines, diagnostics);
  for (const machine of machines) checkFlow(machine, diagnostics);
  checkShadowing(machines, diagnostics);
}

/** Checks each machine by itself, the outer ones before those inside them. */
function checkMachines(
  document: Record<string, unknown>,
  type: 'STANDARD' | 'EXPRESS',
  diagnostics: Diagnostics,
): FoundMachine[] {
  const machines: FoundMachine[] = [{ definition: document, location: '', kind: 'machine' }];
  const shared = {
    diagnostics,
    expressions: new Expressions(),
    type,
    machineLanguage: languageOf(document['QueryLanguage'], 'JSONPath'),
  };
  // The list grows while it is walked.
  for (const machine of machines) {
    const nestedIn = (state: string) => ({
      ...shared,
      nested: ((definition, location, kind) =>
        void machines.push({ definition, location, kind, parent: { machine, state } })) satisfies Scope['nested'],
    });
    checkMachine(machine, nestedIn);
  }
  return machines;
}

const BRANCH: Fields = { Comment: text, StartAt: text, States: object };
const FIELDS: Record<FoundMachine['kind'], Fields> = {
  machine: {
    ...BRANCH,
    Version: text,
    QueryLanguage: oneOf('JSONPath', 'JSONata'),
    TimeoutSeconds: integer(1, MAX_TIMEOUT_SECONDS),
  },
  branch: BRANCH,
  processor: {
    ...BRANCH,
    ProcessorConfig: (value, location, scope) => checkFields(value, PROCESSOR_CONFIG, [], location, scope),
  },
};
const PROCESSOR_CONFIG: Fields = { Mode: oneOf('INLINE', 'DISTRIBUTED'), ExecutionType: oneOf('STANDARD', 'EXPRESS') };

function checkMachine({ definition, location, kind }: FoundMachine, scopeOf: (state: string) => Scope): void {
  // A machine's own fields hold neither expressions nor machines.
  const scope: StateScope = { ...scopeOf(''), stateType: '', language: 'JSONPath' };
  checkFields(definition, FIELDS[kind], [], location, scope);
  checkRequired(definition, ['States', 'StartAt'], location, scope);
  const states = definition['States'];
  if (!isJsonObject(states)) return;
  if (Object.keys(states).length === 0) scope.diagnostics.schema('Minimum length is 1', `${location}/States`);
  for (const [name, state] of Object.entries(states)) {
    const at = `${location}/States/${name}`;
    if (name === '' || [...name].length > MAX_NAME_LENGTH) {
      scope.diagnostics.schema(`A state's name has 1 to ${MAX_NAME_LENGTH} characters`, at);
    }
    checkState(state, at, scopeOf(name));
  }
}
