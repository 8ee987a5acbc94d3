import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/core/json.ts';
import { evaluate, resolveList, resolveTemplate, Scope } from '../../lib/plan/evaluate.ts';
import { resolve } from './orders.ts';
import { expression, nested, prepare, scope, template } from './plans.ts';

describe('a scope', () => {
  const large = { rows: Array.from({ length: 40_000 }, (_, id) => ({ id, name: `row ${id}`, tags: ['a', 'b'] })) };

  it('has the variables of the one it comes from, and its own in their place', () => {
    const root = new Scope([
      ['a', 1],
      ['b', 2],
    ]);
    const inner = root.with([['b', 3]]).with([['c', undefined]]);

    expect(['a', 'b', 'c', 'd'].map((name) => inner.get(name))).toEqual([1, 3, undefined, undefined]);
    expect(root.get('b')).toBe(2);
  });

  it('copies a value for evaluation once in a run, however many actions and items use it', async () => {
    let reads = 0;
    const inputs = Object.defineProperty({ n: 1 }, 'rows', {
      enumerable: true,
      get: () => {
        reads++;
        return large.rows;
      },
    }) as unknown as Json;
    const run = new Scope([['inputs', inputs]]);
    const text = expression('{% $inputs.rows[0].id + $index %}');

    const values = await Promise.all(
      Array.from({ length: 200 }, (_, index) => {
        const action = run.with([[`result${index % 2}`, index]]);
        return evaluate(text, action.with([['index', index]]));
      }),
    );

    expect(values[199]).toBe(199);
    expect(reads).toBe(1);
  });

  it('copies nothing for a plain reference', async () => {
    const run = new Scope([['inputs', large]]);

    expect(await resolve('$inputs.rows[3]', run)).toBe(large.rows[3]);
    expect(await resolve('$inputs.rows', run)).toBe(large.rows);
  });
});

describe('the loser of a race', () => {
  const lost = new Scope([['won', { v: 1 }]], { losers: ['b'] }).with([['index', 0]]);

  it.each<[string, Json]>([
    ['$b', null],
    ['$b.v', null],
    ['$b[0].v[-1].w', null],
    ['a ${b} and ${b.v.w}', 'a null and null'],
    ['$won.v', 1],
    ['{% $b = null %}', true],
    ['{% $exists($b.v) %}', false],
  ])('%s', async (text, value) => {
    expect(await resolve(text, lost)).toEqual(value);
  });

  it('is null in an expression, from which a path leads nowhere', async () => {
    await expect(resolve('{% $b.v %}', lost)).rejects.toMatchObject({ code: 'unresolved_reference' });
  });

  it('is no list', async () => {
    for (const text of ['$b', '$b.lines', '$b.lines.sku']) {
      await expect(resolveList(template(text), lost)).rejects.toMatchObject({
        code: 'not_a_list',
        message: `for_each: ${text} is not a list, it is null`,
      });
    }
  });

  it('is one until the name stands for something else', async () => {
    expect(await resolve('$b.v', lost.with([['b', { v: 5 }]]))).toBe(5);
    expect(await resolve('$won.v', lost.with([], { losers: ['won'] }))).toBeNull();
  });
});

describe('hostile data', () => {
  const hostile = JSON.parse(
    '{"__proto__": {"admin": true}, "constructor": {"name": "c"}, "a": {"b": 1}, "list": [{"c": 2}]}',
  );

  it.each([
    '$x.a.constructor',
    '$x.a.toString',
    '$x.a.__proto__',
    '{% $lookup($x.a, "constructor") %}',
    '$x.a.b.length',
    '$x.list.__proto__',
    '$x.list[0].__proto__',
  ])('%s reaches nothing that data did not bring', async (text) => {
    await expect(resolve(text, scope({ x: hostile }))).rejects.toMatchObject({ code: 'unresolved_reference' });
  });

  it('comes through as it is, keys of any name included', async () => {
    const from = scope({ x: hostile });

    expect(await resolve('$x.__proto__.admin', from)).toBe(true);
    expect(await resolve('$x.constructor.name', from)).toBe('c');
    for (const text of ['$x', '{% [$x][0] %}', '{% true ? $x %}']) {
      expect(JSON.stringify(await resolve(text, from))).toBe(JSON.stringify(hostile));
    }
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('in a plan comes through as well', async () => {
    const input = JSON.parse('{"__proto__": {"admin": true}, "b": ["$inputs.x"]}');
    const [one] = prepare({ actions: [{ id: 'one', tool: 'work', input }] }).actions;

    const resolved = await resolveTemplate(one!.input, scope({ inputs: { x: 1 } }), ['input']);

    expect(JSON.stringify(resolved)).toBe('{"__proto__":{"admin":true},"b":[1]}');
  });

  it('that is nested too deeply raises instead of overflowing the stack', async () => {
    const deep = scope({ x: { deep: nested(100_000) } });

    await expect(resolve('{% [$x.deep] %}', deep)).rejects.toMatchObject({ code: 'expression_error' });
    await expect(resolve('a ${x}', deep)).rejects.toMatchObject({ code: 'expression_error' });
    await expect(resolve('$x.deep.field', deep)).rejects.toMatchObject({ code: 'expression_error' });
  });
});

describe('hostile expressions', () => {
  const numbers = Array.from({ length: 60_000 }, (_, index) => (index * 7919) % 60_000);
  const large = scope({ x: numbers, objects: numbers.map((a) => ({ a })), text: 'a'.repeat(300) });

  it.each([
    ['$count([1..10000].([1..10000]))', 'lists of more than 10000000 elements'],
    ['$sum([1..10000].($sum([1..100].($ + 1))))', 'the evaluation takes more than 1000000 steps'],
    ['$objects^(a)', 'the evaluation takes more than 1000000 steps'],
    ['$sum($x.($sum($x)))', 'the evaluation takes more than 1000000 steps'],
    [
      '$replace($replace($replace($text, "a", $text), "a", $text), "a", $text)',
      'a text of more than 10000000 characters',
    ],
    ['$count($x.($string($objects)))', 'the evaluation takes more than 1000000 steps'],
    ['$fromMillis(0, "[Y,99999999]")', 'a text of more than 10000000 characters'],
  ])('%s ends within about a second', async (source, message) => {
    const started = performance.now();

    await expect(resolve(`{% ${source} %}`, large)).rejects.toMatchObject({
      code: 'expression_error',
      message: `{% ${source} %}: ${message}`,
    });

    expect(performance.now() - started).toBeLessThan(10_000); // far longer without bounds, also on a busy machine
  });

  it.each<[string, Json]>([
    ['$count($distinct($objects))', 60_000],
    ['$sort($x)[0]', 0],
    ['$count($objects[a > 59000].a)', 999],
  ])('%s over a long list does not take long', async (source, value) => {
    expect(await resolve(`{% ${source} %}`, large)).toBe(value);
  });

  it('sorting a list of usual length is quick', async () => {
    const objects = numbers.slice(0, 1000).map((a) => ({ a }));

    expect(await resolve('{% $objects^(a).a[0] %}', scope({ objects }))).toHaveLength(1000);
  });
});
