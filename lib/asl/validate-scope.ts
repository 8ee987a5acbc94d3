/** What the checks of one definition share. */
import type { Diagnostics } from './validate-diagnostics.ts';
import type { Expressions } from './validate-expressions.ts';

export type QueryLanguage = 'JSONPath' | 'JSONata';

/** A state machine inside the definition: the whole, a branch of a Parallel, or the processor of a Map. */
export interface FoundMachine {
  definition: Record<string, unknown>;
  /** Empty for the whole. */
  location: string;
  kind: 'machine' | 'branch' | 'processor';
  /** The machine around it, and the state of that machine that it is a part of. */
  parent?: { machine: FoundMachine; state: string };
}

/** What holds for all states of one machine. */
export interface Scope {
  readonly diagnostics: Diagnostics;
  readonly expressions: Expressions;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** The language of the whole definition. A Parallel's or a Map's own does not reach the states inside it. */
  readonly machineLanguage: QueryLanguage;
  /** Takes note of a machine inside a state, to be checked in its turn: no definition is so deep that it overflows the stack. */
  nested(definition: Record<string, unknown>, location: string, kind: 'branch' | 'processor'): void;
}

/** What holds for the fields of one state. */
export interface StateScope extends Scope {
  readonly stateType: string;
  readonly language: QueryLanguage;
}

/** Checks one value; `location` is where it stands. */
export type Check = (value: unknown, location: string, scope: StateScope) => void;

/**
 * The language that a `QueryLanguage` field stands for: JSONPath is only what is written exactly so, anything else that
 * is not absent counts as JSONata, also where it is reported. As measured on AWS: https://github.com/floci-io/floci/issues/2968
 */
export function languageOf(field: unknown, inherited: QueryLanguage): QueryLanguage {
  if (field === undefined) return inherited;
  return field === 'JSONPath' ? 'JSONPath' : 'JSONata';
}
