/** Values that a path, a variable, the context or an intrinsic function gives, and templates of them. */
import type { Json } from '../../core/json.ts';
import { runtimeError } from '../errors.ts';
import { textOf } from '../payload.ts';
import type { MapItem, StateVisit } from '../types.ts';
import { INTRINSICS } from './intrinsics.ts';
import { find } from './path.ts';

/** What `$` stands for. */
export interface Data {
  visit: StateVisit;
  value: Json;
  item?: MapItem;
}

/** The value of `text`, a path or a call; undefined where a path finds nothing. */
export function look(text: string, data: Data): Json | undefined {
  if (text.startsWith('States.')) return call(text, data);
  if (text.startsWith('$$')) return find(text.slice(1), data.visit.context(data.item));
  const [, name, rest] = /^\$([\p{ID_Start}_][\p{ID_Continue}]*)(.*)$/su.exec(text) ?? [];
  if (name === undefined) return find(text, data.value);
  const variable = data.visit.scope.variables.get(name);
  return variable === undefined ? undefined : find(`$${rest}`, variable);
}

/** The same where something must be found. `field` is for the message. */
export function value(text: string, field: string, data: Data): Json {
  let found: Json | undefined;
  try {
    found = look(text, data);
  } catch (thrown) {
    throw data.visit.placed(runtimeError(thrown instanceof Error ? thrown.message : String(thrown)));
  }
  if (found !== undefined) return found;
  const reason = `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${textOf(data.value)}'`;
  throw data.visit.placed(runtimeError(reason));
}

/** A template: of each field whose name ends in `.$` the value is looked up. */
export function fill(template: Json, data: Data): Json {
  if (Array.isArray(template)) return template.map((element) => fill(element, data));
  if (typeof template !== 'object' || template === null) return template;
  const entries = Object.entries(template).map(([key, inner]): [string, Json] => {
    if (!key.endsWith('.$') || typeof inner !== 'string') return [key, fill(inner, data)];
    return [key.slice(0, -2), value(inner, key, data)];
  });
  return Object.fromEntries(entries);
}

/** `States.Name(argument, …)`; arguments are texts in single quotes, numbers, constants, paths and other calls. */
function call(text: string, data: Data): Json {
  const open = text.indexOf('(');
  const name = text.slice('States.'.length, open);
  const intrinsic = INTRINSICS.get(name);
  if (open < 0 || !text.endsWith(')') || intrinsic === undefined) throw new Error(`'${text}' is no intrinsic function`);
  const args = split(text.slice(open + 1, -1)).map((argument) => argumentOf(argument, name, data));
  try {
    return intrinsic(...args);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The function '${text}' had the following error: ${message}`, { cause });
  }
}

function argumentOf(text: string, name: string, data: Data): Json {
  if (text.startsWith("'")) {
    const inner = text.slice(1, -1);
    // A template's own escapes are read together with its places.
    return name === 'Format' ? inner : inner.replace(/\\(.)/gs, '$1');
  }
  if (!text.startsWith('$') && !text.startsWith('States.')) return JSON.parse(text);
  const found = look(text, data);
  if (found === undefined)
    throw new Error(`The JSONPath argument '${text}' could not be found in the input '${textOf(data.value)}'`);
  return found;
}

/** The arguments of a call: commas inside quotes, brackets and parentheses do not separate. */
function split(text: string): string[] {
  const parts: string[] = [];
  let [depth, isQuoted, from] = [0, false, 0];
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (isQuoted) {
      if (character === '\\') at += 1;
      else if (character === "'") isQuoted = false;
    } else if (character === "'") isQuoted = true;
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  const last = text.slice(from).trim();
  return parts.length === 0 && last === '' ? [] : [...parts, last];
}
