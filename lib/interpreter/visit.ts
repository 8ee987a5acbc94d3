/** One visit to a state, from its StateEntered event to its StateExited event. */
import type { StateDefinition } from '../asl/definition.ts';
import { MAX_PAYLOAD_BYTES } from '../asl/limits.ts';
import type { Json } from '../core/json.ts';
import { mapValues } from '../core/json.ts';
import { dataLimitError, placed, StatesError } from './errors.ts';
import type { HistoryEventDetails, HistoryEventType, Trail } from './history.ts';
import { isLongerThan, NOT_TRUNCATED, textOf } from './payload.ts';
import type { StateResumption } from './redrive.ts';
import { timestampOf } from './timestamp.ts';
import type { Children, Finished, QueryLanguage, Run, Scope, StateVisit } from './types.ts';

export class Visit implements StateVisit {
  readonly run: Run;
  readonly scope: Scope;
  readonly name: string;
  readonly state: StateDefinition;
  readonly input: Json;
  readonly enteredId: number;
  readonly language: QueryLanguage;
  readonly #enteredTime: string;
  retryCount: number | undefined;
  children: Children | undefined;
  resumption: StateResumption | undefined;
  isDecided = false;

  /** Enters the state. */
  constructor(run: Run, scope: Scope, name: string, state: StateDefinition, input: Json, resumption?: StateResumption) {
    this.run = run;
    this.scope = scope;
    this.name = name;
    this.state = state;
    this.input = input;
    this.resumption = resumption;
    this.language = run.languages[state.QueryLanguage ?? run.definition.QueryLanguage ?? 'JSONPath'];
    this.#enteredTime = timestampOf(run.clock.now());
    scope.visit = this;
    if (resumption !== undefined) {
      this.enteredId = resumption.enteredId;
      scope.last = resumption.enteredId;
      return;
    }
    const stateEnteredEventDetails = { name, input: textOf(input), inputDetails: NOT_TRUNCATED };
    this.enteredId = this.tell(`${state.Type}StateEntered`, { stateEnteredEventDetails });
  }

  tell(type: HistoryEventType, details?: HistoryEventDetails): number {
    return this.run.history.add(this.scope, type, details);
  }

  tellBeside(type: HistoryEventType, details?: HistoryEventDetails): void {
    this.run.history.addBeside(this.scope, type, details);
  }

  context(item = this.scope.item): { [key: string]: Json } {
    const State: { [key: string]: Json } = { EnteredTime: this.#enteredTime, Name: this.name };
    if (this.retryCount !== undefined) State['RetryCount'] = this.retryCount;
    return { ...this.run.context, State, ...(item !== undefined && { Map: { Item: { ...item } } }) };
  }

  failure(thrown: unknown, trail: Trail = this.scope): StatesError {
    trail.signal.throwIfAborted();
    if (!(thrown instanceof StatesError)) throw thrown;
    const { location } = thrown.options;
    if (location === undefined) return thrown;
    const error = placed(thrown, this.name, this.enteredId);
    const evaluationFailedEventDetails = { ...error.details, location, state: this.name };
    this.run.history.add(trail, 'EvaluationFailed', { evaluationFailedEventDetails });
    return error.seenFromOutside();
  }

  placed(error: StatesError): StatesError {
    return placed(error, this.name, this.enteredId);
  }

  exit({ output, assigned }: Finished): Json {
    const text = textOf(output);
    if (isLongerThan(text, MAX_PAYLOAD_BYTES)) throw dataLimitError(this.name, true);
    if (assigned !== undefined) this.scope.variables.assign(assigned, this.name);
    const stateExitedEventDetails = {
      name: this.name,
      output: text,
      outputDetails: NOT_TRUNCATED,
      ...(assigned !== undefined && {
        assignedVariables: mapValues(assigned, textOf),
        assignedVariablesDetails: NOT_TRUNCATED,
      }),
    };
    this.tell(`${this.state.Type as Exclude<StateDefinition['Type'], 'Fail'>}StateExited`, { stateExitedEventDetails });
    this.scope.visit = undefined;
    return output;
  }
}
