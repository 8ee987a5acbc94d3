/**
 * States in JSONPath: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html . They stand
 * beside states in JSONata in one machine.
 */
import type { StateDefinition } from '../../asl/definition.ts';
import { isJsonObject, type Json } from '../../core/json.ts';
import { runtimeError } from '../errors.ts';
import { textOf } from '../payload.ts';
import { parseTimestamp } from '../timestamp.ts';
import type { Finished, QueryLanguage, StateVisit } from '../types.ts';
import { type Rule, ruleHolds } from './choice-rules.ts';
import { stepsOf } from './path.ts';
import { type Data, fill, value } from './values.ts';

/** The fields that only states in JSONPath have. */
type Fields = { [field: string]: Json | undefined };

export const jsonpathLanguage: QueryLanguage = {
  taskArguments: async (state, visit) => effectiveInput(fieldsOf(state), visit),

  branchInput: async (state, visit) => effectiveInput(fieldsOf(state), visit),

  async mapItems(state, visit) {
    const fields = fieldsOf(state);
    const data = { visit, value: inputOf(fields, visit) };
    const items = value(text(fields['ItemsPath']) ?? '$', 'ItemsPath', data);
    if (!Array.isArray(items)) {
      const path = text(fields['ItemsPath']) ?? '$';
      throw visit.placed(runtimeError(`Reference path "${path}" must point to array.`));
    }
    const selector = fields['ItemSelector'] ?? fields['Parameters'];
    return {
      items,
      input: async (index) => {
        const item = { Index: index, Value: items[index]! };
        return selector === undefined ? item.Value : fill(selector, { ...data, item });
      },
    };
  },

  async number(state, field, visit) {
    const fields = fieldsOf(state);
    const path = text(fields[`${field}Path`]);
    if (path === undefined) return fields[field] as number | undefined;
    const found = value(path, `${field}Path`, { visit, value: inputOf(fields, visit) });
    if (Number.isInteger(found) && Number(found) >= 0) return Number(found);
    const shown = typeof found === 'string' ? found : textOf(found);
    throw visit.placed(
      runtimeError(`The ${field}Path field refers to value "${shown}" which is not a valid integer: ${path}`),
    );
  },

  async wait(state, visit) {
    const fields = fieldsOf(state);
    const data = { visit, value: inputOf(fields, visit) };
    const secondsPath = text(fields['SecondsPath']);
    if (secondsPath !== undefined) return 1000 * secondsAt(secondsPath, data);
    if (typeof fields['Seconds'] === 'number') return 1000 * fields['Seconds'];
    const path = text(fields['TimestampPath']);
    const found = path === undefined ? fields['Timestamp']! : value(path, 'TimestampPath', data);
    const time = typeof found === 'string' ? parseTimestamp(found) : undefined;
    if (time !== undefined) return Math.max(0, time - visit.run.clock.now());
    const shown = typeof found === 'string' ? found : textOf(found);
    throw visit.placed(
      runtimeError(
        `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${shown}`,
      ),
    );
  },

  async choose(state, visit) {
    const fields = fieldsOf(state);
    const data = { visit, value: inputOf(fields, visit) };
    const output = atPath(fields['OutputPath'], 'OutputPath', data);
    for (const rule of state.Choices) {
      const ruleFields = rule as unknown as Rule;
      if (ruleHolds(ruleFields, data)) return { output, ...assignment(ruleFields, data), next: rule.Next };
    }
    if (state.Default === undefined) {
      throw visit.placed(
        runtimeError('Failed to transition out of the state. The state does not point to a next state.'),
      );
    }
    return { output, ...assignment(fields, data), next: state.Default };
  },

  async failure(state, visit) {
    const fields = fieldsOf(state);
    const data = { visit, value: visit.input };
    const read = (field: string) => {
      const path = text(fields[`${field}Path`]);
      const found = path === undefined ? fields[field] : value(path, `${field}Path`, data);
      if (found === undefined || typeof found === 'string') return found;
      throw visit.placed(runtimeError(`The ${field}Path field must refer to a string: ${path} == ${textOf(found)}`));
    };
    return { error: read('Error'), cause: read('Cause') };
  },

  async finish(state: StateDefinition, visit, result) {
    const fields = fieldsOf(state);
    if (state.Type === 'Pass') {
      const given = fields['Result'] ?? effectiveInput(fields, visit);
      return finished(fields, visit, given, { visit, value: given });
    }
    if (result === undefined) {
      const data = { visit, value: inputOf(fields, visit) };
      return { output: atPath(fields['OutputPath'], 'OutputPath', data), ...assignment(fields, data) };
    }
    const data = { visit, value: result };
    const selector = fields['ResultSelector'];
    return finished(fields, visit, selector === undefined ? result : fill(selector, data), data);
  },

  async caught(catcher, _, error, visit) {
    const fields = catcher as unknown as Fields;
    const output: Json = error.output as Json;
    return { output: placedAt(fields['ResultPath'], visit, output), ...assignment(fields, { visit, value: output }) };
  },
};

function fieldsOf(state: object): Fields {
  return state as Fields;
}

function text(field: Json | undefined): string | undefined {
  return typeof field === 'string' ? field : undefined;
}

/** `null` as a path stands for an empty object. */
function atPath(path: Json | undefined, field: string, data: Data): Json {
  if (path === undefined) return data.value;
  return path === null ? {} : value(String(path), field, data);
}

function inputOf(fields: Fields, visit: StateVisit): Json {
  return atPath(fields['InputPath'], 'InputPath', { visit, value: visit.input });
}

function effectiveInput(fields: Fields, visit: StateVisit): Json {
  const input = inputOf(fields, visit);
  const template = fields['Parameters'];
  return template === undefined ? input : fill(template, { visit, value: input });
}

/** `seen` is what `$` stands for in Assign. */
function finished(fields: Fields, visit: StateVisit, result: Json, seen: Data): Finished {
  const whole = placedAt(fields['ResultPath'], visit, result);
  const output = atPath(fields['OutputPath'], 'OutputPath', { visit, value: whole });
  return { output, ...assignment(fields, seen) };
}

function assignment({ Assign }: Fields, data: Data): { assigned?: Record<string, Json> } {
  return isJsonObject(Assign) ? { assigned: fill(Assign, data) as Record<string, Json> } : {};
}

/** The state's input with the result put in at a path: all of it by default, nothing of it for `null`. */
function placedAt(path: Json | undefined, visit: StateVisit, result: Json): Json {
  if (path === null) return visit.input;
  if (path === undefined || path === '$') return result;
  const names = stepsOf(String(path)).map((step) => {
    if (step.kind === 'names' && step.names.length === 1) return step.names[0]!;
    if (step.kind === 'indices' && step.indices.length === 1) return step.indices[0]!;
    throw visit.placed(runtimeError(`ResultPath must be a reference path: ${path}`));
  });
  return put(visit.input, names, result, () =>
    visit.placed(runtimeError(`Unable to apply ResultPath: ${path} to input ${textOf(visit.input)}`)),
  );
}

function put(into: Json | undefined, [name, ...rest]: (string | number)[], result: Json, wrong: () => Error): Json {
  if (name === undefined) return result;
  if (typeof name === 'number') {
    if (!Array.isArray(into) || name >= into.length) throw wrong();
    return into.with(name, put(into[name], rest, result, wrong));
  }
  if (into !== undefined && !isJsonObject(into)) throw wrong();
  const inner = into !== undefined && Object.hasOwn(into, name) ? into[name] : undefined;
  return Object.fromEntries([...Object.entries(into ?? {}), [name, put(inner, rest, result, wrong)]]);
}

function secondsAt(path: string, data: Data): number {
  const found = value(path, 'SecondsPath', data);
  const shown = `${path} == ${textOf(found)}`;
  if (!Number.isInteger(found)) {
    throw data.visit.placed(runtimeError(`The SecondsPath parameter cannot be parsed as a long value: ${shown}`));
  }
  if (Number(found) < 0) {
    throw data.visit.placed(runtimeError(`The SecondsPath parameter references a negative value: ${shown}`));
  }
  return Number(found);
}
