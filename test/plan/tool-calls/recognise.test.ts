/** Whose tool calls a document has, if it has any. */
import { describe, expect, it } from 'vitest';
import { IssuesError } from '../../../lib/core/issues.ts';
import { parseToolCalls } from '../../../lib/plan/tool-calls/parse.ts';
import {
  anthropicContent,
  chatCompletion,
  chatMessage,
  converseMessage,
  FORMATS,
  forms,
  responseWith,
} from './messages.ts';
import { tools } from './turn.ts';

const two = [
  { id: 'call_A1', name: 'count_stock', input: { warehouse: 'WH001' } },
  { id: 'call_B2', name: 'echo', input: { text: 'hello', list: [1, null, true] } },
];

/** `code path` of what a document is refused for. */
function refusal(document: unknown): string[] {
  try {
    parseToolCalls(document, tools);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof IssuesError)) throw thrown;
    return thrown.issues.map(({ code, path }) => `${code} ${path}`);
  }
}

describe('recognising a message', () => {
  it.each(forms)('reads %s as %s', (_, format, write) => {
    const document = JSON.parse(JSON.stringify(write(two)));

    const turn = parseToolCalls(document, tools);

    expect(turn).toEqual({
      format,
      calls: [
        { callId: 'call_A1', tool: 'count_stock', input: { warehouse: 'WH001' }, issues: [] },
        { callId: 'call_B2', tool: 'echo', input: { text: 'hello', list: [1, null, true] }, issues: [] },
      ],
    });
  });

  it.each([
    ['a plan', { actions: [{ id: 'a', tool: 'echo' }] }],
    ['a plan with fields of messages', { actions: [], content: [{ toolUse: {} }], tool_calls: [] }],
    ['an empty object', {}],
    ['an empty list', []],
    ['a list of actions', [{ id: 'a', tool: 'echo', input: {} }]],
    ['a text', 'tool_calls'],
    ['a number', 5],
    ['null', null],
    ['nothing', undefined],
    ['a message of the user', { role: 'user', content: [{ type: 'text', text: 'hi' }] }],
    ['results', { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x', content: '' }] }],
    ['results of Converse', { role: 'user', content: [{ toolResult: { toolUseId: 'x' } }] }],
    ['an object of another world', { output: 5, content: 'x', message: [], choices: {} }],
  ])('leaves %s alone', (_, document) => {
    expect(parseToolCalls(document, tools)).toBeUndefined();
  });

  it.each(FORMATS)('refuses a message of %s without calls', (format) => {
    const [issue] = refusal(responseWith[format]([]));

    expect(issue).toMatch(/^no_tool_calls (choices\[0\]\.message\.tool_calls|(output\.message\.)?content|output)$/);
  });

  it.each([
    ['a text of Chat', { role: 'assistant', content: 'Done.' }],
    ['a text of Anthropic', [{ type: 'text', text: 'Done.' }]],
    ['a text of Converse', [{ text: 'Done.' }]],
    ['what OpenAI runs itself', [{ type: 'web_search_call', id: 'ws', status: 'completed' }]],
    ['what Anthropic runs itself', [{ type: 'server_tool_use', id: 'st', name: 'web_search', input: {} }]],
    ['what Bedrock runs itself', [{ toolUse: { toolUseId: 'x', name: 'n', input: {}, type: 'server_tool_use' } }]],
    ['an empty answer', { role: 'assistant', content: [] }],
  ])('says that %s has no call to run', (_, document) => {
    expect(refusal(document)[0]).toMatch(/^no_tool_calls /);
  });
});

describe('calls that are not of our tools', () => {
  it.each([
    ['a custom tool of Chat', [{ id: 'a', type: 'custom', custom: { name: 'sql', input: 'select' } }], '[0]'],
    ['a custom tool of Responses', [{ type: 'custom_tool_call', call_id: 'a', name: 'sql', input: 'x' }], '[0]'],
    ['a computer', [{ type: 'computer_call', call_id: 'a', action: {} }], '[0]'],
    ['a local shell', { output: [{ type: 'shell_call', call_id: 'a', environment: { type: 'local' } }] }, 'output[0]'],
    ['a patch', [{ type: 'apply_patch_call', call_id: 'a' }], '[0]'],
    ['a search of tools by the client', [{ type: 'tool_search_call', call_id: 'a', execution: 'client' }], '[0]'],
    ['a request for approval', [{ type: 'mcp_approval_request', id: 'a' }], '[0]'],
    ['a call of tomorrow', [{ type: 'teleport_call', call_id: 'a' }], '[0]'],
    ['a tool use of tomorrow', { content: [{ type: 'edge_tool_use', id: 'a' }] }, 'content[0]'],
  ])('refuses %s', (_, document, path) => {
    expect(refusal(document)).toEqual([`unsupported_call ${path}`]);
  });

  it.each([
    ['a shell in a container', { type: 'shell_call', call_id: 'a', environment: { type: 'container_reference' } }],
    ['a search of tools by the server', { type: 'tool_search_call', call_id: 'a', execution: 'server' }],
    ['a call of an MCP server', { type: 'mcp_call', id: 'a' }],
    ['the interpreter', { type: 'code_interpreter_call', id: 'a' }],
  ])('passes over %s, which OpenAI runs', (_, item) => {
    const call = { type: 'function_call', call_id: 'b', name: 'echo', arguments: '{}' };

    expect(parseToolCalls([item, call], tools)?.calls.map(({ callId }) => callId)).toEqual(['b']);
  });

  it('refuses the function_call of old', () => {
    const message = { role: 'assistant', content: null, function_call: { name: 'echo', arguments: '{}' } };

    expect(refusal(message)).toEqual(['unsupported_call function_call']);
  });

  it('refuses several answers to choose from', () => {
    const completion = chatCompletion(two);

    expect(refusal({ ...completion, choices: [...completion.choices, ...completion.choices] })).toEqual([
      'several_answers choices',
    ]);
  });
});

describe('calls that cannot be answered', () => {
  it('are all told at once', () => {
    const { tool_calls } = chatMessage(two);
    const [first] = tool_calls;

    const issues = refusal({
      role: 'assistant',
      tool_calls: [
        first,
        { ...first, id: '' },
        { type: 'function', function: { name: 'echo', arguments: '{}' } },
        { ...first, id: 7 },
        null,
        { id: 'c', type: 'function', function: { arguments: '{}' } },
        { id: 'd', type: 'custom', custom: {} },
        first,
      ],
    });

    expect(issues).toEqual([
      'missing_id tool_calls[1].id',
      'missing_id tool_calls[2].id',
      'missing_id tool_calls[3].id',
      'wrong_type tool_calls[4]',
      'missing_tool tool_calls[5].function.name',
      'unsupported_call tool_calls[6]',
      'duplicate_id tool_calls[7].id',
    ]);
  });

  it.each([
    ['openai_responses', [{ type: 'function_call', name: 'echo', arguments: '{}' }], '[0].call_id'],
    ['anthropic_messages', anthropicContent([{ id: '', name: 'echo', input: {} }]), '[3].id'],
    ['bedrock_converse', converseMessage([{ id: '', name: 'echo', input: {} }]), 'content[2].toolUse.toolUseId'],
  ])('are told where %s has the id', (_, document, path) => {
    expect(refusal(document)).toEqual([`missing_id ${path}`]);
  });

  it.each(FORMATS)('are too many for one turn of %s', (format) => {
    const calls = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ id: `c${n}`, name: 'echo', input: {} }));

    expect(refusal(responseWith[format](calls(128)))).toEqual([]);
    expect(refusal(responseWith[format](calls(129)))).toEqual([expect.stringMatching(/^too_many_calls /)]);
  });

  it('takes tool_calls that are no list for a slip', () => {
    expect(refusal({ role: 'assistant', content: null, tool_calls: {} })).toEqual(['wrong_type tool_calls']);
  });
});
