/** From the cells of a row to a record, saying what is wrong with those that are not what they should be. */
import type { z } from 'zod';
import type { RecordKind } from '../records.ts';
import { dateReader } from './dates.ts';
import { fieldSchemas, fieldType } from './fields.ts';
import type { ColumnMap, FieldMap } from './map.ts';

/** A cell that could not be used. */
export interface CellProblem {
  field: string;
  /** `not a number`, `not a date (M/D/YY)`, `empty`, or what the field's rule says. */
  reason: string;
  text: string;
  /** Whether the record is refused for it, or just goes without the field. */
  effect: 'rejected' | 'left_empty';
}

export interface ConvertedRecord {
  /** Absent when a required field is bad. */
  record?: Record<string, unknown>;
  problems: CellProblem[];
}

export type RecordConverter = (row: readonly string[]) => ConvertedRecord;

type Cell = { value: unknown } | { reason: string; text: string } | undefined;

/** Checks and rules are worked out once, not for each row. */
export function recordConverter(
  kind: RecordKind,
  fields: ColumnMap['records'][number]['fields'],
  columns: readonly string[],
): RecordConverter {
  const schemas = fieldSchemas(kind);
  const readers = Object.entries(fields).map(([name, field]) => {
    const schema = schemas[name]!;
    return {
      name,
      read: cellReader(field, schema, columns),
      required: field.required === true || !schema.isOptional(),
    };
  });
  return (row) => {
    const record: Record<string, unknown> = {};
    const problems: CellProblem[] = [];
    for (const { name, read, required } of readers) {
      const cell = read(row);
      const effect = required ? 'rejected' : 'left_empty';
      if (cell === undefined) {
        if (required) problems.push({ field: name, reason: 'empty', text: '', effect });
      } else if ('value' in cell) record[name] = cell.value;
      else problems.push({ field: name, ...cell, effect });
    }
    const rejected = problems.some(({ effect }) => effect === 'rejected');
    return rejected ? { problems } : { record, problems };
  };
}

/** Undefined stands for nothing: an empty cell without a default. */
function cellReader(field: FieldMap, schema: z.ZodType, columns: readonly string[]): (row: readonly string[]) => Cell {
  if (field.constant !== undefined) {
    const value = schema.parse(field.constant);
    return () => ({ value });
  }
  const text = textReader(field, columns);
  const convert = converter(field, schema);
  const empty = new Set(field.empty);
  return (row) => {
    const found = text(row);
    if (found === '' || empty.has(found)) return field.default === undefined ? undefined : { value: field.default };
    const converted = convert(found);
    if ('reason' in converted) return { reason: converted.reason, text: found };
    const checked = schema.safeParse(converted.value);
    return checked.success ? { value: checked.data } : { reason: checked.error.issues[0]!.message, text: found };
  };
}

function textReader({ column, columns: several, join }: FieldMap, columns: readonly string[]) {
  if (several === undefined) {
    const index = columns.indexOf(column!);
    return (row: readonly string[]) => row[index]!.trim();
  }
  const indexes = several.map((name) => columns.indexOf(name));
  return (row: readonly string[]) =>
    indexes
      .map((index) => row[index]!.trim())
      .filter((part) => part !== '')
      .join(join);
}

type Converted = { value: unknown } | { reason: string };

function converter(field: FieldMap, schema: z.ZodType): (text: string) => Converted {
  if (field.values !== undefined) {
    const values = new Map(Object.entries(field.values));
    return (text) => (values.has(text) ? { value: values.get(text) } : { reason: 'not among the values of the map' });
  }
  switch (fieldType(schema)) {
    case 'number':
      return numberConverter(field);
    case 'date':
      return dateConverter(field.formats ?? ['YYYY-MM-DD']);
    default:
      return (text) => ({ value: text });
  }
}

function dateConverter(formats: readonly string[]): (text: string) => Converted {
  const read = dateReader(formats);
  const reason = `not a date (${formats.join(' or ')})`;
  return (text) => {
    const value = read(text);
    return value === undefined ? { reason } : { value };
  };
}

const PLAIN_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function numberConverter({ decimal, thousands }: FieldMap): (text: string) => Converted {
  const grouped = thousands === undefined ? undefined : groupedNumber(thousands, decimal);
  return (text) => {
    const ungrouped = grouped?.test(text) ? text.replaceAll(thousands!, '') : text;
    const plain = decimal === ',' ? ungrouped.replace('.', '?').replace(',', '.') : ungrouped;
    const value = PLAIN_NUMBER.test(plain) ? Number(plain) : Number.NaN;
    return Number.isFinite(value) ? { value } : { reason: 'not a number' };
  };
}

/** Groups of three digits, as 1,234,567.8. */
function groupedNumber(thousands: string, decimal: string): RegExp {
  const [group, point] = [thousands, decimal].map((mark) => `\\${mark}`.replace('\\ ', ' ').replace("\\'", "'"));
  return new RegExp(`^[+-]?\\d{1,3}(${group}\\d{3})+(${point}\\d*)?$`);
}
