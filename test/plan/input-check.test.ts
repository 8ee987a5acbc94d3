import { describe, expect, it } from 'vitest';
import { issuesOf, plan, tool } from './plans.ts';

type Schema = Record<string, unknown>;

const reorder: Schema = {
  type: 'object',
  required: ['code'],
  additionalProperties: false,
  properties: {
    code: { type: 'string', enum: ['WH001', 'WH002', '$5'] },
    days: { type: 'integer', minimum: 1 },
    lines: {
      type: 'array',
      minItems: 1,
      items: { type: 'object', required: ['quantity'], properties: { quantity: { type: 'number' } } },
    },
  },
};

function issuesOfInput(input: unknown, schema: Schema = reorder) {
  return issuesOf(plan({ id: 'stock', tool: 'reorder', for_each: [1], input }), [
    tool('reorder', { input_schema: schema }),
  ]);
}

/** `path message` of each issue, without what is the same for all. */
function complaints(input: unknown, schema?: Schema): string[] {
  return issuesOfInput(input, schema).map(
    ({ path, message }) => `${path.slice('actions[0].'.length)}: ${message.replace('the input of reorder', 'it')}`,
  );
}

describe('the literal part of an input', () => {
  it.each([
    [{ code: 5 }, 'code', 'number 5', 'string'],
    [{ code: 'WH001', days: '5' }, 'days', 'string "5"', 'integer'],
    [{ code: 'WH001', days: 0.5 }, 'days', 'number 0.5', 'integer'],
    [{ code: 'WH001', lines: {} }, 'lines', 'object {}', 'array'],
    [{ code: 'WH001', lines: [{ quantity: 1 }, { quantity: '1' }] }, 'lines[1].quantity', 'string "1"', 'number'],
    [{ code: 'WH001', lines: [null] }, 'lines[0]', 'null', 'object'],
    [{ code: 'WH001', lines: ['$item', 5] }, 'lines[1]', 'number 5', 'object'],
    [{ code: 'WH001', lines: [{ sku: '$item', quantity: true }] }, 'lines[0].quantity', 'boolean true', 'number'],
  ])('%j has a wrong type', (input, path, got, allowed) => {
    expect(issuesOfInput(input)).toEqual([
      {
        code: 'invalid_input',
        path: `actions[0].input.${path}`,
        message: 'wrong type in the input of reorder',
        got,
        allowed,
      },
    ]);
  });

  it.each([
    ['a text', 'WH001'],
    ['null', null],
    ['a list', [{ code: 'WH001' }]],
  ])('must be what the tool takes, not %s', (_, input) => {
    expect(issuesOfInput(input)).toMatchObject([{ path: 'actions[0].input', allowed: 'object' }]);
  });

  it('must have one of the allowed values', () => {
    expect(issuesOfInput({ code: 'WH009' })).toEqual([
      {
        code: 'invalid_input',
        path: 'actions[0].input.code',
        message: 'not an allowed value in the input of reorder',
        got: 'string "WH009"',
        allowed: '"WH001", "WH002", "$5"',
      },
    ]);
    expect(issuesOfInput(2, { const: 1 })).toMatchObject([{ got: 'number 2', allowed: '1' }]);
  });

  it('must have the required fields and no others', () => {
    expect(issuesOfInput({ cod: 'WH001', colour: '$item' })).toEqual([
      { code: 'invalid_input', path: 'actions[0].input.code', message: 'the input of reorder needs "code"' },
      {
        code: 'invalid_input',
        path: 'actions[0].input.cod',
        message: 'the input of reorder has no field "cod"',
        allowed: 'code, days, lines',
        hint: 'did you mean "code"?',
      },
      {
        code: 'invalid_input',
        path: 'actions[0].input.colour',
        message: 'the input of reorder has no field "colour"',
        allowed: 'code, days, lines',
      },
    ]);
  });

  it('is told the rest in the words of JSON Schema', () => {
    expect(complaints({ code: 'WH001', days: 0, lines: [] })).toEqual([
      'input.days: it: must be >= 1',
      'input.lines: it: must NOT have fewer than 1 items',
    ]);
  });

  it('is checked as it will be, not as it is written', () => {
    expect(complaints({ code: '$$5' })).toEqual([]);
    expect(complaints({ code: '$$$5' })).toEqual(['input.code: not an allowed value in it']);
  });

  it('of a tool that says nothing may be anything', () => {
    for (const input of [null, 5, 'text', [], {}]) expect(complaints(input, {})).toEqual([]);
  });
});

describe('where a reference stands', () => {
  it.each([
    ['$item'],
    [{ code: '$item.code', days: '$item.days', lines: '$item.lines' }],
    [{ code: '{% "WH" & $item %}', days: '{% $index + 1 %}' }],
    [{ code: '${item}' }],
    [{ code: 'WH00${item}', lines: ['$item', { quantity: '$item' }] }],
  ])('%j may become anything', (input) => {
    expect(complaints(input)).toEqual([]);
  });

  it.each([
    ['${item.days}', '${item.days}'],
    ['about ${item.days} days', '${item.days}'],
    ['${ item.days }${index}', '${ item.days }'],
  ])('%j becomes a text at least', (days, reference) => {
    expect(issuesOfInput({ code: 'WH001', days })).toEqual([
      {
        code: 'invalid_input',
        path: 'actions[0].input.days',
        message: 'wrong type in the input of reorder',
        got: `a text with ${reference}`,
        allowed: 'integer',
        hint: '${…} always gives a text; write $item.days alone to keep its type',
      },
    ]);
  });

  it('the fields around it are still checked', () => {
    expect(complaints({ days: '$item', lines: '$item', colour: 1 })).toEqual([
      'input.code: it needs "code"',
      'input.colour: it has no field "colour"',
    ]);
  });

  it('rules on the values of a whole list or object wait until they are known', () => {
    const unique = { type: 'array', uniqueItems: true, maxItems: 2, const: [1, 2] };

    expect(complaints([1, '$item'], unique)).toEqual([]);
    expect(complaints([1, '$item', 3], unique)).toEqual(['input: it: must NOT have more than 2 items']);
  });
});

describe('alternatives', () => {
  const place: Schema = {
    anyOf: [{ type: 'string' }, { type: 'object', required: ['lat'], properties: { lat: { type: 'number' } } }],
  };

  it('are told together when none fits', () => {
    expect(issuesOfInput({ lat: 'north' }, place)).toEqual([
      {
        code: 'invalid_input',
        path: 'actions[0].input',
        message: 'none of the alternatives in the input of reorder fits',
        got: 'object {"lat":"north"}',
        allowed: 'string; or lat must be number',
      },
    ]);
  });

  it('may fit once a reference is known', () => {
    expect(complaints({ lat: '$item' }, place)).toEqual([]);
    expect(complaints({ lat: '$item.lat', lon: { deep: ['$item'] } }, { oneOf: [{ type: 'string' }, place] })).toEqual(
      [],
    );
  });

  it('may be definitions', () => {
    const schema = {
      $defs: { code: { type: 'string' }, point: { type: 'object', required: ['lat'] } },
      anyOf: [{ $ref: '#/$defs/code' }, { $ref: '#/$defs/point' }],
    };

    expect(issuesOfInput({ lon: 1 }, schema)).toMatchObject([
      { allowed: "string; or must have required property 'lat'" },
    ]);
    expect(complaints({ lat: '$item' }, schema)).toEqual([]);
  });

  it('do not hide what is wrong beside them', () => {
    const schema = { ...place, properties: { days: { type: 'integer' } }, required: ['code'] };

    expect(complaints({ lat: 'north', days: 'x' }, schema)).toEqual([
      'input: none of the alternatives in it fits',
      'input.code: it needs "code"',
      'input.days: wrong type in it',
    ]);
  });

  it('of a condition are certain only if the condition is', () => {
    const schema = {
      if: { properties: { kind: { const: 'fast' } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { required: ['days'] },
      else: { required: ['code'] },
    };

    expect(complaints({ kind: 'fast' }, schema)).toEqual(['input.days: it needs "days"']);
    expect(complaints({ kind: 'slow' }, schema)).toEqual(['input.code: it needs "code"']);
    expect(complaints({ kind: '$item' }, schema)).toEqual([]);
  });

  it('of one element among several are one complaint', () => {
    const schema = { type: 'array', contains: { const: 5 } };

    expect(complaints([1, 2], schema)).toEqual(['input: none of the alternatives in it fits']);
    expect(complaints([1, '$item'], schema)).toEqual([]);
  });
});

describe('schemas as they are found', () => {
  it.each([
    'https://json-schema.org/draft/2020-12/schema',
    'http://json-schema.org/draft-07/schema#',
    'https://json-schema.org/draft/2019-09/schema',
    'https://example.org/unheard-of',
  ])('may name their draft: %s', ($schema) => {
    expect(complaints({ code: 5 }, { $schema, ...reorder })).toEqual(['input.code: wrong type in it']);
  });

  it('tuples are those of their draft', () => {
    const pair = [{ type: 'string' }, { type: 'number' }];

    expect(complaints(['a', 'b'], { type: 'array', prefixItems: pair })).toEqual(['input[1]: wrong type in it']);
    expect(complaints(['a', 'b'], { $schema: 'http://json-schema.org/draft-07/schema#', items: pair })).toEqual([
      'input[1]: wrong type in it',
    ]);
  });

  it('of two tools may have the same id', () => {
    const tools = ['first', 'second'].map((name) =>
      tool(name, { input_schema: { $id: 'https://example.org/input', type: 'object' } }),
    );

    const issues = issuesOf(plan({ id: 'a', tool: 'first' }, { id: 'b', tool: 'second', input: 5 }), tools);

    expect(issues.map(({ path }) => path)).toEqual(['actions[1].input']);
  });

  it('may refer to itself', () => {
    const tree = { type: 'array', items: { $ref: '#' } };

    expect(complaints([[], [[]]], tree)).toEqual([]);
    expect(complaints([[], [5]], tree)).toEqual(['input[1][0]: wrong type in it']);
  });

  it('may have unknown formats and keywords', () => {
    expect(complaints('x', { type: 'string', format: 'warehouse', example: 'WH001' })).toEqual([]);
  });

  it('fields may have any name', () => {
    const schema = { properties: { 'a/b~c': { type: 'number' }, '0': { type: 'number' } } };

    expect(complaints(JSON.parse('{"a/b~c": "x", "0": "y", "__proto__": "z"}'), schema)).toEqual([
      'input.0: wrong type in it',
      'input.a/b~c: wrong type in it',
    ]);
  });
});
