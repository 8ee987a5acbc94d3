/** How a tool is written: its spec and its handler in one place. */
import * as z from 'zod';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { RetryOptions } from './retry.ts';
import { type ToolSpec, toolSpecSchema } from './spec.ts';

/** What a handler is told beside its input. */
export interface ToolContext {
  runId: string;
  actionId: string;
  /** The same for every attempt of an action (and item) of a run: a tool that writes recognises a repeat by it. */
  idempotencyKey: string;
  /** Milliseconds until the function is ended; a tool that searches should stop well before. */
  remainingMs(): number;
}

/** A tool as it is declared; see {@link defineTool}. */
export interface Tool<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  name: string;
  description: string;
  input: Input;
  output: Output;
  /** Resources read and written, as `inventory:{warehouse_code}`; the braces name a field of the input. */
  reads?: string[];
  writes?: string[];
  /** Whether running it twice is harmless. */
  idempotent: boolean;
  latency: ToolSpec['latency'];
  expectedSeconds?: number;
  timeoutSeconds: number;
  retry?: RetryOptions;
  concurrencyCap?: number;
  handler(input: z.output<Input>, context: ToolContext): Promise<z.input<Output>>;
}

/** Declares a tool; the types of the handler follow from the schemas. */
export function defineTool<Input extends z.ZodType, Output extends z.ZodType>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> {
  return tool;
}

/** The spec of a tool that `functionName` serves. */
export function toolSpec(tool: Tool, functionName: string): ToolSpec {
  return toolSpecSchema.parse({
    name: tool.name,
    description: tool.description,
    function: functionName,
    input_schema: inputSchema(tool.input),
    reads: tool.reads ?? [],
    writes: tool.writes ?? [],
    idempotent: tool.idempotent,
    latency: tool.latency,
    expected_seconds: tool.expectedSeconds,
    timeout_seconds: tool.timeoutSeconds,
    retry: tool.retry,
    concurrency_cap: tool.concurrencyCap,
  });
}

/** JSON Schema as a caller of the tool sees it: fields with a default may be left out. */
function inputSchema(schema: z.ZodType): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return isJsonObject(rest) ? rest : {};
}
