/** JSON for people: what fits a line stands on one line, the rest is broken up and indented. */
import type { Json } from '../../core/json.ts';

const INDENT = 2;
/** Deeper values are not looked into. */
const MOST_LEVELS = 40;

/**
 * The lines of a value; only a long string or name makes one longer than `width`. The first line stands after `lead`
 * columns of something else.
 */
export function* jsonLines(value: Json, width: number, lead = 0): Generator<string> {
  const flat = inline(value, width - lead);
  if (flat === undefined) yield* broken(value, width, '', '', 0);
  else yield flat;
}

function* broken(value: Json, width: number, before: string, after: string, level: number): Generator<string> {
  const indent = ' '.repeat(level * INDENT);
  const room = level === 0 ? 0 : width - indent.length - before.length - after.length;
  const flat = inline(value, room);
  if (flat !== undefined || value === null || typeof value !== 'object') {
    yield indent + before + (flat ?? JSON.stringify(value)) + after;
    return;
  }
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (level >= MOST_LEVELS) {
    yield `${indent}${before}${open} ... ${close}${after}`;
    return;
  }
  yield indent + before + open;
  const parts = Array.isArray(value)
    ? value.map((part) => ['', part] as const)
    : Object.entries(value).map(([key, part]) => [`${JSON.stringify(key)}: `, part] as const);
  for (const [index, [key, part]] of parts.entries()) {
    yield* broken(part, width, key, index < parts.length - 1 ? ',' : '', level + 1);
  }
  yield indent + close + after;
}

/** The value on one line; undefined as soon as that would be longer than `room` characters. */
function inline(value: Json, room: number): string | undefined {
  if (value === null || typeof value !== 'object') {
    if (typeof value === 'string' && value.length > room) return undefined;
    const text = JSON.stringify(value);
    return text.length <= room ? text : undefined;
  }
  if (room < 2) return undefined;
  const isList = Array.isArray(value);
  const keys = isList ? value.keys() : Object.keys(value);
  let text = '';
  for (const key of keys) {
    const start = `${text === '' ? '' : ', '}${isList ? '' : `${JSON.stringify(key)}: `}`;
    const part = inline((value as Record<string | number, Json>)[key]!, room - text.length - start.length - 2);
    if (part === undefined) return undefined;
    text += start + part;
  }
  if (text === '') return isList ? '[]' : '{}';
  const whole = isList ? `[${text}]` : `{ ${text} }`;
  return whole.length <= room ? whole : undefined;
}
