/** Amazon Bedrock Converse: https://docs.aws.amazon.com/bedrock/latest/userguide/tool-use.html */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { asText, type CallList, type ProviderFormat } from './format.ts';
import type { ObjectSchema } from './object-schema.ts';

export interface ConverseToolResult {
  toolUseId: string;
  content: ({ json: JsonObject } | { text: string })[];
  status: 'success' | 'error';
}

export interface ConverseResultMessage {
  role: 'user';
  content: { toolResult: ConverseToolResult }[];
}

/** What a request takes as `toolConfig`. */
export interface ConverseToolConfig {
  tools: { toolSpec: { name: string; description?: string; inputSchema: { json: ObjectSchema } } }[];
}

/** With these the last `toolUse` may be incomplete, although its input is an object. */
const CUT_OFF: ReadonlySet<unknown> = new Set(['max_tokens', 'model_context_window_exceeded', 'malformed_tool_use']);

export const bedrockConverse: ProviderFormat<ConverseResultMessage, ConverseToolConfig> = {
  find(document) {
    if (Array.isArray(document)) return document.some(isBlock) ? { path: [], items: document } : undefined;
    if (!isJsonObject(document)) return undefined;
    const { output, stopReason } = document;
    const cutOff = CUT_OFF.has(stopReason) && { cutOffBy: String(stopReason) };
    if (isJsonObject(output) && isJsonObject(output['message'])) {
      const list = inMessage(output['message'], ['output', 'message']);
      return list && { ...list, ...cutOff };
    }
    if (isJsonObject(document['message'])) return inMessage(document['message'], ['message']);
    return inMessage(document, []);
  },
  kindOf({ toolUse }) {
    return isJsonObject(toolUse) && toolUse['type'] !== 'server_tool_use' ? 'call' : 'beside';
  },
  callType: 'toolUse',
  fields: { callId: ['toolUse', 'toolUseId'], tool: ['toolUse', 'name'], input: ['toolUse', 'input'] },
  inputIsText: false,
  results: (answers) => [
    {
      role: 'user',
      content: answers.map(({ callId, content, failed }) => ({
        toolResult: { toolUseId: callId, content: [resultBlock(content)], status: failed ? 'error' : 'success' },
      })),
    },
  ],
  tools: (declarations) => ({
    tools: declarations.map(({ name, description, schema }) => ({
      toolSpec: { name, ...(description && { description }), inputSchema: { json: schema } },
    })),
  }),
};

function inMessage({ role, content }: JsonObject, at: PropertyKey[]): CallList | undefined {
  if (!Array.isArray(content) || (role !== undefined && role !== 'assistant')) return undefined;
  return content.length === 0 || content.some(isBlock) ? { path: [...at, 'content'], items: content } : undefined;
}

/** A block has no `type`: it is named by the one field that it has. */
function isBlock(block: unknown): boolean {
  if (!isJsonObject(block) || 'type' in block) return false;
  return isJsonObject(block['toolUse']) || typeof block['text'] === 'string' || isJsonObject(block['reasoningContent']);
}

/** `json` takes an object and nothing else ("Provide a json object for the field and try again"). */
function resultBlock(content: Json): { json: JsonObject } | { text: string } {
  return isJsonObject(content) ? { json: content } : { text: asText(content) };
}
