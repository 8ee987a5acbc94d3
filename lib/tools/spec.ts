/** What the planner, the compiler and the engines know about a tool: everything but its code. */
import * as z from 'zod';
import { retrySchema } from './retry.ts';

/** Roughly how long a tool takes, in seconds: the estimate used until something better is known. */
export const LATENCY_SECONDS = { fast: 1, medium: 5, slow: 30 } as const;

/** A Lambda function runs for at most 15 minutes: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const LAMBDA_MAX_TIMEOUT_SECONDS = 900;

/** A tool's name, as every model provider accepts it (Bedrock: `[a-zA-Z0-9_-]{1,64}`). */
const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'a tool name has 1 to 64 of a-z A-Z 0-9 _ -');

/** What `reads` and `writes` hold: a name, in which braces name a field of the input, `{field}` or `{field.inner}`. */
const RESOURCE_TEMPLATE = /^(?!$)[^{}]*(\{[A-Za-z_][A-Za-z0-9_.-]*\}[^{}]*)*$/;

/** {@link isResourceTemplate} in words. */
export const RESOURCE_RULE =
  'a text such as inventory or inventory:{warehouse_code}, braces naming a field of the input';

/** Whether a text can stand in `reads` or `writes`, of a tool as of an action. */
export function isResourceTemplate(text: string): boolean {
  return RESOURCE_TEMPLATE.test(text);
}

const resources = z
  .array(z.string().regex(RESOURCE_TEMPLATE, RESOURCE_RULE))
  .describe('Resources touched, as `inventory` or `inventory:{field}`, where the braces name a field of the input.');

/** All that is known of a tool but its code; what may be left out has its default. */
export const toolSpecSchema = z.strictObject({
  name: toolName,
  description: z.string().default(''),
  function: z.string().min(1).optional().describe('Name or ARN of the Lambda function that serves it; else its name.'),
  input_schema: z.record(z.string(), z.unknown()).default({}).describe('JSON Schema of the input.'),
  reads: resources.default([]),
  writes: resources.default([]),
  idempotent: z
    .boolean()
    .default(false)
    .describe('Whether running it twice is harmless; only then errors are retried.'),
  latency: z.enum(['fast', 'medium', 'slow']).default('medium'),
  expected_seconds: z.number().nonnegative().optional(),
  timeout_seconds: z.int().min(1).max(LAMBDA_MAX_TIMEOUT_SECONDS).default(LAMBDA_MAX_TIMEOUT_SECONDS),
  retry: retrySchema.optional(),
  concurrency_cap: z.int().min(1).optional().describe('At most this many calls of it at once within one run.'),
});

/** A tool as `stepweave tools` prints it and as `--tools` takes it (there all but `name` may be left out). */
export type ToolSpec = z.infer<typeof toolSpecSchema>;

/** The Lambda function that serves a tool. */
export function functionOf(spec: ToolSpec): string {
  return spec.function ?? spec.name;
}

/** Estimated seconds of one call. */
export function estimatedSeconds(spec: ToolSpec): number {
  return spec.expected_seconds ?? LATENCY_SECONDS[spec.latency];
}
