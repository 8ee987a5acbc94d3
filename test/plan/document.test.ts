import { describe, expect, it } from 'vitest';
import { formatIssue, IssuesError } from '../../lib/core/issues.ts';
import { parseJson } from '../../lib/plan/parse.ts';
import { action, codesOf, issuesOf, nested, plan, prepare } from './plans.ts';

describe('a document that is no plan', () => {
  it.each([
    ['null', null, 'null'],
    ['a list of actions', [action('orders')], 'list [{"id":"orders","tool":"work"}]'],
    ['a text', 'orders', 'string "orders"'],
    ['a number', 5, 'number 5'],
  ])('%s is told what a plan looks like', (_, document, got) => {
    expect(issuesOf(document)).toEqual([
      {
        code: 'wrong_type',
        path: '',
        message: 'a plan is an object',
        got,
        allowed: '{ "actions": [ { "id": …, "tool": …, "input": … } ] }',
      },
    ]);
  });

  it.each([
    ['no actions', {}],
    ['an empty list', { actions: [] }],
  ])('%s is an empty plan', (_, document) => {
    expect(issuesOf(document)).toEqual([
      {
        code: 'empty_plan',
        path: 'actions',
        message: 'the plan has no actions',
        hint: 'list at least one action',
      },
    ]);
  });

  it('finds the actions under the names that others give them', () => {
    const issues = issuesOf({ steps: [action('orders')] });

    expect(issues.map(({ path, hint }) => [path, hint])).toEqual([
      ['actions', 'list at least one action'],
      ['steps', 'did you mean "actions"?'],
    ]);
  });

  it('says of each element that it is no action', () => {
    const issues = issuesOf(plan(5, null, [], 'orders', action('orders')));

    expect(issues.map(({ path, message, got }) => [path, message, got])).toEqual([
      ['actions[0]', 'an action is an object', '5'],
      ['actions[1]', 'an action is an object', 'null'],
      ['actions[2]', 'an action is an object', '[]'],
      ['actions[3]', 'an action is an object', '"orders"'],
    ]);
  });

  it.each([
    ['the document', nested(100_000)],
    ['an input', plan(action('orders', { input: nested(100_000) }))],
    ['a fallback one level too deep', plan(action('orders', { fallback: nested(199) }))],
  ])('%s that is nested too deeply is an issue, not a crash', (_, document) => {
    expect(issuesOf(document)).toEqual([
      { code: 'too_deep', path: '', message: 'the plan is nested too deeply', allowed: '200 levels' },
    ]);
  });

  it('accepts an input at the deepest level', () => {
    expect(issuesOf(plan(action('orders', { input: nested(198) })))).toEqual([]);
  });
});

describe('settings', () => {
  it('are checked each, with the names that were meant', () => {
    const issues = issuesOf({
      name: 5,
      engine: 'direct',
      settings: {
        name: '',
        parallel: 'yes',
        max_parallel: 0,
        max_concurrency: 3,
        on_failure: 'halt',
        timeout_seconds: 0.5,
        retry: { max_attempt: 1, max_attempts: -1, interval_seconds: '2', backoff_rate: 0.5, jitter: 'half' },
        engine: 'fast',
      },
      actions: [action('orders')],
    });

    expect(issues.map((issue) => formatIssue(issue).trim())).toEqual([
      'name: wrong type (got number 5; allowed: a string)',
      'settings.name: out of range (got ""; allowed: at least 1 character)',
      'settings.parallel: wrong type (got string "yes"; allowed: a boolean)',
      'settings.max_parallel: out of range (got 0; allowed: at least 1)',
      'settings.on_failure: not an allowed value (got "halt"; allowed: "continue", "stop")',
      'settings.timeout_seconds: wrong type (got number 0.5; allowed: whole seconds)\n' +
        '      -> Step Functions counts timeouts and intervals in whole seconds',
      'settings.retry.max_attempts: out of range (got -1; allowed: at least 0)',
      'settings.retry.interval_seconds: wrong type (got string "2"; allowed: whole seconds)\n' +
        '      -> Step Functions counts timeouts and intervals in whole seconds',
      'settings.retry.backoff_rate: out of range (got 0.5; allowed: at least 1)',
      'settings.retry.jitter: not an allowed value (got "half"; allowed: "none", "full")',
      'settings.retry.max_attempt: there is no field "max_attempt" here ' +
        '(allowed: max_attempts, interval_seconds, backoff_rate, max_delay_seconds, jitter)\n' +
        '      -> did you mean "max_attempts"?',
      'settings.engine: not an allowed value (got "fast"; allowed: "auto", "express", "standard", "direct")',
      'settings.max_concurrency: there is no field "max_concurrency" here ' +
        '(allowed: name, parallel, max_parallel, on_failure, timeout_seconds, retry, engine)\n' +
        '      -> did you mean "max_parallel"?',
      'engine: there is no field "engine" here (allowed: name, settings, actions)',
    ]);
  });

  it('that are wrong hide no problem of the actions', () => {
    expect(codesOf({ settings: null, actions: [action('orders', { input: '$nobody' })] })).toEqual([
      'wrong_type settings',
      'unknown_reference actions[0].input',
    ]);
  });

  it.each([
    [{ name: 'outer', settings: { name: 'inner' } }, 'outer'],
    [{ settings: { name: 'inner' } }, 'inner'],
    [{}, 'plan'],
  ])('name the plan: %j', (fields, name) => {
    expect(prepare({ ...fields, actions: [action('orders')] }).name).toBe(name);
  });
});

describe('a plan with many problems', () => {
  it('has all of them listed, those of the whole first, then in the order of its actions', () => {
    const document = {
      nope: 1,
      actions: [
        action('orders', { input: { lines: '$nobody' }, priority: 'high' }),
        action('orders', { tool: 'wrok', depends_on: ['nobody'] }),
        { id: '3rd', tool: 'work' },
        action('a', { input: '$b' }),
        action('b', { input: '$a', when: 'ready' }),
      ],
    };

    expect(codesOf(document)).toEqual([
      'unknown_field nope',
      'wrong_type actions[0].priority',
      'unknown_reference actions[0].input.lines',
      'duplicate_id actions[1].id',
      'unknown_tool actions[1].tool',
      'unknown_dependency actions[1].depends_on[0]',
      'wrong_format actions[2].id',
      'cycle actions[3]',
      'invalid_expression actions[4].when',
    ]);
  });

  it('is refused with one error that tells them all', () => {
    const refuse = () => prepare(plan(action('orders', { tool: 'wrok', mode: 'later' })));

    expect(refuse).toThrow(IssuesError);
    expect(refuse).toThrow(
      'The plan has 2 problems\n' +
        '  actions[0].mode: not an allowed value (got "later"; allowed: "async", "sync", "fire_and_forget")\n' +
        '  actions[0].tool: there is no tool "wrok" (allowed: work)',
    );
  });
});

describe('parseJson', () => {
  it.each([
    ['', 'line 1, column 1', 'empty where JSON is expected'],
    [' \n ', 'line 2, column 2', 'empty where JSON is expected'],
    ['{\n  "a": 1,\n}', 'line 3, column 1', 'not JSON: Expected double-quoted property name'],
    ['{"a":}', 'line 1, column 6', "not JSON: Unexpected token '}'"],
    ['{"a": 1,\n "b": undefined}', 'line 2, column 7', "not JSON: Unexpected token 'u'"],
    ['{"a": 1', 'line 1, column 8', "not JSON: Expected ',' or '}' after property value"],
    ['[1, 2', 'line 1, column 6', "not JSON: Expected ',' or ']' after array element"],
    ['"abc', 'line 1, column 5', 'not JSON: Unterminated string'],
    ['nul', 'line 1, column 4', 'not JSON: Unexpected end of JSON input'],
    ['// plan\n{}', 'line 1, column 1', "not JSON: Unexpected token '/'"],
    ['{}\n{}', 'line 2, column 1', 'not JSON: Unexpected non-whitespace character after JSON'],
  ])('says where and why %j is no JSON', (text, path, message) => {
    const read = () => parseJson(text, 'plan.json');

    expect(read).toThrow(
      expect.objectContaining({ code: 'invalid_json', issues: [{ code: 'invalid_json', path, message }] }),
    );
    expect(read).toThrow(`plan.json has 1 problem\n  ${path}: ${message}`);
  });

  it('finds the place in a large file quickly', () => {
    const text = `[${'1,\n'.repeat(200_000)}oops]`;

    const read = () => parseJson(text, 'plan.json');

    expect(read).toThrow('line 200001, column 1');
  });

  it('reads what is JSON, also behind a byte order mark', () => {
    expect(parseJson('\uFEFF{"__proto__": [1.5, null]}', 'plan.json')).toEqual(
      Object.fromEntries([['__proto__', [1.5, null]]]),
    );
  });
});
