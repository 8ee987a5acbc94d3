/**
 * Providers take only tools whose input is an object, said at the top of the schema: "schema must have type 'object' and
 * not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level" (OpenAI), "input_schema does not support oneOf, allOf, or
 * anyOf at the top level" (Anthropic), `inputSchema.json.type` must be `object` (Converse). The input of any other tool
 * travels as the one field of an object.
 */
import { isJsonObject, type Json, mapValues } from '../../core/json.ts';
import type { ToolSpec } from '../../tools/spec.ts';

/** A JSON Schema of an object that every provider takes. */
export interface ObjectSchema {
  type: 'object';
  properties: Record<string, unknown>;
  [keyword: string]: unknown;
}

type Schema = ToolSpec['input_schema'];

/** The field in which an input travels that is not an object. */
const FIELD = 'input';

const NOT_AT_THE_TOP = ['oneOf', 'anyOf', 'allOf', 'enum', 'const', 'not', '$ref'];

/** The schema as a provider takes it. A schema that does not say what it describes is taken to describe an object. */
export function objectSchema(schema: Schema): ObjectSchema {
  if (describesObject(schema)) {
    const { properties } = schema;
    return { ...schema, type: 'object', properties: isJsonObject(properties) ? properties : {} };
  }
  const { $schema, ...rest } = schema;
  return {
    ...($schema !== undefined && { $schema }),
    type: 'object',
    properties: { [FIELD]: movedTo(`#/properties/${FIELD}`, rest) },
    required: [FIELD],
    additionalProperties: false,
  };
}

/** The input for the tool from the arguments that a model wrote by its {@link objectSchema}. */
export function unwrapInput(schema: Schema, input: Json): Json {
  if (describesObject(schema) || !isJsonObject(input)) return input;
  return Object.keys(input).length === 1 && Object.hasOwn(input, FIELD) ? input[FIELD]! : input;
}

function describesObject(schema: Schema): boolean {
  if (NOT_AT_THE_TOP.some((keyword) => Object.hasOwn(schema, keyword))) return false;
  const { type } = schema;
  return type === undefined || type === 'object' || (Array.isArray(type) && type.includes('object'));
}

/** The schema with its references to its own root, `#` and `#/…`, leading to its new place. */
function movedTo(place: string, schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((inner) => movedTo(place, inner));
  if (!isJsonObject(schema)) return schema;
  return mapValues<unknown, unknown>(schema, (value, key) => {
    if (key !== '$ref' || typeof value !== 'string') return movedTo(place, value);
    return /^#(\/|$)/.test(value) ? place + value.slice(1) : value;
  });
}
