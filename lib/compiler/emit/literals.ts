/**
 * The literals of a plan: they travel in the input of the execution, and the definition only says where. So plans that differ
 * in literals alone have one definition, and nothing that a plan says becomes part of an expression.
 */
import type { Json } from '../../core/json.ts';

/** The input of the execution, as expressions find it in every state. */
export const EXECUTION_INPUT = '$states.context.Execution.Input';

/** The id of the run, of which the execution is named after; of a resumed one the id of the run it continues. */
export function runIdSource(isResumed: boolean): string {
  return isResumed ? `${EXECUTION_INPUT}.run_id` : '$states.context.Execution.Name';
}

/** The record of an action that an earlier execution of the run has ended. */
export function keptRecord(id: string): string {
  return `${EXECUTION_INPUT}.done.${id}`;
}

/** The fields of an action that may hold literals. */
export type LiteralField = 'input' | 'for_each' | 'fallback';

export class Literals {
  readonly #ofActions = new Map<string, Partial<Record<LiteralField, Json>>>();

  /** Takes a field that is one literal as a whole; returns the JSONata path to it. */
  whole(id: string, field: LiteralField, value: Json): string {
    this.#of(id)[field] = value;
    return `${EXECUTION_INPUT}.actions.${id}.${field}`;
  }

  /** Takes one of several literals of a field; returns the JSONata path to it. */
  part(id: string, field: LiteralField, value: Json): string {
    const fields = this.#of(id);
    const parts = (fields[field] ?? []) as Json[];
    parts.push(value);
    fields[field] = parts;
    return `${EXECUTION_INPUT}.actions.${id}.${field}[${parts.length - 1}]`;
  }

  /** By action and field, for the input of the execution. */
  all(): Record<string, Json> {
    return Object.fromEntries(this.#ofActions);
  }

  #of(id: string): Partial<Record<LiteralField, Json>> {
    let fields = this.#ofActions.get(id);
    if (fields === undefined) {
      fields = {};
      this.#ofActions.set(id, fields);
    }
    return fields;
  }
}
