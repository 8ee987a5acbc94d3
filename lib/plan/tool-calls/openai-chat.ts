/** OpenAI Chat Completions: https://platform.openai.com/docs/api-reference/chat/object */
import type { Issue } from '../../core/issues.ts';
import { formatPath, isJsonObject, type JsonObject, typedPreview } from '../../core/json.ts';
import { asText, type CallList, type ProviderFormat } from './format.ts';
import type { ObjectSchema } from './object-schema.ts';

export interface ChatToolMessage {
  role: 'tool';
  tool_call_id: string;
  content: string;
}

export interface ChatTool {
  type: 'function';
  function: { name: string; description?: string; parameters: ObjectSchema };
}

export const openaiChat: ProviderFormat<ChatToolMessage, ChatTool[]> = {
  find(document) {
    if (Array.isArray(document)) return document.some(isToolCall) ? { path: [], items: document } : undefined;
    if (!isJsonObject(document)) return undefined;
    const { choices, message } = document;
    if (Array.isArray(choices) && isJsonObject(choices[0])) return inChoices(choices, choices[0]);
    if (isJsonObject(message) && isMessage(message)) return inMessage(message, ['message']);
    return isMessage(document) ? inMessage(document, []) : undefined;
  },
  kindOf: ({ type }) => (type === 'function' || type === undefined ? 'call' : 'unsupported'),
  callType: 'function',
  fields: { callId: ['id'], tool: ['function', 'name'], input: ['function', 'arguments'] },
  inputIsText: true,
  results: (answers) =>
    answers.map(({ callId, content }) => ({ role: 'tool', tool_call_id: callId, content: asText(content) })),
  tools: (declarations) =>
    declarations.map(({ name, description, schema }) => ({
      type: 'function',
      function: { name, ...(description && { description }), parameters: schema },
    })),
};

function isToolCall(item: unknown): boolean {
  return isJsonObject(item) && (isJsonObject(item['function']) || (item['type'] === 'custom' && 'custom' in item));
}

function isMessage(document: JsonObject): boolean {
  const { role, tool_calls, function_call, content } = document;
  if (Array.isArray(tool_calls) || isJsonObject(function_call)) return true;
  return role === 'assistant' && (content === null || typeof content === 'string');
}

function inChoices(choices: readonly unknown[], first: JsonObject): CallList {
  const { message } = first;
  const list = inMessage(isJsonObject(message) ? message : {}, ['choices', 0, 'message']);
  if (choices.length === 1) return list;
  const several: Issue = {
    code: 'several_answers',
    path: 'choices',
    message: 'the model gave several answers to choose from',
    got: `${choices.length} choices`,
    allowed: 'one',
    hint: 'send the message of the one that the conversation goes on with',
  };
  return { ...list, issues: [...(list.issues ?? []), several] };
}

function inMessage({ tool_calls, function_call }: JsonObject, at: PropertyKey[]): CallList {
  const path = [...at, 'tool_calls'];
  const issues: Issue[] = [];
  if (tool_calls !== undefined && tool_calls !== null && !Array.isArray(tool_calls)) {
    const [got, allowed] = [typedPreview(tool_calls), 'a list'];
    issues.push({ code: 'wrong_type', path: formatPath(path), message: 'wrong type', got, allowed });
  }
  if (isJsonObject(function_call)) {
    issues.push({
      code: 'unsupported_call',
      path: formatPath([...at, 'function_call']),
      message: 'a function_call has no id to answer to',
      allowed: 'tool_calls',
      hint: 'give the functions to the model as "tools"',
    });
  }
  return { path, items: Array.isArray(tool_calls) ? tool_calls : [], issues };
}
