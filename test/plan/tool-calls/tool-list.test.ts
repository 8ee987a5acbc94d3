/** The tools as each provider takes them. */
import type Anthropic from '@anthropic-ai/sdk';
import type { ToolConfiguration } from '@aws-sdk/client-bedrock-runtime';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { toolListFor } from '../../../lib/plan/tool-calls/tool-list.ts';
import { toolRegistry } from '../../../lib/tools/registry.ts';
import { toolSpecSchema } from '../../../lib/tools/spec.ts';
import { tool } from '../plans.ts';
import { anthropicMessage, FORMATS } from './messages.ts';
import { runTurn } from './turn.ts';

const schema = { type: 'object', properties: { warehouse: { type: 'string' } }, required: ['warehouse'] };
const count = tool('count_stock', { description: 'Counts what is there.', input_schema: schema });

/** The schema of a tool's input, as models see it. */
function seen(input_schema: Record<string, unknown>) {
  return toolListFor('anthropic_messages', [tool('t', { input_schema })])[0]!.input_schema;
}

describe('the list of tools', () => {
  it('is that of OpenAI Chat', () => {
    const list = toolListFor('openai_chat', [count]) satisfies OpenAI.ChatCompletionTool[];

    expect(list).toEqual([
      {
        type: 'function',
        function: { name: 'count_stock', description: 'Counts what is there.', parameters: schema },
      },
    ]);
  });

  it('is that of OpenAI Responses, where fields stay optional', () => {
    const list = toolListFor('openai_responses', [count]) satisfies OpenAI.Responses.Tool[];

    const description = 'Counts what is there.';
    expect(list).toEqual([{ type: 'function', name: 'count_stock', description, parameters: schema, strict: false }]);
  });

  it('is that of Anthropic', () => {
    const list = toolListFor('anthropic_messages', [count]) satisfies Anthropic.Tool[];

    expect(list).toEqual([{ name: 'count_stock', description: 'Counts what is there.', input_schema: schema }]);
  });

  it('is the toolConfig of Converse', () => {
    // DocumentType is JSON; our schemas hold `unknown`, which is wider.
    const { tools } = toolListFor('bedrock_converse', [count]);
    const typed = { tools: tools.map(({ toolSpec }) => ({ toolSpec: { ...toolSpec, inputSchema: { json: {} } } })) };
    typed satisfies ToolConfiguration;

    const toolSpec = { name: 'count_stock', description: 'Counts what is there.', inputSchema: { json: schema } };
    expect(tools).toEqual([{ toolSpec }]);
  });

  it.each(FORMATS)('has no empty description for %s, which Converse refuses', (format) => {
    expect(JSON.stringify(toolListFor(format, [tool('bare')]))).not.toContain('description');
  });

  it.each(['with space', 'dotted.name', 'x'.repeat(65), '', 'größe'])('cannot have a tool called %j', (name) => {
    expect(toolSpecSchema.safeParse({ name }).success).toBe(false);
  });
});

describe('the schema of an input', () => {
  it.each([
    ['says that it is an object', {}, { type: 'object', properties: {} }],
    ['has properties', { type: 'object' }, { type: 'object', properties: {} }],
    ['keeps the rest', { required: ['a'], $defs: {} }, { type: 'object', properties: {}, required: ['a'], $defs: {} }],
    ['is an object, not perhaps', { type: ['object', 'null'] }, { type: 'object', properties: {} }],
  ])('%s', (_, schema, expected) => {
    expect(seen(schema)).toEqual(expected);
  });

  it.each([
    ['a list', { type: 'array', items: { type: 'integer' } }, [1, 2], ['a']],
    ['a text', { type: 'string' }, 'x', 5],
    ['alternatives', { anyOf: [{ required: ['a'] }, { required: ['b'] }], type: 'object' }, { b: 1 }, { c: 1 }],
    [
      'a definition',
      { $ref: '#/$defs/tree', $defs: { tree: { type: 'array', items: { $ref: '#/$defs/tree' } } } },
      [[], [[]]],
      [[5]],
    ],
    ['itself', { type: 'array', items: { $ref: '#' } }, [[], [[]]], [[5]]],
    ['an object with such a field', { oneOf: [{ required: ['input'] }, { required: ['b'] }] }, { input: 1 }, {}],
  ])('that is %s travels in a field, and the tool gets it alone', async (_, input_schema, fits, doesNot) => {
    const registry = toolRegistry([tool('t', { input_schema })]);
    const wrapped = seen(input_schema);

    const validate = new Ajv2020({ strict: false }).compile(wrapped);
    const { invoked } = await runTurn(anthropicMessage([{ id: 'a', name: 't', input: { input: fits } }]), registry);
    const { turn } = await runTurn(anthropicMessage([{ id: 'a', name: 't', input: { input: doesNot } }]), registry);

    expect(wrapped).toMatchObject({ type: 'object', required: ['input'] });
    expect([validate({ input: fits }), validate({ input: doesNot })]).toEqual([true, false]);
    expect(invoked).toEqual([fits]);
    expect(turn.calls[0]?.issues).not.toEqual([]);
  });
});
