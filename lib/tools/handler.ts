/** A whole tool Lambda: validates, runs, times and wraps the answer in the envelope. */
import type { z } from 'zod';
import { messageOf, StepweaveError } from '../core/errors.ts';
import { issueLine } from '../core/issues.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import { issuesOf } from '../core/zod-issues.ts';
import type { Tool, ToolContext } from './define.ts';
import { type Envelope, type FailureEnvelope, TOOL_PERMANENT, TOOL_RETRYABLE, toolEventSchema } from './envelope.ts';
import { PermanentToolError, RetryableToolError } from './errors.ts';

/** The part of Lambda's context object that is used. */
export interface LambdaContext {
  getRemainingTimeInMillis?: () => number;
}

/** A tool failure as a state machine sees it: named for Retry and Catch, the envelope as its message. */
class ThrownEnvelope extends Error {
  constructor(envelope: FailureEnvelope) {
    super(JSON.stringify(envelope));
    this.name = envelope.retryable ? TOOL_RETRYABLE : TOOL_PERMANENT;
  }
}

/**
 * The handler of a Lambda that serves `tools`. It answers with an {@link Envelope}, or throws the failure when the event
 * asks for that. Unknown tools and bad input are permanent failures that list every issue.
 */
export function toolHandler(tools: readonly Tool[]): (event: unknown, context?: LambdaContext) => Promise<Envelope> {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  return async (event, lambdaContext) => {
    const envelope = await answer(byName, event, lambdaContext);
    if (!envelope.success && wantsThrow(event)) throw new ThrownEnvelope(envelope);
    return envelope;
  };
}

/** Whether a failure is to be thrown; this must be heard even when the rest of the event is wrong. */
function wantsThrow(event: unknown): boolean {
  return isJsonObject(event) && event['errors'] === 'throw';
}

async function answer(tools: Map<string, Tool>, event: unknown, lambdaContext?: LambdaContext): Promise<Envelope> {
  const started = performance.now();
  let toolName = '';
  try {
    const call = parse(toolEventSchema, event, 'invalid_event', 'the event');
    toolName = call.tool_name;
    const tool = findTool(tools, toolName);
    const input = parse(tool.input, call.input ?? {}, 'invalid_input', `the input of ${toolName}`);
    const context: ToolContext = {
      runId: call.run_id,
      actionId: call.action_id,
      idempotencyKey: call.idempotency_key,
      remainingMs: lambdaContext?.getRemainingTimeInMillis ?? remainingFrom(started, tool.timeoutSeconds),
    };
    const output = parse(
      tool.output,
      await tool.handler(input, context),
      'invalid_output',
      `the answer of ${toolName}`,
    );
    return { success: true, result: asJson(output), tool_name: toolName, execution_time_ms: elapsed(started) };
  } catch (thrown) {
    return failure(thrown, toolName, elapsed(started));
  }
}

function findTool(tools: Map<string, Tool>, name: string): Tool {
  const tool = tools.get(name);
  if (tool !== undefined) return tool;
  const known = [...tools.keys()].join(', ');
  throw new PermanentToolError('unknown_tool', `this function has no tool ${JSON.stringify(name)}; it has: ${known}`);
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: string,
  subject: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = issuesOf(parsed.error, { schema, value }).map(issueLine);
  throw new PermanentToolError(code, `${subject} is wrong: ${issues.join('; ')}`, { cause: parsed.error });
}

/** The result as it will arrive: what JSON cannot hold is dropped here, and a value that cannot be written is an error. */
function asJson(output: unknown): Json {
  try {
    return output === undefined ? null : JSON.parse(JSON.stringify(output));
  } catch (cause) {
    throw new PermanentToolError('invalid_output', `the answer cannot be written as JSON: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function failure(thrown: unknown, toolName: string, executionTimeMs: number): FailureEnvelope {
  return {
    success: false,
    error: messageOf(thrown),
    error_type: errorType(thrown),
    retryable: !(thrown instanceof PermanentToolError),
    status: 'failed',
    tool_name: toolName,
    execution_time_ms: executionTimeMs,
  };
}

function errorType(thrown: unknown): string {
  if (thrown instanceof PermanentToolError || thrown instanceof RetryableToolError) return thrown.code;
  if (thrown instanceof StepweaveError) return thrown.code;
  return thrown instanceof Error ? thrown.name : 'Error';
}

function elapsed(started: number): number {
  return Math.round((performance.now() - started) * 10) / 10;
}

function remainingFrom(started: number, timeoutSeconds: number): () => number {
  return () => Math.max(0, started + timeoutSeconds * 1000 - performance.now());
}
