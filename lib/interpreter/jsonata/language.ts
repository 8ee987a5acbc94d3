/** States in JSONata: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html */

import type { Catcher, ChoiceState, Expressions, StateDefinition, WaitState } from '../../asl/definition.ts';
import type { Json } from '../../core/json.ts';
import { evaluationError, runtimeError, StatesError } from '../errors.ts';
import { textOf } from '../payload.ts';
import { parseTimestamp } from '../timestamp.ts';
import type { Finished, NumberField, QueryLanguage, StateVisit } from '../types.ts';
import { type Extra, expressionOf, resolve, typed, unexpectedType } from './fields.ts';

/** Seconds of any timeout or wait: https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html */
const MAX_SECONDS = 99_999_999;

/** The least and the most that a field may be. */
const RANGES: Record<NumberField | 'Seconds', [number, number]> = {
  Seconds: [0, MAX_SECONDS],
  TimeoutSeconds: [1, MAX_SECONDS],
  HeartbeatSeconds: [1, MAX_SECONDS],
  MaxConcurrency: [0, Number.MAX_SAFE_INTEGER],
  ToleratedFailureCount: [0, Number.MAX_SAFE_INTEGER],
  ToleratedFailurePercentage: [0, 100],
};

export const jsonataLanguage: QueryLanguage = {
  taskArguments: (state, visit) => orInput(state.Arguments, visit),

  branchInput: (state, visit) => orInput(state.Arguments, visit),

  async mapItems(state, visit) {
    const items = state.Items === undefined ? visit.input : await resolve(state.Items, 'Items', visit);
    if (!Array.isArray(items)) {
      if (state.Items !== undefined) throw unexpectedType(state.Items, 'Items', 'array', items);
      const error = evaluationError('Items', `Map state input must be an array but was: ${textOf(items)}`);
      throw new StatesError(error.name, error.reason, { ...error.options, isBeforeStart: true });
    }
    const { ItemSelector } = state;
    return {
      items,
      input: async (index) => {
        const item = { Index: index, Value: items[index]! };
        return ItemSelector === undefined ? item.Value : resolve(ItemSelector, 'ItemSelector', visit, { item });
      },
    };
  },

  async number(state, field, visit) {
    const value = (state as { [K in NumberField]?: number | string })[field];
    return value === undefined ? undefined : number(value, field, visit);
  },

  async wait(state: WaitState, visit) {
    if (state.Seconds !== undefined) return (await number(state.Seconds, 'Seconds', visit)) * 1000;
    const text = await typed(state.Timestamp ?? null, 'Timestamp', 'string', visit);
    const time = parseTimestamp(text);
    if (time === undefined) {
      const message = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`;
      throw evaluationError('Timestamp', message);
    }
    return Math.max(0, time - visit.run.clock.now());
  },

  async choose(state: ChoiceState, visit) {
    for (const [index, rule] of state.Choices.entries()) {
      const at = `Choices[${index}]`;
      if (!(await typed(rule.Condition, `${at}/Condition`, 'boolean', visit))) continue;
      return { ...(await finished(rule, `${at}/`, visit, visit.input)), next: rule.Next };
    }
    if (state.Default === undefined) {
      throw visit.placed(
        runtimeError('Failed to transition out of the state. The state does not point to a next state.'),
      );
    }
    return { ...(await finished(state, '', visit, visit.input)), next: state.Default };
  },

  async failure(state, visit) {
    return {
      error: await optionalText(state.Error, 'Error', visit),
      cause: await optionalText(state.Cause, 'Cause', visit),
    };
  },

  finish(state: StateDefinition, visit, result) {
    const fields = state as Outgoing;
    return finished(fields, '', visit, result ?? visit.input, result === undefined ? {} : { result });
  },

  caught(catcher: Catcher, index, error, visit) {
    const errorOutput = error.output;
    return finished(catcher, `Catch[${index}]/`, visit, errorOutput, { errorOutput });
  },
};

interface Outgoing {
  Output?: Expressions;
  Assign?: Record<string, Expressions>;
}

/** All is evaluated on what was there before: a variable's new value is seen from the next state on. */
async function finished(
  { Assign, Output }: Outgoing,
  at: string,
  visit: StateVisit,
  byDefault: Json,
  extra?: Extra,
): Promise<Finished> {
  const assigned = Assign && (await resolve(Assign, `${at}Assign`, visit, extra));
  const output = Output === undefined ? byDefault : await resolve(Output, `${at}Output`, visit, extra);
  return { output, ...(assigned !== undefined && { assigned: assigned as Record<string, Json> }) };
}

function orInput(value: Expressions | undefined, visit: StateVisit): Promise<Json> {
  return value === undefined ? Promise.resolve(visit.input) : resolve(value, 'Arguments', visit);
}

function optionalText(value: string | undefined, field: string, visit: StateVisit): Promise<string | undefined> {
  return value === undefined ? Promise.resolve(undefined) : typed(value, field, 'string', visit);
}

async function number(value: number | string, field: NumberField | 'Seconds', visit: StateVisit): Promise<number> {
  const result = await typed(value, field, 'number', visit);
  const [least, most] = RANGES[field];
  const isWhole = Number.isInteger(result) || field === 'ToleratedFailurePercentage';
  if (isWhole && result >= least && result <= most) return result;
  const allowed = `${isWhole ? 'a number' : 'an integer'} from ${least} to ${most}`;
  const subject = `The JSONata expression '${expressionOf(value) ?? value}' specified for the field '${field}'`;
  throw evaluationError(field, `${subject} returned ${result}, which is not ${allowed}.`);
}
