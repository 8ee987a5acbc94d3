/** A whole turn: from a provider's message over the plan and the direct engine to that provider's results. */
import { preparePlan } from '../../../lib/compiler/prepare.ts';
import { VirtualClock } from '../../../lib/core/clock.ts';
import type { Json } from '../../../lib/core/json.ts';
import { startDirectRun } from '../../../lib/engine/direct/run.ts';
import type { Answer, Invoker } from '../../../lib/engine/invoker.ts';
import type { ToolCallFormat } from '../../../lib/plan/tool-calls/formats.ts';
import { parseToolCalls } from '../../../lib/plan/tool-calls/parse.ts';
import { outcomesOf, toolResults } from '../../../lib/plan/tool-calls/results.ts';
import { planOfToolCalls } from '../../../lib/plan/tool-calls/to-plan.ts';
import { type ToolRegistry, toolRegistry } from '../../../lib/tools/registry.ts';
import { tool } from '../plans.ts';

export const tools = toolRegistry([
  tool('echo'),
  tool('count_stock', {
    description: 'Counts what is there.',
    input_schema: {
      type: 'object',
      properties: { warehouse: { type: 'string' }, at_least: { type: 'integer' } },
      required: ['warehouse'],
      additionalProperties: false,
    },
  }),
  tool('move', { writes: ['stock'] }),
  tool('broken'),
  tool('slow', { timeout_seconds: 5 }),
]);

/** Each tool answers with its input, through JSON as on the wire; `broken` fails and `slow` takes a minute. */
function invokerOf(clock: VirtualClock, invoked: Json[]): Invoker {
  return {
    async invoke({ event, signal }): Promise<Answer> {
      const { tool_name, input } = JSON.parse(JSON.stringify(event));
      invoked.push(input);
      if (tool_name === 'slow') await clock.sleep(60_000, signal);
      if (tool_name === 'broken') {
        const error = { success: false, error: 'no such order', error_type: 'NotFound', retryable: false };
        return { ok: true, payload: { ...error, status: 'failed', tool_name, execution_time_ms: 1 } };
      }
      return { ok: true, payload: { success: true, result: input, tool_name, execution_time_ms: 1 } };
    },
  };
}

/** What the tools were given, and what goes back to the model. */
export async function runTurn(document: unknown, registry: ToolRegistry = tools) {
  const turn = parseToolCalls(document, registry)!;
  const plan = planOfToolCalls(turn.calls, { retry: { max_attempts: 0 } });
  const invoked: Json[] = [];
  if (plan === undefined) return { turn, plan, invoked, results: toolResults(turn.format, turn.calls, new Map()) };
  const clock = new VirtualClock();
  const invoker = invokerOf(clock, invoked);
  const run = await startDirectRun(preparePlan(plan.document, registry), { invoker, clock }).result;
  const results = toolResults(turn.format, turn.calls, outcomesOf(run.records, plan.callIds));
  return { turn, plan, invoked, results };
}

/** A result as a model reads it. */
export interface Read {
  callId: string;
  failed: boolean | undefined;
  /** The text, or of Converse's `json` the object. */
  content: unknown;
}

interface AnyResult {
  tool_call_id?: string;
  call_id?: string;
  output?: string;
  content?: unknown;
}

/** The results of any provider in one form. OpenAI's have no mark of failure. */
export function read(format: ToolCallFormat, messages: readonly object[]): Read[] {
  switch (format) {
    case 'openai_chat':
      return (messages as AnyResult[]).map(({ tool_call_id, content }) => ({
        callId: tool_call_id!,
        failed: undefined,
        content,
      }));
    case 'openai_responses':
      return (messages as AnyResult[]).map(({ call_id, output }) => ({
        callId: call_id!,
        failed: undefined,
        content: output,
      }));
    case 'anthropic_messages': {
      const [message] = messages as { content: { tool_use_id: string; content: string; is_error?: true }[] }[];
      return message!.content.map(({ tool_use_id, content, is_error = false }) => ({
        callId: tool_use_id,
        failed: is_error,
        content,
      }));
    }
    case 'bedrock_converse': {
      const [message] = messages as {
        content: { toolResult: { toolUseId: string; status: string; content: { json?: object; text?: string }[] } }[];
      }[];
      return message!.content.map(({ toolResult: { toolUseId, status, content } }) => ({
        callId: toolUseId,
        failed: status === 'error',
        content: content[0]!.json ?? content[0]!.text,
      }));
    }
  }
}

/** The content of {@link read} as a value: JSON is parsed. */
export function parsed({ content }: Read): unknown {
  return typeof content === 'string' ? JSON.parse(content) : content;
}
