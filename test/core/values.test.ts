import { describe, expect, it } from 'vitest';
import { messageOf, StepweaveError } from '../../lib/core/errors.ts';
import { formatIssue, IssuesError } from '../../lib/core/issues.ts';
import {
  excerpt,
  formatPath,
  jsonBytes,
  MAX_NESTING,
  mapValues,
  nestedDeeperThan,
  preview,
  typedPreview,
  typeName,
} from '../../lib/core/json.ts';

function circle(): unknown {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

describe('messageOf', () => {
  it.each([
    [new Error('no stock'), 'no stock'],
    ['no stock', 'no stock'],
    [{ code: 'D1001', message: 'not a number' }, 'not a number'],
    [{ code: 404 }, '{"code":404}'],
    [{ message: 5 }, '{"message":5}'],
    [undefined, 'nothing'],
    [null, 'null'],
    [7n, '7'],
    [Symbol('no stock'), 'Symbol(no stock)'],
    [Object.create(null), '{}'],
    [circle(), '[object Array]'],
  ])('finds the message of %s', (thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});

describe('StepweaveError', () => {
  it('tells its code, whose fault it was and what caused it', () => {
    const cause = new Error('deeper');

    const error = new StepweaveError('not_found', 'user', 'there is no such run', { cause });

    expect(error).toMatchObject({ name: 'StepweaveError', code: 'not_found', fault: 'user', cause });
    expect(error.message).toBe('there is no such run');
  });
});

describe('IssuesError', () => {
  it('lists every issue, each with what it knows', () => {
    const error = new IssuesError('invalid_plan', 'plan.json', [
      { code: 'wrong_type', path: 'actions[0].id', message: 'wrong type', got: 'number 5', allowed: 'a string' },
      { code: 'empty', path: '', message: 'nothing here', hint: 'write something' },
      { code: 'odd', path: 'name', message: 'odd name', got: '"x"' },
    ]);

    expect(error.message).toBe(
      [
        'plan.json has 3 problems',
        '  actions[0].id: wrong type (got number 5; allowed: a string)',
        '  nothing here',
        '      -> write something',
        '  name: odd name (got "x")',
      ].join('\n'),
    );
    expect(error).toMatchObject({ code: 'invalid_plan', fault: 'user' });
    expect(formatIssue(error.issues[2]!)).toBe('  name: odd name (got "x")');
  });

  it('counts one as one', () => {
    expect(new IssuesError('x', 'It', [{ code: 'x', path: '', message: 'odd' }]).message).toBe(
      'It has 1 problem\n  odd',
    );
  });
});

describe('values in messages', () => {
  it.each([
    [null, 'null', 'null', 'null'],
    [undefined, 'nothing', 'nothing', 'nothing'],
    [[1, 'a'], 'list', '[1,"a"]', 'list [1,"a"]'],
    [{ a: 1 }, 'object', '{"a":1}', 'object {"a":1}'],
    ['text', 'string', '"text"', 'string "text"'],
    [1.5, 'number', '1.5', 'number 1.5'],
    [Number('1e999'), 'number', 'Infinity', 'number Infinity'],
    [false, 'boolean', 'false', 'boolean false'],
  ])('%j has a type and a short form', (value, type, short, both) => {
    expect([typeName(value), preview(value), typedPreview(value)]).toEqual([type, short, both]);
  });

  it('are cut', () => {
    expect(preview('x'.repeat(100))).toBe(`"${'x'.repeat(78)}…`);
    expect(preview('x'.repeat(78))).toBe(`"${'x'.repeat(78)}"`);
    expect([excerpt('abcdef', 5), excerpt('abcde', 5)]).toEqual(['abcd…', 'abcde']);
  });

  it.each([
    [[], ''],
    [['actions'], 'actions'],
    [['actions', 2, 'input', 'a b', 0, 1], 'actions[2].input.a b[0][1]'],
    [[0, 'id'], '[0].id'],
  ])('the path %j is written %j', (path, text) => {
    expect(formatPath(path)).toBe(text);
  });
});

describe('JSON', () => {
  it('is measured in bytes', () => {
    expect(jsonBytes({ name: 'Größe 😀' })).toBe(Buffer.byteLength('{"name":"Größe 😀"}'));
    expect(jsonBytes({ name: 'Größe 😀' })).toBe(23);
    expect(jsonBytes(undefined)).toBe(0);
  });

  it('keeps a key named __proto__ when its values are changed', () => {
    const changed = mapValues(
      JSON.parse('{"__proto__": 1, "a": 2}') as Record<string, number>,
      (n, key) => `${key}${n}`,
    );

    expect(JSON.stringify(changed)).toBe('{"__proto__":"__proto__1","a":"a2"}');
  });

  it.each([
    [5, 0, false],
    [[], 0, false],
    [[1], 0, true],
    [{ a: [1] }, 1, true],
    [{ a: [1] }, 2, false],
    [[[], [[]], []], 2, false],
    [[[], [[0]], []], 2, true],
  ])('%j is nested deeper than %i levels: %s', (value, levels, deeper) => {
    expect(nestedDeeperThan(value, levels)).toBe(deeper);
  });

  it('may be nested without end', () => {
    let deep: unknown = [];
    for (let level = 0; level < 100_000; level++) deep = level % 2 === 0 ? [deep] : { deep };

    expect([nestedDeeperThan(deep, MAX_NESTING), nestedDeeperThan(circle(), MAX_NESTING)]).toEqual([true, true]);
  });

  it('of millions of values takes no room to be measured', () => {
    const rows = Array.from({ length: 300_000 }, (_, id) => ({ id, tags: ['a'] }));
    const started = performance.now();

    expect(nestedDeeperThan({ rows }, MAX_NESTING)).toBe(false);

    expect(performance.now() - started).toBeLessThan(500);
  });
});
