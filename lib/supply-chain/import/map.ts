/** A column map: which records the rows of a CSV file are, and from which column each field comes. */
import * as z from 'zod';
import { type Issue, IssuesError } from '../../core/issues.ts';
import { isJsonObject, preview } from '../../core/json.ts';
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

const kindSchema = z.enum(Object.keys(recordSchemas) as [RecordKind, ...RecordKind[]]);
const fieldSchema = z.union([z.string().transform(asColumn), fieldMapSchema]);
const layout = {
  delimiter: z.string().length(1).default(','),
  encoding: z.enum(['utf8', 'latin1']).default('utf8'),
};
const layoutSchema = z.object(layout);

export const columnMapSchema = z.strictObject({
  description: z.string().optional(),
  ...layout,
  records: z
    .array(z.strictObject({ kind: kindSchema, fields: z.record(z.string(), fieldSchema) }))
    .min(1)
    .describe('Each row of the file gives one record of each of these kinds.'),
});

export type ColumnMap = z.infer<typeof columnMapSchema>;
export type FieldMap = z.infer<typeof fieldMapSchema>;
export type FileLayout = z.infer<typeof layoutSchema>;

/** A field given as just the name of its column. */
function asColumn(column: string): z.infer<typeof fieldMapSchema> {
  return { column, join: ' ', decimal: '.' };
}

/** How the file is to be read; throws every problem of the map if that cannot be told. */
export function parseLayout(map: unknown): FileLayout {
  const parsed = layoutSchema.safeParse(map);
  if (parsed.success) return parsed.data;
  throw refused(mapIssues(map, undefined));
}

/** The map, checked against the records' fields and the file's columns; throws every problem at once. */
export function parseColumnMap(map: unknown, columns: readonly string[]): ColumnMap {
  const parsed = columnMapSchema.safeParse(map);
  const issues = mapIssues(map, columns);
  if (parsed.success && issues.length === 0) return parsed.data;
  throw refused(issues);
}

function refused(issues: readonly Issue[]): IssuesError {
  return new IssuesError('invalid_column_map', 'The column map', issues);
}

/** What is wrong with the map's form comes first; what can be read of a broken one is checked all the same. */
function mapIssues(map: unknown, columns: readonly string[] | undefined): Issue[] {
  const parsed = columnMapSchema.safeParse(map);
  const ofForm = parsed.success ? [] : issuesOf(parsed.error, { schema: columnMapSchema, value: map });
  const records = isJsonObject(map) && Array.isArray(map['records']) ? map['records'] : [];
  return [...ofForm, ...records.flatMap((record, index) => recordIssues(record, columns, `records[${index}].fields`))];
}

function recordIssues(record: unknown, columns: readonly string[] | undefined, path: string): Issue[] {
  if (!isJsonObject(record) || !isJsonObject(record['fields'])) return [];
  const { fields } = record;
  const kind = kindSchema.safeParse(record['kind']).data;
  return [
    ...(kind === undefined ? [] : missingFields(kind, Object.keys(fields), path)),
    ...Object.entries(fields).flatMap(([name, value]) => {
      const field = fieldSchema.safeParse(value).data;
      return fieldIssues(kind, name, field, columns, `${path}.${name}`);
    }),
  ];
}

function missingFields(kind: RecordKind, mapped: readonly string[], path: string): Issue[] {
  return Object.entries(fieldSchemas(kind))
    .filter(([name, schema]) => !schema.isOptional() && !mapped.includes(name))
    .map(([name]) => ({
      code: 'missing_field',
      path,
      message: `${kind} records need ${name}`,
      hint: `map ${name} to a column, or give it a constant`,
    }));
}

/** `kind` and `field` are undefined where the map does not say them in a way that can be read. */
function fieldIssues(
  kind: RecordKind | undefined,
  name: string,
  field: FieldMap | undefined,
  columns: readonly string[] | undefined,
  path: string,
): Issue[] {
  const schemas = kind && new Map(Object.entries(fieldSchemas(kind)));
  const schema = schemas?.get(name);
  if (schemas !== undefined && schema === undefined) {
    const allowed = [...schemas.keys()].join(', ');
    return [{ code: 'unknown_field', path, message: `${kind} records have no field ${preview(name)}`, allowed }];
  }
  if (field === undefined) return [];
  return [
    ...sourceIssues(field, columns, path),
    ...(schema === undefined ? [] : typeIssues(schema, field, path)),
    ...formatIssues(field, path),
    ...(schema === undefined ? [] : valueIssues(schema, field, path)),
  ];
}

function typeIssues(schema: z.ZodType, { formats, thousands }: FieldMap, path: string): Issue[] {
  const type = fieldType(schema);
  const issues: Issue[] = [];
  if (formats !== undefined && type !== 'date') issues.push(misplaced(`${path}.formats`, 'formats', 'a date', type));
  if (thousands !== undefined && type !== 'number') {
    issues.push(misplaced(`${path}.thousands`, 'thousands', 'a number', type));
  }
  return issues;
}

function formatIssues({ thousands, decimal, formats = [] }: FieldMap, path: string): Issue[] {
  const issues: Issue[] = [];
  if (thousands === decimal) {
    issues.push({ code: 'ambiguous_number', path, message: 'decimal and thousands are the same mark', got: decimal });
  }
  for (const format of formats) {
    const message = formatProblem(format);
    if (message !== undefined) {
      issues.push({ code: 'invalid_format', path: `${path}.formats`, message, got: preview(format) });
    }
  }
  return issues;
}

/** Of values that stand in the map itself. */
function valueIssues(schema: z.ZodType, field: FieldMap, path: string): Issue[] {
  const given: [string, string | number | undefined][] = [
    ['constant', field.constant],
    ['default', field.default],
    ...Object.entries(field.values ?? {}).map(([text, value]): [string, string | number] => [
      `values[${preview(text)}]`,
      value,
    ]),
  ];
  return given.flatMap(([where, value]) => {
    const message = value === undefined ? undefined : schema.safeParse(value).error?.issues[0]?.message;
    if (message === undefined) return [];
    return [{ code: 'invalid_value', path: `${path}.${where}`, message, got: preview(value) }];
  });
}

function sourceIssues(
  { column, columns: several, constant }: FieldMap,
  columns: readonly string[] | undefined,
  path: string,
): Issue[] {
  const given = [column, several, constant].filter((source) => source !== undefined).length;
  if (given !== 1) {
    const allowed = 'column, columns, constant';
    return [
      { code: 'ambiguous_source', path, message: 'a field comes from exactly one source', got: `${given}`, allowed },
    ];
  }
  if (columns === undefined) return [];
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
