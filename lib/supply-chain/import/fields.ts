/** What a field of a record takes. */
import type { z } from 'zod';
import { type RecordKind, recordSchemas } from '../records.ts';

export type FieldType = 'text' | 'number' | 'date';

export function fieldSchemas(kind: RecordKind): Record<string, z.ZodType> {
  return recordSchemas[kind].shape;
}

/** Read from the schema, so that it cannot differ from what the schema accepts. */
export function fieldType(schema: z.ZodType): FieldType {
  const inner = 'unwrap' in schema && typeof schema.unwrap === 'function' ? (schema.unwrap() as z.ZodType) : schema;
  if (inner.def.type === 'number') return 'number';
  return 'format' in inner && inner.format === 'date' ? 'date' : 'text';
}
