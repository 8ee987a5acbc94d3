/** One state by itself: its fields, and which of them go together. */
import { isJsonObject } from '../core/json.ts';
import { languageOf, type QueryLanguage, type Scope, type StateScope } from './validate-scope.ts';
import { STATE_TYPES, type StateType } from './validate-state-types.ts';
import { checkRequired } from './validate-values.ts';

const TYPES = Object.keys(STATE_TYPES);

/** Checks one state by itself; where its transitions lead is checked elsewhere. */
export function checkState(state: unknown, location: string, scope: Scope): void {
  const { diagnostics, machineLanguage } = scope;
  if (!isJsonObject(state)) return diagnostics.schema('Expected value of type [OBJECT]', location);
  const stateType = state['Type'];
  const type =
    typeof stateType === 'string' && Object.hasOwn(STATE_TYPES, stateType) ? STATE_TYPES[stateType] : undefined;
  if (stateType === undefined) return checkRequired(state, ['Type'], location, scope);
  if (typeof stateType !== 'string' || type === undefined) {
    return diagnostics.schema(`Value should be one of the following: [${TYPES.join(', ')}]`, `${location}/Type`);
  }
  const language = languageOf(state['QueryLanguage'], machineLanguage);
  checkStateFields(state, type, location, { ...scope, stateType, language });
}

function checkStateFields(state: Record<string, unknown>, type: StateType, location: string, scope: StateScope): void {
  const { diagnostics, language, machineLanguage } = scope;
  const isDowngrade = language === 'JSONPath' && machineLanguage === 'JSONata';
  if (isDowngrade) {
    diagnostics.schema("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", location);
  }
  const other: QueryLanguage = language === 'JSONata' ? 'JSONPath' : 'JSONata';
  const fields = { ...type.fields, ...type[language] };
  for (const [name, value] of Object.entries(state)) {
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (check !== undefined) check(value, `${location}/${name}`, scope);
    else if (!Object.hasOwn(type[other], name)) diagnostics.schema(`Field '${name}' is not supported`, location);
    else if (!isDowngrade) diagnostics.schema(wrongLanguage(name, language, other), location);
  }
  checkRequired(state, type.required, location, scope);
  checkAlternatives(state, type, location, scope);
}

function wrongLanguage(name: string, language: QueryLanguage, other: QueryLanguage): string {
  return `The QueryLanguage is set to '${language}', but field '${name}' is only supported for the '${other}' QueryLanguage`;
}

function checkAlternatives(state: Record<string, unknown>, type: StateType, location: string, scope: StateScope): void {
  const { diagnostics } = scope;
  const there = (names: readonly string[]) => names.filter((name) => state[name] !== undefined);
  const demand = (names: readonly string[]) =>
    diagnostics.schema(`Exactly one of these fields is required: [${names.join(', ')}]`, location);
  const alternatives = type.oneOf?.filter(
    (name) => !Object.hasOwn(scope.language === 'JSONata' ? type.JSONPath : {}, name),
  );
  if (alternatives !== undefined && there(alternatives).length !== 1) demand(alternatives);
  if ('Next' in type.fields && (state['Next'] !== undefined) === (state['End'] === true)) demand(['Next', 'End']);
  for (const name of ['TimeoutSeconds', 'HeartbeatSeconds', 'MaxConcurrency', 'Error', 'Cause']) {
    const both = [name, `${name}Path`];
    if (there(both).length > 1)
      diagnostics.schema(`Only one of these fields is allowed: [${both.join(', ')}]`, location);
  }
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    diagnostics.schema('HeartbeatSeconds must be smaller than TimeoutSeconds', `${location}/HeartbeatSeconds`);
  }
}
