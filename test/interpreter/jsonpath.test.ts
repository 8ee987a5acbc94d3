import { describe, expect, it } from 'vitest';
import type { MachineDefinition } from '../../lib/asl/definition.ts';
import type { Json } from '../../lib/core/json.ts';
import { call, machine, outputOf, run } from '../support/executions.ts';

/** A machine whose states are in JSONPath unless they say otherwise. */
function mixed(states: Record<string, object>): MachineDefinition {
  return machine(states, { QueryLanguage: 'JSONPath' });
}

const pass = (Parameters: object, input: Json) => outputOf(mixed({ P: { Type: 'Pass', Parameters } }), { input });

const input = {
  store: {
    books: [
      { title: 'A', price: 8, tags: ['x'] },
      { title: 'B', price: 12 },
      { title: "C's", price: 20, isbn: '1' },
    ],
    'odd name': { deep: [1, [2, 3]] },
  },
};

describe('paths', () => {
  it.each([
    ['$.store.books[0].title', 'A'],
    ["$['store']['odd name'].deep[1][0]", 2],
    ['$.store.books[-1].price', 20],
    ['$.store.books[*].title', ['A', 'B', "C's"]],
    ['$.store.books[0,2].price', [8, 20]],
    ['$.store.books[1:].price', [12, 20]],
    ['$.store.books[:2].title', ['A', 'B']],
    ['$.store.books[::2].title', ['A', "C's"]],
    ['$..price', [8, 12, 20]],
    ['$.store.books[?(@.price > 10)].title', ['B', "C's"]],
    ['$.store.books[?(@.isbn || @.tags)].title', ['A', "C's"]],
    ['$.store.books[?(!(@.isbn) && @.price <= 8)].title', ['A']],
    ["$.store.books[?(@.title == 'C\\'s')].price", [20]],
    ['$.store.books[?(@.price == $.store.books[1].price)].title', ['B']],
    ['$.store.books.length()', 3],
    ['$.store.books[?(@.price > 100)]', []],
  ])('%s', async (path, expected) => {
    expect(await pass({ 'v.$': path }, input)).toEqual({ v: expected });
  });

  it.each([
    '$.no',
    '$.store.books[9]',
    '$.store[',
    '$.store.books[?(@.price >]',
    'store',
    '$.__proto__',
    '$.constructor.name',
  ])('fail the execution where %s leads nowhere', async (path) => {
    const { end } = await run(mixed({ P: { Type: 'Pass', Parameters: { 'v.$': path } } }), { input });

    expect(end).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });
});

describe('intrinsic functions', () => {
  it.each([
    ["States.Format('{} is {}\\'s', $.a, $.n)", "x is 1.5's"],
    ["States.Format('{}', $.o)", '{"k":[1]}'],
    ['States.StringToJson($.json)', { b: true }],
    ['States.JsonToString($.o)', '{"k":[1]}'],
    ["States.Array($.a, 1, null, true, 'q,)')", ['x', 1, null, true, 'q,)']],
    [
      'States.ArrayPartition($.list, 2)',
      [
        [1, 2],
        [2, 3],
      ],
    ],
    ['States.ArrayContains($.list, 3)', true],
    ['States.ArrayRange(1, 9, 4)', [1, 5, 9]],
    ['States.ArrayGetItem($.list, 3)', 3],
    ['States.ArrayLength($.list)', 4],
    ['States.ArrayUnique($.list)', [1, 2, 3]],
    ["States.Base64Encode('ä')", 'w6Q='],
    ["States.Base64Decode('w6Q=')", 'ä'],
    ["States.Hash('input', 'SHA-1')", '140f86aae51ab9e1cda9b4254fe98a74eb54c1a1'],
    ['States.JsonMerge($.o, $.o2, false)', { k: 2, l: 3 }],
    ['States.MathAdd($.n, -0.5)', 2],
    ["States.StringSplit('a,b;c', ',;')", ['a', 'b', 'c']],
    ['States.ArrayLength(States.Array($.a, States.ArrayLength($.list)))', 2],
  ])('%s', async (text, expected) => {
    const data = { a: 'x', n: 1.5, o: { k: [1] }, o2: { k: 2, l: 3 }, list: [1, 2, 2, 3], json: '{"b":true}' };

    expect(await pass({ 'v.$': text }, data)).toEqual({ v: expected });
  });

  it.each([
    'States.No()',
    'States.ArrayRange(0, 5000, 1)',
    'States.ArrayGetItem($.list, 9)',
    "States.Format('{}')",
    'States.UUID(',
  ])('fail the execution: %s', async (text) => {
    const { end } = await run(mixed({ P: { Type: 'Pass', Parameters: { 'v.$': text } } }), { input: { list: [] } });

    expect(end).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });
});

describe('a state in JSONPath', () => {
  it('takes its input, selects from its result, and puts it where it belongs', async () => {
    const Task = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      InputPath: '$.in',
      Parameters: { FunctionName: 'f', Payload: { 'x.$': '$.x', 'name.$': '$$.State.Name', 'v.$': '$v.w' } },
      ResultSelector: { 'got.$': '$.Payload' },
      ResultPath: '$.out[0].here',
      OutputPath: '$.out',
    };
    const definition = mixed({ A: { Type: 'Pass', Assign: { v: { 'w.$': '$.in.x' } } }, B: Task });

    expect(await outputOf(definition, { input: { in: { x: 1 }, out: [{}] } })).toEqual([
      { here: { got: { x: 1, name: 'B', v: 1 } } },
    ]);
  });

  it('hands data and variables to states in JSONata, and takes them from there', async () => {
    const definition = mixed({
      A: { Type: 'Pass', Result: { n: 1 }, ResultPath: '$.a', Assign: { 'x.$': '$.n' } },
      B: {
        ...call('f'),
        QueryLanguage: 'JSONata',
        Assign: { y: '{% $x + 1 %}' },
        Output: '{% {"b": $states.input.a} %}',
      },
      C: { Type: 'Pass', Parameters: { 'b.$': '$.b', 'y.$': '$y' } },
    });

    expect(await outputOf(definition)).toEqual({ b: { n: 1 }, y: 2 });
  });

  it.each([
    [{ Variable: '$.n', NumericGreaterThan: 4 }, true],
    [{ Variable: '$.n', NumericLessThanEqualsPath: '$.limit' }, true],
    [{ Variable: '$.s', StringMatches: 'log-*.tx\\*' }, true],
    [{ Variable: '$.s', StringMatches: 'log-*.txt' }, false],
    [{ Variable: '$.s', NumericEquals: 1 }, false],
    [{ Variable: '$.t', TimestampLessThan: '2026-01-01T00:00:00Z' }, true],
    [{ Variable: '$.no', IsPresent: false }, true],
    [{ Variable: '$.nil', IsNull: true }, true],
    [{ And: [{ Variable: '$.n', IsNumeric: true }, { Not: { Variable: '$.s', IsNumeric: true } }] }, true],
    [
      {
        Or: [
          { Variable: '$.b', BooleanEquals: false },
          { Variable: '$.s', StringEqualsPath: '$.t' },
        ],
      },
      false,
    ],
  ])('chooses by rules: %j', async (rule, holds) => {
    const data = { n: 5, limit: 5, s: 'log-1.tx*', t: '2025-12-31T23:00:00Z', b: true, nil: null };
    const definition = mixed({
      C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
      Yes: { Type: 'Pass', Result: true, End: true },
      No: { Type: 'Pass', Result: false, End: true },
    });

    expect(await outputOf(definition, { input: data })).toBe(holds);
  });

  it('maps over its items, with the old names of the fields too', async () => {
    const definition = mixed({
      M: {
        Type: 'Map',
        ItemsPath: '$.list',
        MaxConcurrencyPath: '$.most',
        Parameters: { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value', 'most.$': '$.most' },
        Iterator: { StartAt: 'I', States: { I: { Type: 'Pass', OutputPath: '$.v', End: true } } },
        ResultPath: '$.result',
      },
    });

    expect(await outputOf(definition, { input: { list: ['a', 'b'], most: 1 } })).toMatchObject({ result: ['a', 'b'] });
  });
});
