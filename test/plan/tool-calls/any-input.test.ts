/** Whatever a model writes as input reaches the tool as it is, and nothing it writes does harm. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IssuesError } from '../../../lib/core/issues.ts';
import type { Json } from '../../../lib/core/json.ts';
import { MAX_INPUT_NESTING } from '../../../lib/plan/tool-calls/arguments.ts';
import { parseToolCalls } from '../../../lib/plan/tool-calls/parse.ts';
import { chatMessage, FORMATS, forms, responseWith } from './messages.ts';
import { read, runTurn, tools } from './turn.ts';

const odd = fc.constantFrom(
  ...['$call_1', '$call_2.text', '$nobody', '$$', '$$x', '$', '$5', '$.a', '$a[*]', '$count($x)', '$inputs.x', '$item'],
  ...['${call_1}', 'a ${ b', '$${x}', '{% $call_1 %}', '{% ( %}', '{%%}', '{% "x" %}', '$states.input'],
  ...['__proto__', 'constructor', 'toString', 'States.Format', '\ud800', '\u0000', '"', '\\', ''],
);
const text = fc.oneof(
  odd,
  fc.string({ unit: 'binary' }),
  fc.tuple(odd, odd).map((parts) => parts.join('')),
);
/**
 * The JSON.parse of Node 24 (V8 13.6) may read a key with an escaped character as if it had `\`, if that stood in its place in an object
 * before: `{"a":1,"\\":2}`, then `{"a":1,"\n":2}`.
 */
const key = text.filter((name) => JSON.stringify(name).length === name.length + 2);
const { value: json } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.constantFrom(null, true, false, 0, -1, 1e300, 5e-324, 0.1),
    fc.integer(),
    fc.array(tie('value')),
    fc.array(fc.tuple(key, tie('value'))).map((fields) => Object.fromEntries(fields)),
  ),
}));

describe('any input', () => {
  it.each(FORMATS)('of a call of %s reaches the tool and comes back', async (format) => {
    await fc.assert(
      fc.asyncProperty(fc.array(json, { minLength: 1, maxLength: 3 }), async (inputs) => {
        const calls = inputs.map((input, index) => ({ id: `call_${2 - index}`, name: 'echo', input }));
        const document = JSON.parse(JSON.stringify(responseWith[format](calls)));

        const { invoked, results } = await runTurn(document);

        // Converse and Anthropic know no null as input; both mean no input.
        const sent = inputs.map((input) => (input === null && !format.startsWith('openai') ? {} : input));
        expect(invoked.map(asJson)).toEqual(sent.map(asJson));
        const answers = read(format, results);
        expect(answers.map(({ callId }) => callId)).toEqual(calls.map(({ id }) => id));
        expect(answers.map(({ content }) => asJson(content))).toEqual(
          sent.map((input) => asJson(written(format, input))),
        );
      }),
      { numRuns: 150 },
    );
  });

  function asJson(value: unknown): string {
    return JSON.stringify(value);
  }

  function written(format: string, value: Json): unknown {
    if (typeof value === 'string' && value.trim() !== '') return value;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return format === 'bedrock_converse' && isObject ? value : JSON.stringify(value);
  }

  it('changes no prototype', async () => {
    const { invoked } = await runTurn({
      role: 'assistant',
      tool_calls: [
        {
          id: '__proto__',
          function: {
            name: 'echo',
            arguments: '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
          },
        },
        { id: 'constructor', function: { name: '__proto__', arguments: '{}' } },
      ],
    });

    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(JSON.stringify(invoked)).toBe('[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}]');
  });

  it('may have a type that cannot be written as a text', () => {
    const odd = { type: { toString: 1, valueOf: 1 } };

    expect(
      [[odd], { content: [odd] }, { output: [odd, { type: 'function_call', call_id: 'a', name: 'echo' }] }].map(kind),
    ).toEqual([undefined, undefined, 'openai_responses']);

    function kind(document: unknown) {
      return parseToolCalls(document, tools)?.format;
    }
  });

  function inLists(levels: number): Json {
    return levels === 0 ? 1 : [inLists(levels - 1)];
  }

  it('may be nested as deep as a plan carries, and no deeper', async () => {
    const calls = [MAX_INPUT_NESTING, MAX_INPUT_NESTING + 1].map((levels) => ({
      id: `${levels}`,
      name: 'echo',
      input: inLists(levels),
    }));

    const { turn, invoked } = await runTurn(chatMessage(calls));

    expect(turn.calls.map(({ issues }) => issues.map(({ code }) => code))).toEqual([[], ['too_deep']]);
    expect(invoked).toHaveLength(1);
  });

  it.each(['[', '{"a":'])('may be a bomb of %s', (opening) => {
    const args = opening.repeat(100_000) + (opening === '[' ? ']'.repeat(100_000) : `1${'}'.repeat(100_000)}`);
    const inputs = [args, JSON.parse(args)];

    const issues = inputs.map((input) => {
      const call = { id: 'a', type: 'function', function: { name: 'echo', arguments: input } };
      return parseToolCalls([call], tools)?.calls[0]?.issues.map(({ code }) => code);
    });

    expect(issues).toEqual([['too_deep'], ['too_deep']]);
  });

  it.each([
    ['text', (n: number) => ({ text: 'x'.repeat(n) })],
    ['digits', (n: number) => ({ text: '9'.repeat(n) })],
  ])('that is too large is refused alone: %s', async (_, write) => {
    const large = { id: 'large', name: 'echo', input: write(300_000) };

    const { turn, invoked } = await runTurn(chatMessage([large, { id: 'small', name: 'echo', input: {} }]));

    expect(turn.calls[0]?.issues.map(({ code }) => code)).toEqual(['too_large']);
    expect(invoked).toEqual([{}]);
  });

  it('is answered in few words, however much is wrong', async () => {
    const fields = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`field_${n}`, n]));
    const { results } = await runTurn(
      chatMessage([
        { id: 'fields', name: 'count_stock', input: fields },
        { id: 'digits', name: 'echo', input: {} },
        { id: 'name', name: 'x'.repeat(100_000), input: {} },
      ]),
    );

    for (const { content } of read('openai_chat', results)) expect(String(content).length).toBeLessThan(4000);
  });

  it('of any shape of document is read, refused or left alone', () => {
    const parts = fc.constantFrom(
      ...['actions', 'choices', 'message', 'tool_calls', 'output', 'content', 'toolUse', 'function', 'function_call'],
      ...['role', 'type', 'id', 'call_id', 'toolUseId', 'name', 'arguments', 'input', 'stop_reason', 'stopReason'],
    );
    const words = fc.constantFrom(
      'assistant',
      'function',
      'tool_use',
      'function_call',
      'custom',
      'echo',
      'message',
      '{}',
    );
    const { value: document } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        words,
        fc.constantFrom(null, 1, true),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(parts, tie('value'), { maxKeys: 4 }),
      ),
    }));

    fc.assert(
      fc.property(fc.oneof(document, ...forms.map(([, , write]) => calls().map(write))), (value) => {
        try {
          parseToolCalls(value, tools);
        } catch (thrown) {
          if (!(thrown instanceof IssuesError)) throw thrown;
          expect(thrown.issues.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2000 },
    );

    function calls() {
      return fc.array(fc.record({ id: fc.constantFrom('a', 'b', ''), name: words, input: json }), { maxLength: 3 });
    }
  });
});
