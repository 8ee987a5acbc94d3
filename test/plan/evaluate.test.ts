import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/core/json.ts';
import { conditionHolds, ExpressionFailure, evaluate, Scope } from '../../lib/plan/evaluate.ts';
import { orders, resolve, values } from './orders.ts';
import { expression, prepare, scope } from './plans.ts';

describe('a reference', () => {
  it.each<[string, Json]>([
    ['$orders', orders],
    ['$orders.total', 12.5],
    ['$orders.no', false],
    ['$orders.none', null],
    ['$nothing', null],
    ['$zero', 0],
    ['$orders.empty', []],
    ['$orders.lines', orders.lines],
    ['$orders.lines[0]', orders.lines[0]!],
    ['$orders.lines[-1].sku', 'B'],
    ['$orders.lines.sku', ['A', 'B']],
    ['$orders.lines.parts', ['a1', 'a2', 'b1']],
    ['$orders.lines.parts[0]', ['a1', 'b1']],
    ['$orders.lines[1].parts', ['b1']],
    ['$orders.`odd name`.and', 1],
    ['$orders.`odd name`.in.or', [2]],
    ['$orders.`odd name`.true', 3],
    ['$orders.`odd name`.null', 4],
    ['$orders.`odd name`.function', 5],
    ['$list[0]', [1, 2]],
    ['$list[1]', [3]],
    ['{% $orders.total %}', 12.5],
  ])('%s keeps its type', async (text, value) => {
    expect(await resolve(text)).toEqual(value);
    expect(await resolve({ deep: [text] })).toEqual({ deep: [value] });
  });

  it.each<[string, string]>([
    ['${orders.total}', '12.5'],
    ['${word}', 'twelve'],
    ['a ${word} of ${orders.lines[0].sku}!', 'a twelve of A!'],
    ['${nothing}/${orders.no}/${zero}', 'null/false/0'],
    ['${orders.lines.sku}', '["A","B"]'],
    ['${orders.empty}', '[]'],
    ['${orders.`odd name`}', '{"and":1,"in":{"or":[2]},"true":3,"null":4,"function":5}'],
    ['$${word}', '${word}'],
    ['$$${word}', '$twelve'],
    ['$$word', '$word'],
    ['$$', '$'],
    ['$$$', '$$'],
    ['$${orders', '${orders'],
  ])('%s becomes the text %j', async (text, value) => {
    expect(await resolve(text)).toBe(value);
  });

  it.each([
    ['$orders.nothing', 'input.value: $orders.nothing yields nothing'],
    ['$orders.total.deep', 'input.value: $orders.total.deep yields nothing'],
    ['$orders.lines[9]', 'input.value: $orders.lines[9] yields nothing'],
    ['$orders.none.deep', 'input.value: $orders.none.deep yields nothing'],
    ['a ${orders.nothing} b', 'input.value: ${orders.nothing} yields nothing'],
    ['{% $orders.lines[quantity > 9] %}', 'input.value: {% $orders.lines[quantity > 9] %} yields nothing'],
  ])('%s that yields nothing is unresolved', async (value, message) => {
    await expect(resolve({ value })).rejects.toEqual(
      expect.objectContaining({ name: 'ExpressionFailure', code: 'unresolved_reference', fault: 'user', message }),
    );
  });

  it('follows the path semantics of JSONata, whatever the data', async () => {
    const keys = ['a', 'b', 'in'];
    const data = fc.letrec<{ json: Json }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<Json>(null, true, 0, 1.5, '', 'text'),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie('json'), { maxKeys: 3 }),
      ),
    })).json;
    const segment = fc.constantFrom('.a', '.b', '.in', '.`in`', '[0]', '[1]', '[-1]', '[-0]', '[-2]');
    await fc.assert(
      fc.asyncProperty(data, fc.array(segment, { minLength: 1, maxLength: 5 }), async (x, segments) => {
        const path = `x${segments.join('')}`;
        const theirs = (source: string) =>
          jsonata(source.replaceAll('.in', '.`in`')).evaluate(undefined, { x: structuredClone(x) });

        const value = await evaluate(expression(`$${path}`), scope({ x }));
        const text = await resolve(`\${${path}}`, scope({ x })).catch(() => undefined);

        expect(value).toEqual(normal(await theirs(`$${path}`)));
        expect(text).toEqual(await theirs(`$string($${path})`));
        expect(normal(x)).toEqual(x);
      }),
      { numRuns: 2000 },
    );
  });

  it('may be evaluated over what an evaluation gave', async () => {
    const data = fc.array(fc.record({ a: fc.integer({ min: 0, max: 2 }), b: fc.array(fc.nat(3), { maxLength: 3 }) }), {
      maxLength: 3,
    });
    const first = fc.constantFrom(
      '$x[a > 0]',
      '$x.b',
      '$x^(a)',
      '[$x.a]',
      '$x.b[]',
      '$append($x, $x)',
      '$x[a = 1].b[0]',
    );
    const second = fc.constantFrom('$y[0]', '$y.b', '[$y]', '$y', '$count($y)', '$y[a = 1]', '$append($y, 1)');
    await fc.assert(
      fc.asyncProperty(data, first, second, async (x, one, two) => {
        const given = await evaluate(expression(`{% ${one} %}`), scope({ x }));
        fc.pre(given !== undefined);

        const again = await evaluate(expression(`{% ${two} %}`), scope({ y: given! }));

        const copy = JSON.parse(JSON.stringify(given));
        expect(again).toEqual(await evaluate(expression(`{% ${two} %}`), scope({ y: copy })));
        expect(JSON.parse(JSON.stringify(given))).toEqual(copy);
      }),
      { numRuns: 300 },
    );
  });
});

describe('an expression', () => {
  it.each<[string, Json]>([
    ['$orders.lines[quantity > 5].sku', 'B'],
    ['$sum($orders.lines.quantity) * 2', 20],
    ['$orders.lines^(>quantity).sku', ['B', 'A']],
    [
      '$orders.lines.{"sku": sku, "n": $count(parts)}',
      [
        { sku: 'A', n: 2 },
        { sku: 'B', n: 1 },
      ],
    ],
    ['$orders.nothing ? 1 : 2', 2],
    ['{"a": $orders.nothing, "b": 1}', { b: 1 }],
    ['[$orders.nothing, $orders.lines[0].parts]', ['a1', 'a2']],
    ['$word & " & " & $orders.total', 'twelve & 12.5'],
    ['$parse("{\\"a\\":[1]}").a', [1]],
    ['$toMillis("2026-03-01T00:00:00Z")', 1_772_323_200_000],
    ['$fromMillis(0, "[Y0001]-[M01]-[D01]")', '1970-01-01'],
    ['$exists($orders.nothing)', false],
    ['null', null],
    ['"$orders ${orders}"', '$orders ${orders}'],
  ])('%s', async (source, value) => {
    expect(await resolve(`{% ${source} %}`)).toEqual(value);
  });

  it.each([
    ['$orders.total + "1"', 'The right side of the "+" operator must evaluate to a number'],
    ['$word * 2', 'The left side of the "*" operator must evaluate to a number'],
    ['$number($word)', 'Unable to cast value to a number: "twelve"'],
    ['$sum($word)', 'Argument 1 of function "sum" must be an array of "numbers"'],
    ['$parse("{")', "Expected property name or '}' in JSON at position 1 (line 1 column 2)"],
    [
      '$sort($orders.lines)',
      '$sort takes a list of numbers or a list of texts; sort objects by a field with list^(field)',
    ],
    ['1 / 0', 'a number that JSON cannot hold'],
    ['{"a": [0 / 0]}', 'a number that JSON cannot hold'],
    [
      '$power(10, 400)',
      'The power function has resulted in a value that cannot be represented as a JSON number: base=10, exponent=400',
    ],
  ])('%s raises', async (source, message) => {
    await expect(resolve({ value: `{% ${source} %}` })).rejects.toEqual(
      expect.objectContaining({ code: 'expression_error', fault: 'user', message: `{% ${source} %}: ${message}` }),
    );
    await expect(resolve({ value: `{% ${source} %}` })).rejects.toBeInstanceOf(ExpressionFailure);
  });

  it('sorts and finds what is distinct as JSONata does', async () => {
    const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);
    const list = fc.oneof(
      fc.array(fc.integer({ min: -3, max: 3 })),
      fc.array(fc.string({ maxLength: 2, unit: fc.constantFrom('a', 'B', 'ü', '😀') })),
      fc
        .array(json, { maxLength: 5 })
        .chain((some) => fc.array(fc.constantFrom(...some, 0, { a: 1, b: 2 }, { b: 2, a: 1 }))),
      fc.array(fc.record({ a: fc.nat(2) }), { maxLength: 4 }),
      json,
    );
    const calls = fc.constantFrom('$distinct($x)', '$distinct($x.a)', '[$distinct($x)]', '$sort($x)', '$sort($x.a)');
    await fc.assert(
      fc.asyncProperty(list, calls, async (x, call) => {
        const ours = evaluate(expression(`{% ${call} %}`), scope({ x })).then(normal, () => 'raises');
        const theirs = jsonata(call)
          .evaluate(undefined, { x })
          .then(normal, () => 'raises');

        expect(await ours).toEqual(await theirs);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["{% $string($item.x) & '-' & $string($index) %}", '7-3'],
    ['{% $sum([1..300].($ + $index)) %}', 46_050],
  ])('%s is bounded by its own work alone, however many there are', async (text, value) => {
    const parsed = expression(text);
    const root = scope({});
    const count = typeof value === 'number' ? 1500 : 15_000;
    const evaluations = Array.from({ length: count }, () => {
      const variables: [string, Json][] = [
        ['item', { x: 7 }],
        ['index', 3],
      ];
      return evaluate(parsed, root.with(variables));
    });

    expect(new Set(await Promise.all(evaluations))).toEqual(new Set([value]));
  });

  it('is not charged for other work that has its turns in between', async () => {
    let done = false;
    const others = (async () => {
      for (const end = performance.now() + 20_000; !done && performance.now() < end; ) {
        for (const start = performance.now(); performance.now() - start < 30; );
        await undefined;
      }
    })();

    const value = await evaluate(expression('{% $sum($x.($ * 2)) %}'), scope({ x: Array(5).fill(1) })).finally(() => {
      done = true;
    });

    expect(value).toBe(10);
    await others;
  });

  it('lets a run pause between evaluations that take long together, and only there', async () => {
    const steps: string[] = [];
    const root = new Scope([], { pause: async () => void steps.push('pause') });
    const long = expression('{% $sum([1..10000].($ + $n * 2 + 3 + 4 + 5 + 6)) %}');
    const one = async (n: number) => {
      await evaluate(long, root.with([['n', n]]));
      steps.push(`${n}`);
    };

    await Promise.all(Array.from({ length: 9 }, (_, n) => one(n)));

    expect(steps.filter((step) => step !== 'pause')).toEqual(Array.from({ length: 9 }, (_, n) => `${n}`));
    expect(steps.filter((step) => step === 'pause').length).toBeGreaterThan(0);
    expect(steps[0]).toBe('0');
  });

  it('may hold as many elements side by side as it has room for', async () => {
    expect(await resolve(`{% [${Array(1000).fill('1').join(',')}] %}`)).toHaveLength(1000);
  });

  it('evaluates several times at once', async () => {
    const text = expression('{% $sum($x.($ + 1)) %}');

    const sums = await Promise.all([1, 2, 3].map((n) => evaluate(text, scope({ x: Array(n).fill(n) }))));

    expect(sums).toEqual([2, 6, 12]);
  });

  it('may be as deep as the grammar allows', async () => {
    expect(await resolve(`{% ${'('.repeat(45)}$zero${')'.repeat(45)} + 1 %}`)).toBe(1);
    expect(await resolve(`{% ${'"x" & '.repeat(45)}"x" %}`)).toBe('x'.repeat(46));
  });
});

function normal(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

describe('a condition', () => {
  const conditions = (when: string) =>
    prepare({
      actions: [
        { id: 'orders', tool: 'work' },
        { id: 'next', tool: 'work', when },
      ],
    }).actions[1]!.when!;

  it.each<[string, boolean]>([
    ['$orders.total > 5', true],
    ['$orders.total > 50', false],
    ['$orders', true],
    ['$orders.lines', true],
    ['$orders.empty', false],
    ['$orders.none', false],
    ['$orders.nothing', false],
    ['$orders.nothing > 5', false],
    ['$not($orders.nothing)', false],
    ['$exists($orders.nothing)', false],
    ['$orders.lines[quantity > 9]', false],
    ['$orders.lines[quantity > 5]', true],
    ['$count($orders.lines) = 2 and "x"', true],
    ['{% $orders.no or $orders.total %}', true],
    ['true', true],
    ['false', false],
    ['""', false],
    ['0', false],
    ['"false"', true],
  ])('%s: %s', async (when, holds) => {
    expect(await conditionHolds(conditions(when), values)).toBe(holds);
  });

  it('that raises does not count as false', async () => {
    await expect(conditionHolds(conditions('$orders.lines > 5'), values)).rejects.toMatchObject({
      code: 'expression_error',
      message: expect.stringMatching(/^\$orders\.lines > 5: /),
    });
  });
});
