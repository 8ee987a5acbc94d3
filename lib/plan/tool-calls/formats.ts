/** The providers whose tool calls are understood. */
import { type AnthropicResultMessage, type AnthropicTool, anthropicMessages } from './anthropic-messages.ts';
import { bedrockConverse, type ConverseResultMessage, type ConverseToolConfig } from './bedrock-converse.ts';
import type { ProviderFormat } from './format.ts';
import { type ChatTool, type ChatToolMessage, openaiChat } from './openai-chat.ts';
import { type FunctionCallOutput, openaiResponses, type ResponsesTool } from './openai-responses.ts';

export const TOOL_CALL_FORMATS = ['openai_chat', 'openai_responses', 'anthropic_messages', 'bedrock_converse'] as const;
export type ToolCallFormat = (typeof TOOL_CALL_FORMATS)[number];

/** A message that carries results, by format. */
export interface ResultMessages {
  openai_chat: ChatToolMessage;
  openai_responses: FunctionCallOutput;
  anthropic_messages: AnthropicResultMessage;
  bedrock_converse: ConverseResultMessage;
}

/** The tools as a request takes them: as its `tools`, or with Converse as its `toolConfig`. */
export interface ToolLists {
  openai_chat: ChatTool[];
  openai_responses: ResponsesTool[];
  anthropic_messages: AnthropicTool[];
  bedrock_converse: ConverseToolConfig;
}

export const FORMATS: { readonly [F in ToolCallFormat]: ProviderFormat<ResultMessages[F], ToolLists[F]> } = {
  openai_chat: openaiChat,
  openai_responses: openaiResponses,
  anthropic_messages: anthropicMessages,
  bedrock_converse: bedrockConverse,
};
