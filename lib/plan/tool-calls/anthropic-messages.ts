/** Anthropic Messages: https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls */
import { isJsonObject } from '../../core/json.ts';
import { asText, type ProviderFormat, typeOf } from './format.ts';
import type { ObjectSchema } from './object-schema.ts';

export interface AnthropicToolResult {
  type: 'tool_result';
  tool_use_id: string;
  content: string;
  is_error?: true;
}

export interface AnthropicResultMessage {
  role: 'user';
  content: AnthropicToolResult[];
}

export interface AnthropicTool {
  name: string;
  description?: string;
  input_schema: ObjectSchema;
}

/** Anthropic runs these: https://platform.claude.com/docs/en/agents-and-tools/tool-use/server-tools */
const RUN_BY_ANTHROPIC: ReadonlySet<string> = new Set(['server_tool_use', 'mcp_tool_use']);

/** With these the last `tool_use` may be incomplete, although its input is an object. */
const CUT_OFF: ReadonlySet<unknown> = new Set(['max_tokens', 'model_context_window_exceeded']);

export const anthropicMessages: ProviderFormat<AnthropicResultMessage, AnthropicTool[]> = {
  find(document) {
    if (Array.isArray(document)) return document.some(isBlock) ? { path: [], items: document } : undefined;
    if (!isJsonObject(document) || !Array.isArray(document['content'])) return undefined;
    const { content, role, type, stop_reason } = document;
    const isOurs = content.length === 0 ? type === 'message' || role === 'assistant' : content.some(hasType);
    if (!isOurs || (role !== undefined && role !== 'assistant')) return undefined;
    return { path: ['content'], items: content, ...(CUT_OFF.has(stop_reason) && { cutOffBy: String(stop_reason) }) };
  },
  kindOf(block) {
    const type = typeOf(block);
    if (type === 'tool_use') return 'call';
    if (RUN_BY_ANTHROPIC.has(type)) return 'beside';
    return /tool_use$/.test(type) ? 'unsupported' : 'beside';
  },
  callType: 'tool_use',
  fields: { callId: ['id'], tool: ['name'], input: ['input'] },
  inputIsText: false,
  results: (answers) => [
    {
      role: 'user',
      content: answers.map(({ callId, content, failed }) => ({
        type: 'tool_result',
        tool_use_id: callId,
        content: asText(content),
        ...(failed && { is_error: true }),
      })),
    },
  ],
  tools: (declarations) =>
    declarations.map(({ name, description, schema }) => ({
      name,
      ...(description && { description }),
      input_schema: schema,
    })),
};

function hasType(block: unknown): boolean {
  return isJsonObject(block) && typeOf(block) !== '';
}

function isBlock(block: unknown): boolean {
  return isJsonObject(block) && /^(text|(redacted_)?thinking|.*tool_use)$/.test(typeOf(block));
}
