/** OpenAI Responses: https://platform.openai.com/docs/api-reference/responses/object */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { asText, type ItemKind, type ProviderFormat, typeOf } from './format.ts';
import type { ObjectSchema } from './object-schema.ts';

export interface FunctionCallOutput {
  type: 'function_call_output';
  call_id: string;
  output: string;
}

export interface ResponsesTool {
  type: 'function';
  name: string;
  description?: string;
  parameters: ObjectSchema;
  strict: false;
}

/** OpenAI runs these, and answers them in the same response. */
const RUN_BY_OPENAI: ReadonlySet<string> = new Set([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'mcp_call',
]);

export const openaiResponses: ProviderFormat<FunctionCallOutput, ResponsesTool[]> = {
  find(document) {
    if (Array.isArray(document)) return document.some(isOutputItem) ? { path: [], items: document } : undefined;
    if (!isJsonObject(document) || !Array.isArray(document['output'])) return undefined;
    return { path: ['output'], items: document['output'] };
  },
  kindOf,
  callType: 'function_call',
  fields: { callId: ['call_id'], tool: ['name'], input: ['arguments'] },
  inputIsText: true,
  results: (answers) =>
    answers.map(({ callId, content }) => ({ type: 'function_call_output', call_id: callId, output: asText(content) })),
  tools: (declarations) =>
    declarations.map(({ name, description, schema }) => ({
      type: 'function',
      name,
      ...(description && { description }),
      parameters: schema,
      // Left out, it counts as true, and then every field has to be required.
      strict: false,
    })),
};

/** Whatever asks for something must be known: left without an answer, the provider refuses the next turn. */
function kindOf(item: JsonObject): ItemKind {
  const type = typeOf(item);
  const { execution, environment } = item;
  if (type === 'function_call') return 'call';
  if (RUN_BY_OPENAI.has(type)) return 'beside';
  if (type === 'tool_search_call' && execution === 'server') return 'beside';
  const inContainer = isJsonObject(environment) && environment['type'] === 'container_reference';
  if (type === 'shell_call' && inContainer) return 'beside';
  return /_(call|request)$/.test(type) ? 'unsupported' : 'beside';
}

function isOutputItem(item: unknown): boolean {
  return isJsonObject(item) && /_(call|request)$|^(reasoning|message)$/.test(typeOf(item));
}
