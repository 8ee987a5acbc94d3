/** One turn as each provider's model writes it, held to the provider's own published types. */
import type Anthropic from '@anthropic-ai/sdk';
import type { ConverseCommandOutput, Message } from '@aws-sdk/client-bedrock-runtime';
import type OpenAI from 'openai';
import type { Json } from '../../../lib/core/json.ts';
import type { ToolCallFormat } from '../../../lib/plan/tool-calls/formats.ts';

export interface Call {
  id: string;
  name: string;
  input: Json;
}

export const usage = { prompt_tokens: 310, completion_tokens: 64, total_tokens: 374 };

export function chatMessage(calls: readonly Call[]) {
  return {
    role: 'assistant',
    content: null,
    refusal: null,
    tool_calls: calls.map(
      ({ id, name, input }) =>
        ({ id, type: 'function', function: { name, arguments: JSON.stringify(input) } }) as const,
    ),
  } satisfies OpenAI.ChatCompletionMessage;
}

export function chatCompletion(calls: readonly Call[]) {
  return {
    id: 'chatcmpl-Cb3k',
    object: 'chat.completion',
    created: 1_790_000_000,
    model: 'gpt-5.2',
    choices: [{ index: 0, message: chatMessage(calls), finish_reason: 'tool_calls', logprobs: null }],
    usage,
  } satisfies OpenAI.ChatCompletion;
}

export function responsesOutput(calls: readonly Call[]) {
  return [
    { id: 'rs_1', type: 'reasoning', summary: [] },
    { id: 'ws_1', type: 'web_search_call', status: 'completed', action: { type: 'search', queries: ['freight'] } },
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Let me look.', annotations: [] }],
    },
    ...calls.map(
      ({ id, name, input }, index) =>
        ({
          id: `fc_${index}`,
          type: 'function_call',
          status: 'completed',
          call_id: id,
          name,
          arguments: JSON.stringify(input),
        }) as const,
    ),
  ] satisfies OpenAI.Responses.ResponseOutputItem[];
}

export function anthropicContent(calls: readonly Call[]) {
  return [
    { type: 'thinking', thinking: 'Both at once.', signature: 'c2ln' },
    { type: 'text', text: 'I will check both.', citations: null },
    {
      type: 'server_tool_use',
      id: 'srvtoolu_1',
      name: 'web_search',
      input: { query: 'freight' },
      caller: { type: 'direct' },
    },
    ...calls.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input, caller: { type: 'direct' } }) as const),
  ] satisfies Anthropic.ContentBlock[];
}

/** A message as the API gives it; of the published type what a reader of calls looks at. */
export function anthropicMessage(calls: readonly Call[], stop_reason: Anthropic.StopReason = 'tool_use') {
  return {
    id: 'msg_01',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: anthropicContent(calls),
    stop_reason,
    stop_sequence: null,
  } satisfies Partial<Anthropic.Message>;
}

export function converseMessage(calls: readonly Call[]) {
  return {
    role: 'assistant',
    content: [
      { reasoningContent: { reasoningText: { text: 'Both at once.', signature: 'c2ln' } } },
      { text: 'I will check both.' },
      ...calls.map(({ id, name, input }) => ({ toolUse: { toolUseId: id, name, input } })),
    ],
  } satisfies Message;
}

export function converseResponse(
  calls: readonly Call[],
  stopReason: NonNullable<ConverseCommandOutput['stopReason']> = 'tool_use',
) {
  return {
    $metadata: {},
    output: { message: converseMessage(calls) },
    stopReason,
    usage: { inputTokens: 310, outputTokens: 64, totalTokens: 374 },
    metrics: { latencyMs: 812 },
  } satisfies ConverseCommandOutput;
}

export const FORMATS: readonly ToolCallFormat[] = [
  'openai_chat',
  'openai_responses',
  'anthropic_messages',
  'bedrock_converse',
];

/** The response of each provider with these calls. */
export const responseWith: Record<ToolCallFormat, (calls: readonly Call[]) => object> = {
  openai_chat: chatCompletion,
  openai_responses: (calls) => ({
    id: 'resp_1',
    object: 'response',
    status: 'completed',
    output: responsesOutput(calls),
  }),
  anthropic_messages: anthropicMessage,
  bedrock_converse: converseResponse,
};

/** Where the first of the calls stands in {@link responseWith}. */
export const pathOfFirst: Record<ToolCallFormat, string> = {
  openai_chat: 'choices[0].message.tool_calls[0]',
  openai_responses: 'output[3]',
  anthropic_messages: 'content[3]',
  bedrock_converse: 'output.message.content[2]',
};

/** Every form in which a program may have the calls: the response, the message, the list. */
export const forms: [string, ToolCallFormat, (calls: readonly Call[]) => unknown][] = [
  ['a Chat completion', 'openai_chat', chatCompletion],
  ['a Chat choice', 'openai_chat', (calls) => chatCompletion(calls).choices[0]],
  ['a Chat message', 'openai_chat', chatMessage],
  ['Chat tool_calls', 'openai_chat', (calls) => chatMessage(calls).tool_calls],
  ['a response of Responses', 'openai_responses', responseWith.openai_responses],
  ['the output of Responses', 'openai_responses', responsesOutput],
  ['its function calls alone', 'openai_responses', (calls) => responsesOutput(calls).slice(3)],
  ['an Anthropic message', 'anthropic_messages', (calls) => anthropicMessage(calls)],
  [
    'a message of the conversation',
    'anthropic_messages',
    (calls) => ({ role: 'assistant', content: anthropicContent(calls) }),
  ],
  ['Anthropic content', 'anthropic_messages', anthropicContent],
  ['its tool_use blocks alone', 'anthropic_messages', (calls) => anthropicContent(calls).slice(3)],
  ['a Converse response', 'bedrock_converse', (calls) => converseResponse(calls)],
  ['the output of Converse', 'bedrock_converse', (calls) => converseResponse(calls).output],
  ['a Converse message', 'bedrock_converse', converseMessage],
  ['Converse content', 'bedrock_converse', (calls) => converseMessage(calls).content],
];
