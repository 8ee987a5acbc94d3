import { describe, expect, it } from 'vitest';
import { action, codesOf, issuesOf, issuesOfAction, plan, prepare, tool } from './plans.ts';

const NAME_RULE = 'a letter, then letters, digits or _, at most 64 characters';
const FIELDS =
  'id, type, tool, input, literal_input, depends_on, join, mode, output_key, when, for_each, timeout_seconds, retry, fallback, ' +
  'priority, expected_seconds, reads, writes';

describe('the fields of an action', () => {
  it.each([
    [{ id: 5 }, 'id', 'number 5', 'a string'],
    [{ id: null }, 'id', 'null', 'a string'],
    [{ tool: ['work'] }, 'tool', 'list ["work"]', 'a string'],
    [{ depends_on: 'vendors' }, 'depends_on', 'string "vendors"', 'a list'],
    [{ depends_on: [1] }, 'depends_on[0]', 'number 1', 'a string'],
    [{ output_key: 1 }, 'output_key', 'number 1', 'a string'],
    [{ when: 5 }, 'when', 'number 5', 'a string or a boolean'],
    [{ for_each: 5 }, 'for_each', 'number 5', 'a string or a list'],
    [{ for_each: { a: 1 } }, 'for_each', 'object {"a":1}', 'a string or a list'],
    [{ retry: 3 }, 'retry', 'number 3', 'an object'],
    [{ priority: 'high' }, 'priority', 'string "high"', 'a number'],
    [{ expected_seconds: '5' }, 'expected_seconds', 'string "5"', 'a number'],
    [{ reads: 'inventory' }, 'reads', 'string "inventory"', 'a list'],
    [{ writes: [5] }, 'writes[0]', 'number 5', 'a string'],
    [{ retry: { max_attempts: 1.5 } }, 'retry.max_attempts', 'number 1.5', 'a whole number'],
  ])('%j has the wrong type', (fields, field, got, allowed) => {
    expect(issuesOfAction(fields)).toEqual([
      { code: 'wrong_type', path: `actions[0].${field}`, message: 'wrong type', got, allowed },
    ]);
  });

  it.each(['when', 'for_each', 'retry', 'timeout_seconds', 'output_key', 'priority', 'mode', 'reads'])(
    '%s as null is told to be left out',
    (field) => {
      const [issue] = issuesOfAction({ [field]: null });

      expect([issue?.path, issue?.got]).toEqual([`actions[0].${field}`, 'null']);
      if (field !== 'mode') expect(issue?.hint).toBe('leave the field out');
    },
  );

  it.each([
    [{ tool: '' }, 'tool', '""', 'at least 1 character'],
    [{ when: '' }, 'when', '""', 'at least 1 character'],
    [{ reads: [''] }, 'reads[0]', '""', 'at least 1 character'],
    [{ timeout_seconds: 0 }, 'timeout_seconds', '0', 'at least 1'],
    [{ timeout_seconds: 100_000_000 }, 'timeout_seconds', '100000000', 'at most 99999999'],
    [{ expected_seconds: -1 }, 'expected_seconds', '-1', 'at least 0'],
    [{ retry: { max_attempts: -1 } }, 'retry.max_attempts', '-1', 'at least 0'],
    [{ retry: { interval_seconds: 0 } }, 'retry.interval_seconds', '0', 'at least 1'],
    [{ retry: { backoff_rate: 0.9 } }, 'retry.backoff_rate', '0.9', 'at least 1'],
    [{ retry: { max_delay_seconds: 31_622_401 } }, 'retry.max_delay_seconds', '31622401', 'at most 31622400'],
  ])('%j is out of range', (fields, field, got, allowed) => {
    expect(issuesOfAction(fields)).toEqual([
      { code: 'out_of_range', path: `actions[0].${field}`, message: 'out of range', got, allowed },
    ]);
  });

  it.each([
    [{ timeout_seconds: 1.5 }, 'timeout_seconds', 'number 1.5'],
    [{ timeout_seconds: '20' }, 'timeout_seconds', 'string "20"'],
    [{ retry: { interval_seconds: 0.5 } }, 'retry.interval_seconds', 'number 0.5'],
    [{ retry: { max_delay_seconds: 2.5 } }, 'retry.max_delay_seconds', 'number 2.5'],
  ])('%j is told to be whole seconds', (fields, field, got) => {
    expect(issuesOfAction(fields)).toEqual([
      {
        code: 'wrong_type',
        path: `actions[0].${field}`,
        message: 'wrong type',
        got,
        allowed: 'whole seconds',
        hint: 'Step Functions counts timeouts and intervals in whole seconds',
      },
    ]);
  });

  it.each([
    [{ type: 'step' }, 'type', '"step"', '"tool", "agent", "llm", "workflow", "relic"'],
    [{ join: 'some' }, 'join', '"some"', '"all", "any"'],
    [{ mode: 'parallel' }, 'mode', '"parallel"', '"async", "sync", "fire_and_forget"'],
    [{ retry: { jitter: 'half' } }, 'retry.jitter', '"half"', '"none", "full"'],
  ])('%j is not an allowed value', (fields, field, got, allowed) => {
    expect(issuesOfAction(fields)).toEqual([
      { code: 'wrong_value', path: `actions[0].${field}`, message: 'not an allowed value', got, allowed },
    ]);
  });

  it.each([
    ['args', 'input'],
    ['parameters', 'input'],
    ['inputs', 'input'],
    ['name', 'id'],
    ['function', 'tool'],
    ['after', 'depends_on'],
    ['dependsOn', 'depends_on'],
    ['if', 'when'],
    ['forEach', 'for_each'],
    ['timeout', 'timeout_seconds'],
    ['fall_back', 'fallback'],
  ])('%s is unknown: %s was meant', (written, meant) => {
    expect(issuesOfAction({ [written]: 'x' })).toEqual([
      {
        code: 'unknown_field',
        path: `actions[0].${written}`,
        message: `there is no field "${written}" here`,
        allowed: FIELDS,
        hint: `did you mean "${meant}"?`,
      },
    ]);
  });

  it('suggests nothing for a word that is like none', () => {
    const [issue] = issuesOfAction({ colour: 'red' });

    expect(issue).toMatchObject({ code: 'unknown_field', path: 'actions[0].colour' });
    expect(issue).not.toHaveProperty('hint');
  });

  it('tells what is required', () => {
    expect(issuesOf(plan({}))).toEqual([
      { code: 'missing_field', path: 'actions[0].id', message: 'a string is required here' },
      { code: 'missing_field', path: 'actions[0].tool', message: 'a string is required here' },
    ]);
  });

  it.each([
    ['llm', { type: 'llm', prompt: 'hello' }],
    ['llm', { model: 'm', prompt: 'hello' }],
    ['agent', { agent: 'planner' }],
    ['workflow', { workflow: 'nightly' }],
    ['relic', { type: 'relic', relic: 'facts' }],
  ])('an action of type %s cannot be run yet: %j', (type, fields) => {
    expect(issuesOf(plan({ id: 'ask', ...fields }))).toEqual([
      {
        code: 'unsupported_type',
        path: 'actions[0].type',
        message: `actions of type "${type}" cannot be run yet`,
        got: type,
        allowed: 'tool',
        hint: 'wrap what it does in a tool and call that',
      },
    ]);
  });

  it('may not be larger than Step Functions carries', () => {
    const large = 'x'.repeat(300 * 1024);

    for (const field of ['input', 'fallback', 'for_each']) {
      const value = field === 'for_each' ? [large] : large;
      const [issue, ...others] = issuesOfAction({ [field]: value });

      expect(issue).toMatchObject({
        code: 'too_large',
        path: `actions[0].${field}`,
        message: `${field} is larger than Step Functions carries`,
        allowed: 'at most 262144 bytes of JSON',
        hint: 'put the data where the tool can read it and pass its place',
      });
      expect(others).toEqual([]);
    }
  });

  it('may not be larger together either, in bytes', () => {
    const half = { text: 'ü'.repeat(70 * 1024) };

    const [issue] = issuesOf(plan(action('a', { input: half }), action('b', { input: half })));

    expect(issue).toMatchObject({ code: 'too_large', path: 'actions', allowed: 'at most 262144 bytes of JSON' });
    expect(issuesOf(plan(action('a', { input: half })))).toEqual([]);
  });
});

describe('names', () => {
  it.each(['1st', '_x', 'purchase orders', 'a-b', 'größe', '', '__proto__', 'a.b', '$a'])('%j is none', (id) => {
    expect(issuesOf(plan({ id, tool: 'work' }))).toEqual([
      {
        code: 'wrong_format',
        path: 'actions[0].id',
        message: 'not a name',
        got: JSON.stringify(id),
        allowed: NAME_RULE,
      },
    ]);
    expect(codesOf(plan(action('orders', { output_key: id })))).toEqual(['wrong_format actions[0].output_key']);
  });

  it('have at most 64 characters', () => {
    expect(issuesOf(plan(action('a'.repeat(64))))).toEqual([]);
    expect(issuesOf(plan(action('a'.repeat(65))))).toMatchObject([
      { code: 'out_of_range', path: 'actions[0].id', allowed: 'at most 64 characters' },
    ]);
  });

  it.each(['inputs', 'item', 'index', 'winner', 'states', 'count', 'merge', 'parse', 'hasOwnProperty'])(
    '%s is reserved, as an id and as an output key',
    (name) => {
      expect(issuesOf(plan(action(name)))).toMatchObject([
        { code: 'reserved_name', path: 'actions[0].id', got: `"${name}"`, hint: expect.stringContaining(`${name}_1`) },
      ]);
      expect(codesOf(plan(action('orders', { output_key: name })))).toEqual(['reserved_name actions[0].output_key']);
    },
  );

  it.each(['constructor', 'toString', 'map', 'now', 'true', 'and', 'tool'])('%s is a name like any other', (name) => {
    expect(issuesOf(plan(action(name), action('next', { input: `$${name}` })))).toEqual([]);
  });

  it('are given once', () => {
    expect(issuesOf(plan(action('orders'), action('vendors'), action('orders')))).toEqual([
      {
        code: 'duplicate_id',
        path: 'actions[2].id',
        message: 'actions[0] has this id already',
        got: '"orders"',
        hint: 'give each action a name of its own',
      },
    ]);
  });

  it.each([
    ['an id', [action('a', { output_key: 'b' }), action('b')], 'actions[0].output_key', 'actions[1] has this id'],
    ['an earlier id', [action('b'), action('a', { output_key: 'b' })], 'actions[1].output_key', 'actions[0] has this'],
    [
      'another output key',
      [action('a', { output_key: 'x' }), action('b', { output_key: 'x' })],
      'actions[1].output_key',
      '"a" has this output key already',
    ],
  ])('an output key may not be %s', (_, actions, path, message) => {
    expect(issuesOf(plan(...actions))).toMatchObject([
      { code: 'duplicate_output_key', path, message: expect.stringContaining(message) },
    ]);
  });

  it('an output key may be the own id', () => {
    expect(issuesOf(plan(action('orders', { output_key: 'orders' })))).toEqual([]);
  });
});

describe('tools', () => {
  it('must be known', () => {
    const tools = [tool('allocate_orders'), tool('forecast')];

    expect(issuesOf(plan({ id: 'orders', tool: 'alocate_order' }), tools)).toEqual([
      {
        code: 'unknown_tool',
        path: 'actions[0].tool',
        message: 'there is no tool "alocate_order"',
        allowed: 'allocate_orders, forecast',
        hint: 'did you mean "allocate_orders"?',
      },
    ]);
  });

  it('that are unknown hide neither references nor cycles', () => {
    const document = plan(
      { id: 'a', tool: 'unheard', input: ['$b', '$nobody'] },
      { id: 'b', tool: 'unheard', input: '$a' },
    );

    expect(codesOf(document, [])).toEqual([
      'unknown_tool actions[0].tool',
      'unknown_reference actions[0].input[1]',
      'cycle actions[0]',
      'unknown_tool actions[1].tool',
    ]);
  });

  it('with a schema that is none are refused by name', () => {
    const broken = tool('broken', { input_schema: { type: 'text' } });

    expect(issuesOf(plan({ id: 'orders', tool: 'broken' }), [broken])).toMatchObject([
      { code: 'invalid_schema', path: 'broken.input_schema' },
    ]);
  });
});

describe('resources', () => {
  it.each(['inventory{', 'inventory}', 'inventory:{}', 'inventory:{a b}', 'inventory:{{code}}', '{a}}'])(
    '%j is not the name of one',
    (name) => {
      expect(issuesOfAction({ reads: ['inventory', name] })).toEqual([
        {
          code: 'invalid_resource',
          path: 'actions[0].reads[1]',
          message: 'not a resource name',
          got: name,
          allowed: 'a text such as inventory or inventory:{warehouse_code}, braces naming a field of the input',
        },
      ]);
      expect(codesOf(plan(action('orders', { writes: [name] })))).toEqual(['invalid_resource actions[0].writes[0]']);
    },
  );
});

describe('an accepted action', () => {
  it('has its defaults from the tool and the language', () => {
    const reorder = tool('reorder', { latency: 'slow', timeout_seconds: 10, reads: ['inventory:{code}'] });

    const { settings, actions } = prepare(plan({ id: 'stock', tool: 'reorder', input: { code: 'WH001' } }), [reorder]);

    expect(settings).toEqual({ parallel: true, on_failure: 'continue', engine: 'auto' });
    expect(actions).toEqual([
      {
        id: 'stock',
        index: 0,
        outputKey: 'stock',
        tool: reorder,
        action: {
          id: 'stock',
          type: 'tool',
          tool: 'reorder',
          input: { code: 'WH001' },
          literal_input: false,
          depends_on: [],
          join: 'all',
          mode: 'async',
          priority: 0,
        },
        input: { kind: 'literal', value: { code: 'WH001' } },
        forEach: undefined,
        when: undefined,
        resources: { reads: [{ name: 'inventory:WH001', exact: true }], writes: [] },
        itemsInOrder: false,
        timeoutSeconds: 10,
        retry: { maxAttempts: 3, intervalSeconds: 1, backoffRate: 2, jitter: 'none' },
        estimatedSeconds: 30,
      },
    ]);
  });

  it('decides over its tool, and in retries over the settings, each field by itself', () => {
    const slow = tool('slow', {
      timeout_seconds: 100,
      expected_seconds: 50,
      reads: ['a'],
      writes: ['b'],
      retry: { max_attempts: 9, interval_seconds: 9, backoff_rate: 9, jitter: 'full' },
    });
    const document = {
      settings: { retry: { max_attempts: 5, interval_seconds: 5 } },
      actions: [
        {
          id: 'one',
          tool: 'slow',
          timeout_seconds: 7,
          expected_seconds: 0,
          retry: { max_attempts: 0 },
          reads: [],
          writes: ['c'],
          output_key: 'first',
        },
      ],
    };

    const [one] = prepare(document, [slow]).actions;

    expect(one).toMatchObject({
      outputKey: 'first',
      timeoutSeconds: 7,
      estimatedSeconds: 0,
      retry: { maxAttempts: 0, intervalSeconds: 5, backoffRate: 9, jitter: 'full' },
      resources: { reads: [], writes: [{ name: 'c', exact: true }] },
    });
  });

  it.each([
    [{ writes: ['orders'], for_each: [1] }, true],
    [{ writes: ['orders:{id}'], for_each: [1], input: { id: '$item' } }, true],
    [{ reads: ['orders'], for_each: [1] }, false],
    [{ writes: ['orders'] }, false],
  ])('%j runs its items in order: %s', (fields, inOrder) => {
    expect(prepare(plan(action('orders', fields))).actions[0]?.itemsInOrder).toBe(inOrder);
  });

  it.each([{ when: true }, { when: 'false' }, { when: '"yes"' }, { fallback: null }, { fallback: { a: '$nobody' } }])(
    '%j is allowed',
    (fields) => {
      expect(issuesOfAction(fields)).toEqual([]);
    },
  );
});
