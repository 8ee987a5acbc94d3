import { describe, expect, it } from 'vitest';
import { EXPRESSION_FUNCTIONS } from '../../lib/plan/names.ts';
import { action, issuesOf, issuesOfAction, plan } from './plans.ts';

const ALLOWED =
  'paths with filters and ^(order), literals, operators, conditionals, [ ] and { } constructors, the listed functions';
const FUNCTIONS = [...EXPRESSION_FUNCTIONS].map((name) => `$${name}`).join(' ');

function issuesOfExpression(source: string) {
  return issuesOf(plan(action('orders'), action('report', { input: { value: `{% ${source} %}` } })));
}

describe('an expression', () => {
  it.each([
    '1',
    '"text"',
    'true',
    'null',
    '-1.5e3',
    '$orders',
    '$orders.lines[quantity > 5].sku',
    '$orders.lines[0]',
    '$orders.lines[-1].sku',
    '$orders.lines^(>quantity, sku)',
    '$orders.lines.(quantity * price)',
    '$orders.lines.{"sku": sku, "n": $count($.parts)}',
    '$orders.lines[sku in ["A", "B"]]',
    '$orders.lines[$.quantity = $inputs.quantity]',
    '$orders.`odd name`.`and`',
    '$orders.lines[]',
    '[1..10000]',
    '[-5..5, 100]',
    '[]',
    '{}',
    '{"a": $orders.a, "b": [1, $orders.b]}',
    '$orders.a ? "yes" : "no"',
    '$orders.a ? "yes"',
    '($orders.a + 1) * 2 - 3 / 4 % 5',
    '$orders.a = 1 and $orders.b != 2 or $not($orders.c) and 1 < 2 and 2 <= 3 and 4 > 3 and 4 >= 4',
    '"a" & $string($orders.b)',
    '/* a comment */ 1',
    '$substringBefore($orders.sku, "-")',
    '$toMillis("2026-01-01T00:00:00Z") - $toMillis($orders.date)',
    '$fromMillis(0, "[Y0001]-[M01]-[D01]")',
    '$parse("[1]")',
    `${'"x" & '.repeat(40)}"x"`,
    `${'('.repeat(40)}1${')'.repeat(40)}`,
  ])('may be %s', (source) => {
    expect(issuesOfExpression(source)).toEqual([]);
  });

  it.each([
    ['$f := 1', 'an assignment :='],
    ['($total := 5; $total)', 'a sequence of expressions (a; b)'],
    ['function($x) { $x }', 'a function definition'],
    ['λ($x) { $x }', 'a function definition'],
    ['/ab+/', 'a regular expression'],
    ['$contains($orders.sku, /A/)', 'a regular expression'],
    ['$orders ~> $count', 'the chain operator ~>'],
    ['$orders.*', 'a wildcard *'],
    ['$orders.**.sku', 'a descendant search **'],
    ['$orders.lines.%', 'a parent step %'],
    ['$orders.lines.parts.%.sku', 'a parent step %'],
    ['$$', 'the root context $$'],
    ['$orders.lines[$$.a]', 'the root context $$'],
    ['$orders.lines@$line.sku', 'a context variable @'],
    ['$orders.lines#$i.sku', 'a position variable #'],
    ['$orders.lines{sku: $}', 'grouping {…} after a path'],
    ['$orders ~> |$|{"a": 1}|', 'the chain operator ~>'],
    ['|$orders|{"a": 1}|', 'a transform |…|'],
    ['$count(?)', 'a partial application'],
    ['"count"([1])', 'a call of something that is not a function name'],
    ['$orders.lines(1)', 'a call of something that is not a function name'],
    ['$count[0]([1])', 'a call of something that is not a function name'],
    ['($count)([1])', 'a call of something that is not a function name'],
  ])('may not have %s', (source, form) => {
    expect(issuesOfExpression(source)).toEqual([
      {
        code: 'invalid_expression',
        path: 'actions[1].input.value',
        message: `${form} is not allowed in an expression`,
        got: `{% ${source} %}`,
        allowed: ALLOWED,
      },
    ]);
  });

  it.each([
    ['$map($orders.lines, $string)', 'map', 'did you mean "max"?'],
    ['$counts($orders)', 'counts', 'did you mean "count"?'],
    ['$now()', 'now', 'did you mean "not"?'],
    ['$eval("1")', 'eval', undefined],
    ['$random()', 'random', undefined],
    ['$orders.lines.$uuid()', 'uuid', undefined],
    ['[{"a": $error("x")}]', 'error', undefined],
    ['$orders(1)', 'orders', undefined],
  ])('may not call other functions: %s', (source, name, hint) => {
    expect(issuesOfExpression(source)).toEqual([
      {
        code: 'invalid_expression',
        path: 'actions[1].input.value',
        message: `the function $${name} is not allowed in an expression`,
        got: `{% ${source} %}`,
        allowed: FUNCTIONS,
        ...(hint && { hint }),
      },
    ]);
  });

  it.each([
    ['count($orders.lines)', 'a call of something that is not', 'a function begins with a dollar sign: $count(…)'],
    [
      'lines',
      '"lines" stands for nothing here',
      'write $lines for the result of lines, or "lines" in quotes for the text',
    ],
    ['orders.lines', '"orders" stands for nothing here', 'write $orders for the result of orders, or "orders" in'],
    ['$count(lines)', '"lines" stands for nothing here', 'write $lines'],
    ['{"a": lines}', '"lines" stands for nothing here', 'write $lines'],
    ['$', 'the context $ has a value only inside a filter or a step', 'name what you mean, as $orders'],
    ['$.lines', 'the context $ has a value only inside a filter or a step', 'name what you mean, as $orders'],
    ['$count($)', 'the context $ has a value only inside a filter or a step', 'name what you mean, as $orders'],
    [
      '${orders.lines}',
      'not a JSONata expression: Expected ":", got "}"',
      'in an expression write $key.field, without',
    ],
    ['${orders: 1}', 'grouping {…} after a path is not allowed', 'in an expression write $key.field, without braces'],
  ])('tells what to change in %s', (source, message, hint) => {
    const [issue, ...others] = issuesOfExpression(source);

    expect(others).toEqual([]);
    expect(issue?.message).toContain(message);
    expect(issue?.hint).toContain(hint);
  });

  it.each([
    ['', 'not a JSONata expression: Unexpected end of expression'],
    ['1 +', 'not a JSONata expression: Unexpected end of expression'],
    ['$orders.lines[', 'not a JSONata expression: Expected "]" before end of expression'],
    ['"text', 'not a JSONata expression: String literal must be terminated by a matching quote'],
    ['1 2', 'not a JSONata expression: Syntax error: 2'],
    ['`a', 'not a JSONata expression: Quoted property name must be terminated with a backquote (`)'],
  ])('must be JSONata: %s', (source, message) => {
    expect(issuesOfExpression(source)).toMatchObject([{ code: 'invalid_expression', message, got: `{% ${source} %}` }]);
  });

  it.each([
    ['[1..10001]', 'a range of 10001 elements is too long'],
    ['[-1e9..1e9]', 'a range of 2000000001 elements is too long'],
    ['[1..$orders.count]', 'both ends of a range are numbers written out'],
    ['$count([$inputs.a..5])', 'both ends of a range are numbers written out'],
  ])('may not make long ranges: %s', (source, message) => {
    expect(issuesOfExpression(source)).toMatchObject([
      { code: 'invalid_expression', message, allowed: '[1..n] with at most 10000 elements' },
    ]);
  });

  it.each([
    ['terms', `${'1 + '.repeat(60)}1`],
    ['parentheses', `${'('.repeat(60)}1${')'.repeat(60)}`],
    ['thousands of parentheses', `${'('.repeat(2000)}1${')'.repeat(2000)}`],
    ['lists', `${'['.repeat(60)}1${']'.repeat(60)}`],
    ['conditions', `${'true ? '.repeat(60)}1`],
    ['filters', `$orders${'[$orders'.repeat(60)}${']'.repeat(60)}`],
    ['calls', `${'$not('.repeat(60)}1${')'.repeat(60)}`],
  ])('may not be nested too deeply: %s', (_, source) => {
    expect(issuesOfExpression(source)).toMatchObject([
      { code: 'invalid_expression', message: 'the expression is nested too deeply', allowed: 'at most 50 levels' },
    ]);
  });

  it('may not be too long, and is cut in messages', () => {
    const long = `"${'x'.repeat(4093)}" `;

    expect(issuesOfExpression(`${long} 1`)).toMatchObject([
      { message: 'the expression is too long', got: '4098 characters', allowed: 'at most 4096' },
    ]);
    expect(issuesOfExpression(`$map("${'x'.repeat(200)}")`)[0]?.got).toBe(`{% $map("${'x'.repeat(70)}…`);
  });

  it('finds what is not allowed wherever it hides', () => {
    const places = [
      '$orders[$$]',
      '$orders.a[0][$$]',
      '$orders^($$)',
      '$orders.($$)',
      '[$$]',
      '{"a": $$}',
      '{$$: 1}',
      '-$$',
      '1 + $$',
      '$$ ? 1 : 2',
      'true ? $$ : 2',
      'true ? 1 : $$',
      '$count($$)',
      '$count([1])[$$]',
      '[1][$$]',
      '(1)[$$]',
      '"a"[$$]',
      '$orders.lines^(a)[$$]',
    ];

    const found = places.filter((source) => issuesOfExpression(source)[0]?.message.startsWith('the root context $$'));

    expect(found).toEqual(places);
  });
});

describe('a condition', () => {
  it.each([
    '$orders.total > 5',
    '$orders',
    ' $orders ',
    '{% $orders.total > 5 %}',
    '  {% $orders.total > 5 %} ',
    '$exists($orders.total)',
    '$count($orders.lines) > 0',
    'true',
    '$not($orders)',
  ])('may be %j', (when) => {
    expect(issuesOf(plan(action('orders'), action('report', { when })))).toEqual([]);
  });

  it.each([
    ['ready', '"ready" stands for nothing here'],
    ['${orders.total} > 5', 'not a JSONata expression: Expected ":", got "}"'],
    ['$orders.total >', 'not a JSONata expression: Unexpected end of expression'],
    ['{% %}', 'not a JSONata expression: Unexpected end of expression'],
    ['$.total > 5', 'the context $ has a value only inside a filter or a step'],
    ['$map($orders, $string)', 'the function $map is not allowed in an expression'],
    ['{% $orders %} > 5', 'not a JSONata expression'],
  ])('may not be %j', (when, message) => {
    expect(issuesOf(plan(action('orders'), action('report', { when })))).toMatchObject([
      { code: 'invalid_expression', path: 'actions[1].when', message: expect.stringContaining(message), got: when },
    ]);
  });
});

describe('the list of a for_each', () => {
  it.each([[[]], [[1, '$inputs.two']], ['$inputs.lines'], ['{% [1..3] %}'], ['{% $inputs.lines[a > 1] %}']])(
    'may be %j',
    (list) => {
      expect(issuesOfAction({ for_each: list })).toEqual([]);
    },
  );

  it.each(['', 'lines', '$$lines', '$5', '$inputs and more', 'a ${inputs.lines}'])('may not be the text %j', (text) => {
    expect(issuesOfAction({ for_each: text })).toMatchObject([
      {
        code: 'not_a_list',
        path: 'actions[0].for_each',
        message: 'for_each takes a list',
        got: `the text ${JSON.stringify(text)}`,
        allowed: 'a list, a reference as $orders.lines, or an expression {% … %}',
      },
    ]);
  });

  it('is told when braces make a text of it', () => {
    expect(issuesOfAction({ for_each: '${inputs.lines}' })).toMatchObject([
      { code: 'not_a_list', hint: '${…} always gives a text; write $orders.lines without braces' },
    ]);
  });
});
