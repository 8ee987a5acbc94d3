/** From a provider's message to that provider's results. */
import type Anthropic from '@anthropic-ai/sdk';
import type { Message } from '@aws-sdk/client-bedrock-runtime';
import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { preparePlan } from '../../../lib/compiler/prepare.ts';
import type { ActionRecord } from '../../../lib/engine/records.ts';
import { parseToolCalls } from '../../../lib/plan/tool-calls/parse.ts';
import { type CallOutcome, toolResults } from '../../../lib/plan/tool-calls/results.ts';
import { planOfToolCalls } from '../../../lib/plan/tool-calls/to-plan.ts';
import { anthropicMessage, chatMessage, converseResponse, FORMATS, responseWith } from './messages.ts';
import { parsed, read, runTurn, tools } from './turn.ts';

const good = { id: 'A', name: 'count_stock', input: { warehouse: 'WH001' } };
const echo = (id: string, input: object = {}) => ({ id, name: 'echo', input: input as never });

describe('the plan of a turn', () => {
  it('has an action for each call, in their order', () => {
    const { calls } = parseToolCalls(chatMessage([good, echo('toolu_$x', { a: 1 })]), tools)!;

    const plan = planOfToolCalls(calls, { timeout_seconds: 60 });

    expect(plan).toEqual({
      document: {
        settings: { timeout_seconds: 60 },
        actions: [
          { id: 'call_1', tool: 'count_stock', input: { warehouse: 'WH001' }, literal_input: true },
          { id: 'call_2', tool: 'echo', input: { a: 1 }, literal_input: true },
        ],
      },
      callIds: { call_1: 'A', call_2: 'toolu_$x' },
    });
  });

  it('runs a call alone directly, unless told otherwise', () => {
    const { calls } = parseToolCalls(chatMessage([good]), tools)!;

    expect(planOfToolCalls(calls)?.document.settings).toEqual({ engine: 'direct' });
    expect(planOfToolCalls(calls, { engine: 'standard' })?.document.settings).toEqual({ engine: 'standard' });
  });

  it('numbers only what runs, so that a bad call changes no shape', () => {
    const { calls } = parseToolCalls(chatMessage([{ ...good, id: 'X', name: 'nothing' }, good, echo('B')]), tools)!;

    expect(planOfToolCalls(calls)?.callIds).toEqual({ call_1: 'A', call_2: 'B' });
  });

  it('orders calls that conflict as they are listed', () => {
    const moves = ['A', 'B'].map((id) => ({ id, name: 'move', input: {} }));
    const { calls } = parseToolCalls(chatMessage(moves), tools)!;

    const { dependencies } = preparePlan(planOfToolCalls(calls)!.document, tools);

    expect(dependencies.edges).toMatchObject([{ from: 'call_1', to: 'call_2', kinds: ['conflict'] }]);
  });
});

describe('the results of a turn', () => {
  const calls = [
    echo('A', { n: 1 }),
    { id: 'B', name: 'broken', input: {} },
    { id: 'C', name: 'slow', input: {} },
    { id: 'D', name: 'count_stok', input: { warehouse: 'WH001' } },
    { id: 'E', name: 'count_stock', input: { warehous: 'WH001', at_least: 'many' } },
    echo('F', { text: '${A}' }),
  ];

  it.each(FORMATS)('stand in the order of the calls for %s, whatever became of each', async (format) => {
    const { results, plan } = await runTurn(responseWith[format](calls));

    const answers = read(format, results);
    expect(answers.map(({ callId }) => callId)).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
    if (!format.startsWith('openai'))
      expect(answers.map(({ failed }) => failed)).toEqual([false, true, true, true, true, false]);
    expect(answers.map(parsed)).toEqual([
      { n: 1 },
      { error: 'no such order', error_type: 'NotFound', status: 'failed' },
      { error: expect.stringContaining('5'), error_type: expect.any(String), status: 'timeout' },
      {
        error: expect.stringMatching(/there is no tool "count_stok".*\n.*did you mean "count_stock"\?/),
        error_type: 'unknown_tool',
        status: 'failed',
      },
      {
        error: expect.stringMatching(
          /^warehouse: .*needs(.|\n)*warehous: .*\n.*did you mean(.|\n)*at_least: wrong type/,
        ),
        error_type: 'invalid_input',
        status: 'failed',
      },
      { text: '${A}' },
    ]);
    expect(Object.values(plan!.callIds)).toEqual(['A', 'B', 'C', 'F']);
  });

  it('are the messages that OpenAI Chat takes', async () => {
    const { results } = await runTurn(responseWith.openai_chat(calls.slice(0, 2)));

    const failure = '{"error":"no such order","error_type":"NotFound","status":"failed"}';
    expect(results).toEqual([
      { role: 'tool', tool_call_id: 'A', content: '{"n":1}' },
      { role: 'tool', tool_call_id: 'B', content: failure },
    ] satisfies OpenAI.ChatCompletionMessageParam[]);
  });

  it('are the items that OpenAI Responses takes', async () => {
    const { results } = await runTurn(responseWith.openai_responses(calls.slice(0, 1)));

    expect(results).toEqual([
      { type: 'function_call_output', call_id: 'A', output: '{"n":1}' },
    ] satisfies OpenAI.Responses.ResponseInputItem[]);
  });

  it('are the message that Anthropic takes', async () => {
    const { results } = await runTurn(responseWith.anthropic_messages(calls.slice(0, 2)));

    const failure = '{"error":"no such order","error_type":"NotFound","status":"failed"}';
    expect(results).toEqual([
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'A', content: '{"n":1}' },
          { type: 'tool_result', tool_use_id: 'B', content: failure, is_error: true },
        ],
      },
    ] satisfies Anthropic.MessageParam[]);
  });

  it('are the message that Converse takes', async () => {
    const { results } = await runTurn(responseWith.bedrock_converse(calls.slice(0, 2)));

    const failure = { error: 'no such order', error_type: 'NotFound', status: 'failed' };
    expect(results).toEqual([
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'A', content: [{ json: { n: 1 } }], status: 'success' } },
          { toolResult: { toolUseId: 'B', content: [{ json: failure }], status: 'error' } },
        ],
      },
    ] satisfies Message[]);
  });

  it('have the types of the providers', () => {
    const none = new Map<string, ActionRecord>() satisfies ReadonlyMap<string, CallOutcome>;

    toolResults('openai_chat', [], none) satisfies OpenAI.ChatCompletionMessageParam[];
    toolResults('openai_responses', [], none) satisfies OpenAI.Responses.ResponseInputItem[];
    toolResults('anthropic_messages', [], none) satisfies Anthropic.MessageParam[];
    const messages = toolResults('bedrock_converse', [], none) satisfies Message[];

    expect(messages).toEqual([{ role: 'user', content: [] }]);
  });

  it.each([
    [{ lines: [1] }, '{"lines":[1]}', { json: { lines: [1] } }],
    [[{ sku: 'A' }], '[{"sku":"A"}]', { text: '[{"sku":"A"}]' }],
    ['in stock', 'in stock', { text: 'in stock' }],
    ['', '""', { text: '""' }],
    [' \n', '" \\n"', { text: '" \\n"' }],
    [12.5, '12.5', { text: '12.5' }],
    [false, 'false', { text: 'false' }],
    [null, 'null', { text: 'null' }],
  ])('write %j as a text, and for Converse as an object where it is one', (result, text, block) => {
    const outcomes = new Map([
      ['A', { status: 'succeeded', success: true, result, error: null, error_type: null, reason: null }],
    ]);
    const call = [{ callId: 'A', issues: [] }];

    const [chat] = toolResults('openai_chat', call, outcomes);
    const [converse] = toolResults('bedrock_converse', call, outcomes);

    expect(chat?.content).toBe(text);
    expect(converse?.content[0]?.toolResult.content).toEqual([block]);
  });

  it.each([
    [
      { status: 'skipped', reason: 'orders failed' },
      { error: 'orders failed', error_type: 'skipped' },
    ],
    [
      { status: 'cancelled', reason: 'the run was stopped' },
      { error: 'the run was stopped', error_type: 'cancelled' },
    ],
    [
      { status: 'cancelled', error: 'aborted', error_type: 'Aborted', reason: 'outcome unknown' },
      { error: 'aborted', error_type: 'Aborted', reason: 'outcome unknown' },
    ],
    [{ status: 'cancelled' }, { error: 'the call was cancelled', error_type: 'cancelled' }],
  ])('tell why %j', (fields, told) => {
    const nothing = { success: false, result: null, error: null, error_type: null, reason: null };
    const outcomes = new Map([['A', { ...nothing, ...fields }]]);

    const [message] = toolResults('anthropic_messages', [{ callId: 'A', issues: [] }], outcomes);

    const [block] = message!.content;
    expect(block?.is_error).toBe(true);
    expect(JSON.parse(block!.content)).toEqual({ ...told, status: fields.status });
  });

  it('answer also a call that has no outcome, because none may be left without', () => {
    const [answer] = toolResults('openai_responses', [{ callId: 'A', issues: [] }], new Map());

    expect(JSON.parse(answer!.output)).toMatchObject({ error_type: 'no_outcome' });
  });

  it('come back when no call can be run', async () => {
    const { plan, results } = await runTurn(chatMessage([{ ...good, name: 'nothing' }]));

    expect(plan).toBeUndefined();
    expect(results).toHaveLength(1);
  });
});

describe('a call that a model wrote badly', () => {
  const chat = (args: unknown) => ({
    role: 'assistant',
    tool_calls: [
      { id: 'bad', type: 'function', function: { name: 'echo', arguments: args } },
      { id: 'good', type: 'function', function: { name: 'echo', arguments: '{}' } },
    ],
  });

  it.each([
    ['{"a": 1,}', 'line 1, column 9'],
    ['{"a": "say "x""}', 'line 1, column 13'],
    ['{"a":\n  tru}', 'line 2, column 6'],
    ['{"a": 1', 'line 1, column 8'],
    ["{'a': 1}", 'line 1, column 2'],
    ['```json\n{}\n```', 'line 1, column 1'],
  ])('says where %j is not JSON, and runs the others', async (args, where) => {
    const { turn, results } = await runTurn(chat(args));

    const [bad] = turn.calls;
    expect(bad).toMatchObject({ callId: 'bad', input: {}, issues: [{ code: 'invalid_json', path: where }] });
    const answers = read('openai_chat', results).map(parsed);
    expect(answers).toEqual([
      { error: expect.stringContaining(where), error_type: 'invalid_json', status: 'failed' },
      {},
    ]);
  });

  it.each(['', ' \n', undefined, null])('takes %j as no input', async (args) => {
    expect((await runTurn(chat(args))).invoked).toEqual([{}, {}]);
  });

  it('takes arguments that are JSON already', async () => {
    expect((await runTurn(chat({ a: 1 }))).invoked).toEqual([{ a: 1 }, {}]);
  });

  it.each([
    ['{"order": 12345678901234567890}', '12345678901234567890'],
    ['{"order": 1e999}', '1e999'],
    ['[-9007199254740993]', '-9007199254740993'],
  ])('does not pass on a number of %s as another', async (args, got) => {
    const { turn } = await runTurn(chat(args));

    expect(turn.calls[0]?.issues).toMatchObject([{ code: 'out_of_range', got }]);
  });

  it.each(['{"n": 9007199254740992}', '{"n": 1.234567890123456789}', '{"n": 1e300, "t": "12345678901234567890"}'])(
    'passes on %s',
    async (args) => {
      expect((await runTurn(chat(args))).invoked[0]).toEqual(JSON.parse(args));
    },
  );

  it('tells all that is wrong with it', () => {
    const { calls } = parseToolCalls(
      [{ id: 'a', type: 'function', function: { name: 'count_stok', arguments: '{' } }],
      tools,
    )!;

    expect(calls[0]?.issues.map(({ code }) => code)).toEqual(['invalid_json', 'unknown_tool']);
  });

  it.each([
    ['Anthropic', anthropicMessage([good, { ...good, id: 'B' }], 'max_tokens')],
    ['Converse', converseResponse([good, { ...good, id: 'B' }], 'max_tokens')],
    ['Converse', converseResponse([good, { ...good, id: 'B' }], 'malformed_tool_use')],
  ])('is the last one where the answer of %s ended early', (_, response) => {
    const { calls } = parseToolCalls(response, tools)!;

    expect(calls.map(({ issues }) => issues.map(({ code }) => code))).toEqual([[], ['incomplete_call']]);
  });

  it('is none where the answer went on after the calls', () => {
    const message = anthropicMessage([good], 'max_tokens');

    const { calls } = parseToolCalls(
      { ...message, content: [...message.content, { type: 'text', text: 'And' }] },
      tools,
    )!;

    expect(calls[0]?.issues).toEqual([]);
  });
});
