import { describe, expect, it } from 'vitest';
import { action, codesOf, issuesOf, issuesOfAction, plan, prepare } from './plans.ts';

/** The issues of a plan in which `orders` comes after `vendors` and `stock`, whose result is called `levels`. */
function issuesAfterOthers(fields: Record<string, unknown>) {
  return issuesOf(plan(action('vendors'), action('stock', { output_key: 'levels' }), action('orders', fields)));
}

describe('a reference', () => {
  it.each([
    '$vendors',
    '$vendors.ranking',
    '$vendors.ranking[0].name',
    '$vendors[-1]',
    '$vendors[0][1]',
    '$vendors.`odd name`',
    '$vendors.in.and.or.true.null.function',
    '$levels._private',
    '$inputs.warehouse',
    '{% $vendors %}',
    '{%$vendors.ranking%}',
    'the best is ${vendors.ranking[0].name} of ${ levels.count }',
    '${vendors}',
    '$$${vendors.total}',
    '{% $count($vendors.ranking[score > 0.5]) & " of " & $levels %}',
  ])('%j means something', (text) => {
    expect(issuesAfterOthers({ input: { text } })).toEqual([]);
  });

  it.each([
    '',
    '$',
    '$$',
    '$$vendors',
    '$$nobody.at.all',
    '$1',
    '$5.00',
    '$ 5',
    '$_x',
    'costs $nobody.x',
    'a $ {nobody}',
    '${nobody',
    '$.50 a piece',
    '$vendors are cheap',
    '{% not closed',
    '{ % $nobody % }',
    'no {% expression %}',
    '%}{%',
    '{%}',
  ])('%j is a text', (text) => {
    const [orders] = prepare(plan(action('orders', { input: { text } }))).actions;

    const literal = text.startsWith('$$') ? text.slice(1) : text;
    expect(orders?.input).toEqual({ kind: 'literal', value: { text: literal } });
  });

  it.each([
    ['$nobody', '$nobody', 'for a text that begins with a dollar sign, begin it with $$'],
    ['$vendor.ranking', '$vendor', 'did you mean "vendors"?'],
    ['$Vendors', '$Vendors', 'did you mean "vendors"?'],
    ['$stok', '$stok', 'refers'],
    ['${HOME}/plan', '$HOME', 'for a text that contains ${ itself, write the string as {% "…" %}'],
    ['$count', '$count', '$count is a function: write {% $count(…) %}'],
    [
      '{% $nobody + 1 %}',
      '$nobody',
      'refer to an action of this plan by its output key, which is its id if it has none',
    ],
    ['{% $states.input.x %}', '$states', 'results are $key, and the inputs of the run $inputs'],
  ])('%j refers to nothing', (text, variable, hint) => {
    const [issue, ...others] = issuesAfterOthers({ input: { text } });

    expect(others).toEqual([]);
    expect(issue).toMatchObject({
      code: 'unknown_reference',
      path: 'actions[2].input.text',
      message: `${variable} refers to nothing`,
      got: text.startsWith('${') ? '${HOME}' : text,
      allowed: '$vendors, $levels, $orders, $inputs',
    });
    if (hint !== 'refers') expect(issue?.hint).toBe(hint);
  });

  it.each([
    ['when', '$nobody', 'when'],
    ['for_each', '$nobody', 'for_each'],
    ['for_each', ['$nobody'], 'for_each[0]'],
  ])('in %s, %j is told to begin with $$ only where a text can stand', (field, value, path) => {
    const [issue, ...others] = issuesAfterOthers({ [field]: value });

    expect(others).toEqual([]);
    expect(issue).toMatchObject({ code: 'unknown_reference', path: `actions[2].${path}` });
    expect(issue!.hint).toBe(
      Array.isArray(value)
        ? 'for a text that begins with a dollar sign, begin it with $$'
        : 'refer to an action of this plan by its output key, which is its id if it has none',
    );
  });

  it('a condition with two dollar signs is told to have one', () => {
    const [issue, ...others] = issuesAfterOthers({ when: '$$vendors.ok' });

    expect(others).toEqual([]);
    expect(issue).toMatchObject({
      code: 'invalid_expression',
      path: 'actions[2].when',
      message: 'a variable has one dollar sign',
      hint: 'write $vendors',
    });
  });

  it('goes by the output key, not by the id', () => {
    expect(issuesAfterOthers({ input: '$stock.count' })).toEqual([
      {
        code: 'unknown_reference',
        path: 'actions[2].input',
        message: '"stock" is an id; its result is called "levels"',
        got: '$stock.count',
        hint: 'write $levels',
      },
    ]);
  });

  it.each([
    '$vendors.ranking[*]',
    '$vendors["ranking"]',
    '$vendors[ranking="A"]',
    '$vendors.odd-name',
    '$vendors.2024',
    '$vendors.',
    '$vendors..ranking',
    '$vendors[0',
    '$vendors.``',
    '$.vendors.ranking',
    "$['vendors']",
  ])('%j is nearly one', (text) => {
    expect(issuesAfterOthers({ input: [text] })).toEqual([
      {
        code: 'invalid_expression',
        path: 'actions[2].input[0]',
        message: 'not a reference',
        got: text,
        allowed: '$key, $key.field, $key.list[0].field, $key.`odd name`',
        hint: 'write {% … %} for an expression, or begin with $$ for a text with a dollar sign',
      },
    ]);
  });

  it.each(['${}', '${vendors.ranking[*]}', '${a b}', '${$vendors}', '${count(vendors)}'])(
    '%j in a text is nearly one',
    (text) => {
      expect(issuesAfterOthers({ input: `the best: ${text}!` })).toEqual([
        {
          code: 'invalid_expression',
          path: 'actions[2].input',
          message: 'not a reference',
          got: text,
          allowed: '${key}, ${key.field}, ${key.list[0].field}',
          hint: 'for a text that contains ${ itself, write the string as {% "…" %}',
        },
      ]);
    },
  );

  it('is told where an expression belongs', () => {
    expect(issuesAfterOthers({ input: { total: '$sum($vendors.price) ' } })).toEqual([]);
    expect(issuesAfterOthers({ input: { total: '$sum($vendors.price)' } })).toEqual([
      {
        code: 'invalid_expression',
        path: 'actions[2].input.total',
        message: 'an expression stands between {% and %}',
        got: '$sum($vendors.price)',
        hint: 'write {% $sum(…) %}, or begin with $$ for a text with a dollar sign',
      },
    ]);
  });

  it('to nothing is found wherever it stands', () => {
    const fields = {
      input: { lines: [{ sku: 'A' }, { sku: '$x1' }], note: 'by ${x2.name}', 'a b': '{% [$x3, $x4] %}' },
      when: '$x5 > 0',
      for_each: ['$x6', { a: '$x7' }],
    };

    expect(codesOf(plan(action('orders', fields)))).toEqual([
      'unknown_reference actions[0].when',
      'unknown_reference actions[0].for_each[0]',
      'unknown_reference actions[0].for_each[1].a',
      'unknown_reference actions[0].input.lines[1].sku',
      'unknown_reference actions[0].input.note',
      'unknown_reference actions[0].input.a b',
      'unknown_reference actions[0].input.a b',
    ]);
  });

  it('in a fallback is a text', () => {
    const prepared = prepare(plan(action('vendors'), action('orders', { fallback: '$vendors.ranking' })));

    expect(prepared.dependencies.edges).toEqual([]);
    expect(prepared.warnings).toEqual([
      'orders: its fallback is the text "$vendors.ranking"; references have no meaning in a fallback',
    ]);
  });
});

describe('variables of one place', () => {
  it.each([
    [{ input: '$item' }, 'input', '$item', 'add for_each'],
    [{ input: 'nr. ${index}' }, 'input', '$index', 'add for_each'],
    [{ for_each: [1], when: '$item > 0' }, 'when', '$item', 'it is not known yet here'],
    [{ for_each: ['$index'] }, 'for_each[0]', '$index', 'it is not known yet here'],
  ])('%j has no item', (fields, field, variable, hint) => {
    expect(issuesOfAction(fields)).toMatchObject([
      {
        code: 'unknown_reference',
        path: `actions[0].${field}`,
        message: `${variable} has a value only in the input of an action with for_each`,
        hint,
      },
    ]);
  });

  it('an item is known in the input of a for_each', () => {
    expect(issuesOfAction({ for_each: [1], input: { item: '$item.sku', n: '{% $index + 1 %}' } })).toEqual([]);
  });

  it('a winner is known only where one of several is taken', () => {
    const race = { depends_on: ['vendors', 'stock'], input: '$winner' };

    expect(issuesAfterOthers(race)).toEqual([
      {
        code: 'unknown_reference',
        path: 'actions[2].input',
        message: '$winner has a value only with join "any"',
        got: '$winner',
        hint: 'add "join": "any"',
      },
    ]);
    expect(issuesAfterOthers({ ...race, join: 'any' })).toEqual([]);
  });

  it('join any needs candidates', () => {
    expect(issuesOfAction({ join: 'any', input: '$inputs' })).toEqual([
      {
        code: 'join_without_candidates',
        path: 'actions[0].join',
        message: 'join "any" waits for the first of several actions, but this one depends on none',
        hint: 'name the actions in depends_on',
      },
    ]);
    expect(issuesAfterOthers({ join: 'any', input: '$vendors' })).toEqual([]);
  });
});

describe('depends_on', () => {
  it.each([
    ['nobody', undefined],
    ['vendor', 'did you mean "vendors"?'],
    ['levels', '"levels" is an output key; the action\'s id is "stock"'],
    ['$vendors', 'did you mean "vendors"?'],
  ])('names an action that is there, not %j', (id, hint) => {
    expect(issuesAfterOthers({ depends_on: ['vendors', id] })).toEqual([
      {
        code: 'unknown_dependency',
        path: 'actions[2].depends_on[1]',
        message: `there is no action "${id}"`,
        got: `"${id}"`,
        allowed: 'vendors, stock, orders',
        ...(hint && { hint }),
      },
    ]);
  });

  it('may name an action that could not be read', () => {
    expect(codesOf(plan({ id: 'vendors' }, action('orders', { depends_on: ['vendors'] })))).toEqual([
      'missing_field actions[0].tool',
    ]);
  });
});

describe('an action that cannot be awaited', () => {
  const notify = action('notify', { mode: 'fire_and_forget' });

  it.each([
    [{ input: '$notify' }, 'input', '$notify'],
    [{ when: '$notify = null' }, 'when', '$notify = null'],
    [{ depends_on: ['notify'] }, 'depends_on[0]', '"notify"'],
  ])('is not to be referred to: %j', (fields, field, got) => {
    expect(issuesOf(plan(notify, action('orders', fields)))).toEqual([
      {
        code: 'awaits_fire_and_forget',
        path: `actions[1].${field}`,
        message: '"notify" is fire_and_forget: nothing may refer to it or depend on it',
        got,
        hint: 'take "mode" away from "notify" if its end matters',
      },
    ]);
  });

  it.each([
    [{ input: '$gate' }, 'input', '$gate'] as const,
    [{ depends_on: ['gate'] }, 'depends_on[0]', '"gate"'] as const,
  ])('is a fence that comes later: %j', (fields, field, got) => {
    const gate = action('gate', { mode: 'sync' });

    expect(issuesOf(plan(action('orders', fields), gate))).toEqual([
      {
        code: 'later_fence',
        path: `actions[0].${field}`,
        message: '"gate" is sync and listed later: only what is listed after it may wait for it',
        got,
        hint: 'list "gate" before "orders"',
      },
    ]);
    expect(issuesOf(plan(gate, action('orders', fields)))).toEqual([]);
  });
});
