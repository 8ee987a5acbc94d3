import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/core/json.ts';
import { resolveList } from '../../lib/plan/evaluate.ts';
import { scope, template } from './plans.ts';

const line = { sku: 'A', quantity: 3, parts: ['a1', 'a2'] };
const values = {
  many: {
    lines: [line, { sku: 'B', quantity: 7, parts: ['b1'] }],
    tags: ['x', 'y'],
    best: line,
    word: 'w',
    none: null,
  },
  one: { lines: [line], tags: ['x'], nested: [[1, 2]] },
  no: { lines: [], tags: [] },
  rows: [{ cells: [1, 2] }],
};

function listOf(value: Json): Promise<Json[]> {
  return resolveList(template(value), scope(values));
}

describe('the list of a for_each', () => {
  it.each<[Json, Json]>([
    [
      [1, '$many.word', { a: '$one.tags' }],
      [1, 'w', { a: ['x'] }],
    ],
    [[], []],
    ['$many.tags', ['x', 'y']],
    ['$one.tags', ['x']],
    ['$no.tags', []],
    ['$rows', [{ cells: [1, 2] }]],
  ])('%j is one as it stands', async (value, list) => {
    expect(await listOf(value)).toEqual(list);
  });

  it.each<[string, Json]>([
    ['$many.lines.sku', ['A', 'B']],
    ['$one.lines.sku', ['A']],
    ['$no.lines.sku', []],
    ['$one.lines.parts', ['a1', 'a2']],
    ['$one.lines.best.sku', []],
    ['$one.lines.parts[0]', ['a1']],
    ['$many.lines.parts[0]', ['a1', 'b1']],
    ['$rows.cells[1]', [2]],
    ['$one.nested[0]', [1, 2]],
  ])('%s goes through a list and is one, however many there are', async (text, list) => {
    expect(await listOf(text)).toEqual(list);
  });

  it.each<[string, Json]>([
    ['$many.lines[quantity > 5].sku', ['B']],
    ['$many.lines[quantity > 9].sku', []],
    ['$one.lines[quantity > 1]', [line]],
    ['$one.lines[quantity > 1].parts', ['a1', 'a2']],
    ['$many.lines^(>quantity).sku', ['B', 'A']],
    ['$one.lines^(quantity)', [line]],
    ['$one.lines.(quantity * 2)', [6]],
    ['$one.lines.{"s": sku}', [{ s: 'A' }]],
    ['$one.lines.$uppercase(sku)', ['A']],
    ['$one.lines[].sku', ['A']],
    ['[$one.lines.sku]', ['A']],
    ['[1..3]', [1, 2, 3]],
    ['$append($one.lines.sku, $no.lines.sku)', ['A']],
    ['$distinct($one.lines.sku)', ['A']],
    ['$sort($one.tags)', ['x']],
    ['$keys({"k": 1})', ['k']],
    ['$distinct($no.lines.sku)', []],
    ['true ? $one.lines[quantity > 1].sku : [1]', ['A']],
    ['($one.lines[quantity > 1])', [line]],
  ])('%s gives one by its form', async (source, list) => {
    expect(await listOf(`{% ${source} %}`)).toEqual(list);
  });

  it.each([
    ['$many.word', '$many.word is not a list, it is a string'],
    ['$many.best', '$many.best is not a list, it is an object'],
    ['$many.none', '$many.none is not a list, it is null'],
    ['$many.best.quantity', '$many.best.quantity is not a list, it is a number'],
    ['$many.lines[0]', '$many.lines[0] is not a list, it is an object'],
    ['$many.lines[0].sku', '$many.lines[0].sku is not a list, it is a string'],
    ['$one.tags[0]', '$one.tags[0] is not a list, it is a string'],
    ['{% $many.lines[quantity > 1][0] %}', '{% $many.lines[quantity > 1][0] %} is not a list, it is an object'],
    ['{% $many.lines^(sku)[0] %}', '{% $many.lines^(sku)[0] %} is not a list, it is an object'],
    ['{% [1, 2][0] %}', '{% [1, 2][0] %} is not a list, it is a number'],
    ['{% $many.best.quantity + 1 %}', '{% $many.best.quantity + 1 %} is not a list, it is a number'],
    ['{% false ? $many.tags : $many.word %}', '{% false ? $many.tags : $many.word %} is not a list, it is a string'],
  ])('%s is none', async (text, message) => {
    await expect(listOf(text)).rejects.toEqual(
      expect.objectContaining({ code: 'not_a_list', fault: 'user', message: `for_each: ${message}` }),
    );
  });

  it.each(['$many.nothing', '$many.best.nothing', '$many.lines[9]', '$many.lines[9].sku', '$many.word.x'])(
    '%s that yields nothing is unresolved',
    async (text) => {
      await expect(listOf(text)).rejects.toMatchObject({
        code: 'unresolved_reference',
        message: `for_each: ${text} yields nothing`,
      });
    },
  );

  it('that raises is an error of its own', async () => {
    await expect(listOf('{% $number($many.word) %}')).rejects.toMatchObject({ code: 'expression_error' });
  });
});
