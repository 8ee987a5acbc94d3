/** How a tool that writes recognises a repeat of the same request. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { ToolContext } from '../tools/define.ts';
import { PermanentToolError } from '../tools/errors.ts';

export const referenceField = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .describe(
    'Identifies this request: a second call with the same reference changes nothing. Default: given by the run.',
  );

/** The caller's reference, else the idempotency key of the run. A write that nothing identifies is refused. */
export function requestKey(reference: string | undefined, context: ToolContext): string {
  const key = reference ?? context.idempotencyKey;
  if (key !== '') return key;
  throw new PermanentToolError(
    'no_reference',
    'this tool writes, and a repeat could not be told from a new request: give a `reference`, or call it with an idempotency_key',
  );
}

/** A short, stable id from texts; 12 hexadecimal digits (48 bits). */
export function stableId(prefix: string, ...parts: string[]): string {
  return `${prefix}-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12).toUpperCase()}`;
}
