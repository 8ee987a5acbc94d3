import { describe, expect, it } from 'vitest';
import { preparePlan } from '../../lib/compiler/prepare.ts';
import { toolRegistry } from '../../lib/tools/registry.ts';
import { toolSpecSchema } from '../../lib/tools/spec.ts';

const tools = toolRegistry([
  toolSpecSchema.parse({ name: 'ask', idempotent: true }),
  toolSpecSchema.parse({ name: 'order', writes: ['orders'] }),
]);

const warningsOf = (...actions: object[]) => preparePlan({ actions }, tools).warnings;

describe('a plan that is allowed but perhaps not meant', () => {
  it('says nothing of texts in a literal input', () => {
    const input = { a: '$orders and more', b: 'x {% y %}' };

    expect(warningsOf({ id: 'orders', tool: 'ask', input })).toHaveLength(2);
    expect(warningsOf({ id: 'orders', tool: 'ask', input, literal_input: true })).toEqual([]);
  });

  it('says when something may overlap with a call that nobody awaits', () => {
    const warnings = warningsOf({ id: 'a', tool: 'order', mode: 'fire_and_forget' }, { id: 'b', tool: 'order' });

    expect(warnings).toEqual(['a is never awaited, so b may overlap with it on orders']);
  });

  it('says when a retry will rarely apply', () => {
    expect(warningsOf({ id: 'a', tool: 'order', retry: { max_attempts: 5 } })).toEqual([
      'a: order is not idempotent, so its retry applies only to errors that say it never ran',
    ]);
    expect(warningsOf({ id: 'a', tool: 'order', retry: { max_attempts: 0 } })).toEqual([]);
  });

  it('says when a candidate that writes may be cancelled', () => {
    const warnings = warningsOf(
      { id: 'a', tool: 'order' },
      { id: 'b', tool: 'ask' },
      { id: 'first', tool: 'ask', join: 'any', depends_on: ['a', 'b'] },
    );

    expect(warnings).toEqual(['a writes orders and may be cancelled half-way when another candidate of first wins']);
  });

  it('says that a call which nobody awaits has no use for a fallback', () => {
    const warnings = warningsOf({ id: 'a', tool: 'ask', mode: 'fire_and_forget', fallback: '$b' });

    expect(warnings).toEqual(['a: its fallback has no effect, because a fire_and_forget action has no result']);
    expect(warningsOf({ id: 'a', tool: 'ask', mode: 'fire_and_forget' })).toEqual([]);
    expect(warningsOf({ id: 'a', tool: 'ask', fallback: null })).toEqual([]);
  });

  it('says the same of what only leads to a candidate, and nothing where all candidates are awaited', () => {
    const join = { id: 'first', tool: 'ask', join: 'any', depends_on: ['a', 'b'] };
    const b = { id: 'b', tool: 'ask' };
    const before = { id: 'before', tool: 'order' };
    const a = { id: 'a', tool: 'ask', depends_on: ['before'] };

    expect(warningsOf(before, a, b, join)).toEqual([
      'before writes orders and may be cancelled half-way when another candidate of first wins',
    ]);
    expect(warningsOf(before, a, b, join, { id: 'c', tool: 'ask', depends_on: ['b'] })).toEqual([]);
  });

  it('says when a text looks like a reference and is none', () => {
    const input = {
      sum: '$a + 1',
      text: 'n: {% $a %}',
      price: '$5',
      escaped: '$$a + 1',
      fine: '$a',
      deep: [{ x: '$a-b' }],
    };

    const warnings = warningsOf({ id: 'a', tool: 'ask' }, { id: 'b', tool: 'ask', input, fallback: '$a' });

    expect(warnings).toEqual([
      'b: its fallback is the text "$a"; references have no meaning in a fallback',
      'b: input.sum is the plain text "$a + 1"; a reference or {% … %} has to be the whole string',
      'b: input.text is the plain text "n: {% $a %}"; a reference or {% … %} has to be the whole string',
      'b: input.deep[0].x is the plain text "$a-b"; a reference or {% … %} has to be the whole string',
    ]);
  });
});
