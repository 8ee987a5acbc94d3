/** A column map: which records the rows of a CSV file are, and from which column each field comes. */
import { z } from 'zod';
import { type Issue, IssuesError } from '../../core/issues.ts';
import { preview } from '../../core/json.ts';
import { issuesOf } from '../../core/zod-issues.ts';
import { type RecordKind, recordSchemas } from '../records.ts';
import { formatProblem } from './dates.ts';
import { fieldSchemas, fieldType } from './fields.ts';

const fieldMapSchema = z.strictObject({
  column: z.string().min(1).optional().describe('Name of the column, as in the header of the file.'),
  columns: z.array(z.string().min(1)).min(2).optional().describe('Instead of column: several, joined by `join`.'),
  join: z.string().default(' '),
  constant: z.union([z.string(), z.number()]).optional().describe('Instead of a column: the same value in every row.'),
  formats: z.array(z.string().min(1)).min(1).optional().describe('Formats of a date. Default: YYYY-MM-DD.'),
  decimal: z.enum(['.', ',']).default('.').describe('Decimal mark of a number.'),
  thousands: z.enum([',', '.', ' ', "'"]).optional().describe('Mark between thousands of a number. Default: none.'),
  values: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .optional()
    .describe('Text of the file to value.'),
  empty: z.array(z.string()).optional().describe('Texts that stand for nothing, as "N/A".'),
  default: z.union([z.string(), z.number()]).optional().describe('Value where there is nothing.'),
  required: z.boolean().optional().describe('Refuse records without this field even if it is optional.'),
  note: z.string().optional().describe('For readers of the map.'),
});

const kinds = Object.keys(recordSchemas) as [RecordKind, ...RecordKind[]];

export const columnMapSchema = z.strictObject({
  description: z.string().optional(),
  delimiter: z.string().length(1).default(','),
  encoding: z.enum(['utf8', 'latin1']).default('utf8'),
  records: z
    .array(
      z.strictObject({
        kind: z.enum(kinds),
        fields: z.record(z.string(), z.union([z.string().transform(asColumn), fieldMapSchema])),
      }),
    )
    .min(1)
    .describe('Each row of the file gives one record of each of these kinds.'),
});

export type ColumnMap = z.infer<typeof columnMapSchema>;
export type FieldMap = z.infer<typeof fieldMapSchema>;

/** A field given as just the name of its column. */
function asColumn(column: string): z.infer<typeof fieldMapSchema> {
  return { column, join: ' ', decimal: '.' };
}

/** The map, or every problem of it at once. */
export function parseColumnMap(map: unknown): ColumnMap {
  const parsed = columnMapSchema.safeParse(map);
  if (parsed.success) return parsed.data;
  const issues = issuesOf(parsed.error, { schema: columnMapSchema, value: map });
  throw new IssuesError('invalid_column_map', 'The column map', issues);
}

/** Checks the map against the records' fields and the file's columns; throws every problem at once. */
export function checkColumnMap(map: ColumnMap, columns: readonly string[]): void {
  const issues = map.records.flatMap(({ kind, fields }, index) => [
    ...missingFields(kind, Object.keys(fields), `records[${index}].fields`),
    ...Object.entries(fields).flatMap(([name, field]) =>
      fieldIssues(kind, name, field, columns, `records[${index}].fields.${name}`),
    ),
  ]);
  if (issues.length > 0) throw new IssuesError('invalid_column_map', 'The column map', issues);
}

function missingFields(kind: RecordKind, mapped: readonly string[], path: string): Issue[] {
  return Object.entries(fieldSchemas(kind))
    .filter(([name, schema]) => !schema.isOptional() && !mapped.includes(name))
    .map(([name]) => ({
      code: 'missing_field',
      path,
      message: `a ${kind} needs ${name}`,
      hint: `map ${name} to a column, or give it a constant`,
    }));
}

function fieldIssues(
  kind: RecordKind,
  name: string,
  field: FieldMap,
  columns: readonly string[],
  path: string,
): Issue[] {
  const schema = fieldSchemas(kind)[name];
  if (schema === undefined) {
    const allowed = Object.keys(fieldSchemas(kind)).join(', ');
    return [{ code: 'unknown_field', path, message: `a ${kind} has no field ${preview(name)}`, allowed }];
  }
  const type = fieldType(schema);
  const issues: Issue[] = [...sourceIssues(field, columns, path)];
  if (field.formats !== undefined && type !== 'date')
    issues.push(misplaced(`${path}.formats`, 'formats', 'a date', type));
  if (field.thousands !== undefined && type !== 'number') {
    issues.push(misplaced(`${path}.thousands`, 'thousands', 'a number', type));
  }
  if (field.thousands === field.decimal) {
    issues.push({
      code: 'ambiguous_number',
      path,
      message: 'decimal and thousands are the same mark',
      got: field.decimal,
    });
  }
  for (const format of field.formats ?? []) {
    const message = formatProblem(format);
    if (message !== undefined)
      issues.push({ code: 'invalid_format', path: `${path}.formats`, message, got: preview(format) });
  }
  const given: [string, string | number | undefined][] = [
    ['constant', field.constant],
    ['default', field.default],
    ...Object.entries(field.values ?? {}).map(([text, value]): [string, string | number] => [
      `values[${preview(text)}]`,
      value,
    ]),
  ];
  for (const [where, value] of given) {
    const message = value === undefined ? undefined : schema.safeParse(value).error?.issues[0]?.message;
    if (message !== undefined)
      issues.push({ code: 'invalid_value', path: `${path}.${where}`, message, got: preview(value) });
  }
  return issues;
}

function sourceIssues(
  { column, columns: several, constant }: FieldMap,
  columns: readonly string[],
  path: string,
): Issue[] {
  const given = [column, several, constant].filter((source) => source !== undefined).length;
  if (given !== 1) {
    const allowed = 'column, columns, constant';
    return [
      { code: 'ambiguous_source', path, message: 'a field comes from exactly one source', got: `${given}`, allowed },
    ];
  }
  const named = column === undefined ? (several ?? []) : [column];
  return named
    .filter((name) => !columns.includes(name))
    .map((name) => ({
      code: 'unknown_column',
      path,
      message: `the file has no column ${preview(name)}`,
      allowed: columns.map((one) => JSON.stringify(one)).join(', '),
    }));
}

function misplaced(path: string, option: string, wants: string, type: string): Issue {
  return { code: 'misplaced_option', path, message: `${option} is for ${wants}; this field is a ${type}` };
}
