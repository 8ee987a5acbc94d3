/** Whatever is wrong with a plan or a call: exit status 2, and a message that says what to change. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { file, folder, stepweave } from './support.ts';

const reorder = { id: 'reorder', tool: 'calculate_reorder_points', input: { warehouse_code: 'WH001' } };
const echo = (id: string, fields: object = {}) => ({ id, tool: 'notify_planner', input: { message: id }, ...fields });

const WRONG: [what: string, plan: unknown, says: RegExp[]][] = [
  ['a cycle', { actions: [echo('a', { depends_on: ['b'] }), echo('b', { depends_on: ['a'] })] }, [/a -> b -> a/]],
  [
    'an unknown tool',
    { actions: [{ id: 'a', tool: 'notify_planer' }] },
    [/actions\[0\]\.tool/, /did you mean "notify_planner"/],
  ],
  [
    'a reference to nothing',
    { actions: [reorder, echo('b', { input: { message: '$reorders.lines' } })] },
    [/actions\[1\]\.input\.message: \$reorders refers to nothing/, /did you mean "reorder"/],
  ],
  [
    'a reference to a later fence',
    { actions: [echo('a', { input: { message: '$fence' } }), echo('fence', { mode: 'sync' })] },
    [/"fence" is sync and listed later/, /list "fence" before "a"/],
  ],
  [
    'a wrong type in the input of a tool',
    { actions: [{ ...reorder, input: { warehouse_code: 7 } }] },
    [/actions\[0\]\.input\.warehouse_code: wrong type/, /got number 7; allowed: string/],
  ],
  ['a duplicate id', { actions: [echo('a'), echo('a')] }, [/actions\[1\]\.id: actions\[0\] has this id already/]],
  ['a reserved name', { actions: [echo('item')] }, [/"item" means something in expressions already/]],
  [
    'a forbidden function',
    { actions: [echo('a', { when: '$eval("1")' })] },
    [/the function \$eval is not allowed/, /\$count \$sum/],
  ],
  [
    '300 KiB in one input',
    { actions: [echo('a', { input: { message: 'x'.repeat(300 * 1024) } })] },
    [/actions\[0\]\.input: input is larger/, /at most 262144 bytes/],
  ],
  ['an empty plan', { actions: [] }, [/the plan has no actions/]],
  [
    'an id that is not allowed',
    { actions: [echo('1st order')] },
    [/actions\[0\]\.id/, /got "1st order"/, /a letter, then letters/],
  ],
  [
    'an unknown field',
    { actions: [echo('a', { timeout: 5 })] },
    [/there is no field "timeout"/, /did you mean "timeout_seconds"/],
  ],
  [
    'another type of action',
    { actions: [{ id: 'a', type: 'llm', model: 'x', prompt: 'y' }] },
    [/actions of type "llm" cannot be run yet/],
  ],
  ['a plan that is no object', [1, 2], [/a plan is an object/]],
];

describe.each(['run', 'analyze', 'simulate'])('stepweave %s', (command) => {
  it.each(WRONG)('refuses %s', async (_, plan, says) => {
    const { status, stdout, stderr } = await stepweave([command, file(plan)]);

    expect(status).toBe(2);
    expect(stdout).toBe('');
    for (const pattern of says) expect(stderr).toMatch(pattern);
    expect(stderr).not.toMatch(/\bat .*\.ts:\d+/);
  });

  it('refuses what is not JSON, and says where', async () => {
    const { status, stderr } = await stepweave([command, file('{\n  "actions": [,]\n}')]);

    expect(status).toBe(2);
    expect(stderr).toMatch(/line 2, column 15: not JSON/);
  });

  it('lists several problems at once, in the order of the plan', async () => {
    const plan = { actions: [{ id: 'a', tool: 'nothing' }, echo('sum'), echo('c', { input: { message: '$nobody' } })] };

    const { status, stderr } = await stepweave([command, file(plan)]);

    expect(status).toBe(2);
    expect(stderr).toMatch(
      /3 problems[\s\S]*actions\[0\]\.tool[\s\S]*actions\[1\]\.id[\s\S]*actions\[2\]\.input\.message/,
    );
  });
});

/** A run of a plan with one action, which failed. */
function aRun(id: string) {
  const [started_at, finished_at] = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z'];
  const failed = { status: 'failed', error: 'down', started_at, finished_at };
  const nothing = { result: null, error_type: 'Down', reason: null };
  const record = {
    id,
    success: false,
    tool_name: 'other',
    attempts: 1,
    execution_time_ms: 1000,
    ...failed,
    ...nothing,
  };
  const times = { makespan_ms: 1000, sequential_ms: 1000, speedup: 1 };
  return {
    run_id: 'r',
    name: 'p',
    engine: 'direct',
    ...failed,
    ...times,
    results: {},
    records: [record],
    warnings: [],
  };
}

describe('a call that is wrong', () => {
  const plan = file({ actions: [echo('a')] });

  it.each([
    ['no such file', ['run', '/nowhere/plan.json'], /cannot read \/nowhere\/plan\.json: there is no such file/],
    ['no plan', ['run'], /missing required argument 'PLAN'/],
    ['an unknown command', ['rum', plan], /unknown command 'rum'[\s\S]*Did you mean run/],
    ['an unknown option', ['run', plan, '--quick'], /unknown option '--quick'/],
    [
      'an engine that nobody knows',
      ['run', plan, '--engine', 'warp'],
      /'warp' is invalid\. Allowed choices are auto, express, standard, direct/,
    ],
    ['a run that is none', ['run', plan, '--resume', file({ run_id: 7 })], /run_id[\s\S]*records/],
    [
      'a run of another plan',
      ['run', plan, '--resume', file(aRun('z'))],
      /the run has no a \(notify_planner\); the plan has no z \(other\)/,
    ],
    ['an unknown format', ['analyze', plan, '--format', 'xml'], /Allowed choices are text, json, mermaid/],
    ['inputs that are no object', ['run', plan, '--input', file([1])], /\$inputs is an object/],
    [
      'durations of an unknown action',
      ['simulate', plan, '--durations', file({ b: 1 })],
      /b: the plan has no such action/,
    ],
    ['durations that are no numbers', ['simulate', plan, '--durations', file({ a: -1 })], /a: not a duration \(got -1/],
    ['tools that are no list', ['analyze', plan, '--tools', file({})], /it must be a list of tool specs/],
    [
      'a tool spec with unknown fields',
      ['analyze', plan, '--tools', file([{ name: 'x', write: [] }])],
      /there is no field "write"[\s\S]*did you mean "writes"/,
    ],
    [
      'a tool schema that is none',
      ['analyze', plan, '--tools', file([{ name: 'x', input_schema: { type: 'strange' } }])],
      /\[0\]\.input_schema/,
    ],
    ['fakes of an unknown kind', ['run', plan, '--lambdas', file({ f: { behavior: 'explode' } })], /no such behavior/],
    ['a function without a module', ['run', plan, '--function', 'mine'], /--function mine: it takes name=module/],
    [
      'a folder that cannot be made',
      ['run', plan, '--data', '/proc/stepweave/data'],
      /\/proc\/stepweave\/data cannot be used: (no folder|the file system)/,
    ],
    ['a folder that is a file', ['run', plan, '--data', plan], /it is no folder/],
    ['an unknown tool to describe', ['tools', 'nothing'], /there is no tool "nothing"/],
  ])('as %s ends with 2 and says so', async (_, args, says) => {
    const { status, stderr } = await stepweave(args);

    expect(status).toBe(2);
    expect(stderr).toMatch(says);
  });

  it('tells everything that is wrong with functions at once, before anything is opened', async () => {
    const data = join(folder, 'never-made');
    const functions = ['bad name!=./fn.ts', 'x=test/cli/support.ts', 'x=/tmp'].flatMap((text) => ['--function', text]);

    const { status, stderr } = await stepweave(['run', plan, '--data', data, ...functions]);

    expect(status).toBe(2);
    expect(stderr).toBe(
      [
        'stepweave: The command line has 4 problems',
        '  --function bad name!=./fn.ts: not a function name (got bad name!; allowed: letters, digits, - and _, at most 64)',
        '  --function bad name!=./fn.ts: cannot load ./fn.ts: there is no such file',
        '  --function x=/tmp: "x" is --function x=test/cli/support.ts already',
        '  --function x=/tmp: cannot load /tmp: it is a folder',
        '',
      ].join('\n'),
    );
    expect(existsSync(data)).toBe(false);
  });

  it('never lets text of a plan drive the terminal', async () => {
    const { stderr } = await stepweave(['run', file({ actions: [{ id: 'a', tool: '\u001b[2Jgone' }] })]);

    expect(stderr).not.toContain('\u001b');
  });
});
