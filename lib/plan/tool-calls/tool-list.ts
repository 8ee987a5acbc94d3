/** The list of tools as a provider takes it. */
import type { ToolSpec } from '../../tools/spec.ts';
import { FORMATS, type ToolCallFormat, type ToolLists } from './formats.ts';
import { objectSchema } from './object-schema.ts';

/**
 * The value of a request's `tools`, or with Converse of its `toolConfig`. Names need no change: the rule of
 * `ToolSpec` is the narrowest of the providers'.
 */
export function toolListFor<F extends ToolCallFormat>(format: F, specs: readonly ToolSpec[]): ToolLists[F] {
  return FORMATS[format].tools(
    specs.map(({ name, description, input_schema }) => ({ name, description, schema: objectSchema(input_schema) })),
  );
}
