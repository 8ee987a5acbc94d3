/** Plans from the command line: fakes, functions of one's own, and tools that misbehave, in real worker threads. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../lib/cli/store.ts';
import { DATA, file, stepweave } from './support.ts';

const HOSTILE = 'test/fixtures/hostile-tools.ts';
const hostileTools = (...names: string[]) =>
  file(names.map((name) => ({ name, function: 'hostile', timeout_seconds: 1, retry: { max_attempts: 0 } })));

describe('stepweave run', () => {
  it('runs with faked functions, one behaviour per attempt', async () => {
    const tools = file([
      {
        name: 'fetch',
        function: 'arn:aws:lambda:us-east-1:000000000000:function:fetcher',
        idempotent: true,
        retry: { max_attempts: 1 },
      },
    ]);
    const lambdas = file({
      fetcher: [
        { behavior: 'raise', error: { errorType: 'Flaky', errorMessage: 'once' } },
        { behavior: 'return', return: { n: 7 } },
      ],
    });
    const plan = file({
      actions: [
        { id: 'a', tool: 'fetch' },
        { id: 'b', tool: 'fetch', depends_on: ['a'], input: '$a' },
      ],
    });

    const { status, run, stderr } = await stepweave(['run', plan, '--tools', tools, '--lambdas', lambdas]);

    expect(status).toBe(0);
    expect(run()).toMatchObject({
      status: 'succeeded',
      engine: 'direct',
      results: { a: { n: 7 }, b: { n: 7 } },
      error: null,
    });
    expect(run().records.map(({ attempts }) => attempts)).toEqual([2, 1]);
    expect(stderr).toMatch(/✓ a .*×2 {2}succeeded/);
  });

  it('reads the plan from standard input and its inputs from a file', async () => {
    const tools = file([{ name: 'echo' }]);
    const stdin = JSON.stringify({ actions: [{ id: 'a', tool: 'echo', input: { code: '$inputs.code' } }] });
    const args = [
      'run',
      '-',
      '--tools',
      tools,
      '--lambdas',
      file({ echo: { behavior: 'echo' } }),
      '--input',
      file({ code: 'WH001' }),
    ];

    const { status, run } = await stepweave(args, { stdin });

    expect(status).toBe(0);
    expect(run().results['a']).toMatchObject({
      tool_name: 'echo',
      input: { code: 'WH001' },
      action_id: 'a',
      errors: 'return',
    });
  });

  it('ends with 1 when the run did not succeed, with the reason in the record', async () => {
    const args = ['run', file({ actions: [{ id: 'a', tool: 'gone' }] }), '--tools', file([{ name: 'gone' }])];

    const { status, run } = await stepweave(args);

    expect(status).toBe(1);
    expect(run().records[0]).toMatchObject({
      status: 'failed',
      error_type: 'Lambda.ResourceNotFoundException',
      attempts: 1,
    });
  });

  it('cancels the run on an interrupt and still tells what became of everything', async () => {
    const tools = file([{ name: 'slow' }]);
    const lambdas = file({ slow: { behavior: 'timeout', sleepSeconds: 60 } });
    const plan = file({
      actions: [
        { id: 'a', tool: 'slow' },
        { id: 'b', tool: 'slow', depends_on: ['a'] },
      ],
    });

    const { status, run } = await stepweave(['run', plan, '--tools', tools, '--lambdas', lambdas], {
      interrupt: (cancel) => setImmediate(cancel),
    });

    expect(status).toBe(1);
    expect(run()).toMatchObject({ status: 'cancelled', error: 'the run was interrupted' });
    expect(run().records.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });

  it('keeps what functions print out of the JSON', async () => {
    const plan = file({ actions: [{ id: 'a', tool: 'prints' }] });

    const { stdout, run, stderr } = await stepweave([
      'run',
      plan,
      '--tools',
      hostileTools('prints'),
      '--function',
      `hostile=${HOSTILE}`,
      '--verbose',
    ]);

    expect(stdout).not.toContain('is not the run');
    expect(run().results).toEqual({ a: { ok: true } });
    expect(stderr).toContain('[hostile] {"this": "is not the run"}');
  });
});

describe('tools that misbehave', () => {
  const BAD: [tool: string, status: string, errorType: string, error: RegExp][] = [
    ['throws', 'failed', 'Error', /the lathe is on fire/],
    ['refuses', 'failed', 'unknown_warehouse', /no warehouse WH999/],
    ['throws_nothing', 'failed', 'Error', /nothing/],
    ['hangs', 'timeout', 'timeout', /within 1 s/],
    ['never_answers', 'timeout', 'timeout', /within 1 s/],
    ['wrong_type', 'failed', 'invalid_output', /ok: wrong type .*a boolean/],
    ['no_json', 'failed', 'invalid_output', /BigInt/],
    ['circular', 'failed', 'invalid_output', /circular/],
    ['kills_thread', 'failed', 'Runtime.ExitError', /exit/],
    ['crashes_later', 'failed', 'Error', /after the fact|exit/],
    ['eats_heap', 'failed', 'Runtime', /./],
    ['eats_buffers', 'failed', 'Runtime', /./],
  ];
  const names = [...BAD.map(([name]) => name), 'well_behaved'];
  const actions = names.map((name) => ({
    id: name,
    tool: name,
    timeout_seconds: name.startsWith('eats') ? 60 : name === 'hangs' || name === 'never_answers' ? 1 : 30,
  }));
  const after = { id: 'after', tool: 'well_behaved', input: { n: '$well_behaved.ok' } };
  const serve = ['--tools', hostileTools(...names), '--function', `hostile=${HOSTILE}`];

  it('fail alone: under continue each has its record, and the rest of the plan runs', async () => {
    const { status, run } = await stepweave(['run', file({ actions: [...actions, after] }), ...serve]);

    expect(status).toBe(1);
    expect(run().status).toBe('partial');
    for (const [name, ended, errorType, error] of BAD) {
      const record = run().records.find(({ id }) => id === name)!;
      expect([name, record.status, record.error_type]).toEqual([name, ended, expect.stringContaining(errorType)]);
      expect(record.error).toMatch(error);
    }
    expect(run().results).toEqual({ well_behaved: { ok: true }, after: { ok: true, n: true } });
  }, 90_000);

  it.each(['throws', 'hangs', 'wrong_type', 'kills_thread'])('end the run under stop: %s', async (name) => {
    const plan = {
      settings: { on_failure: 'stop' },
      actions: [
        { id: 'bad', tool: name },
        { id: 'later', tool: 'well_behaved', depends_on: ['bad'] },
      ],
    };

    const { status, run } = await stepweave(['run', file(plan), ...serve]);

    expect(status).toBe(1);
    expect(run().status).toBe('failed');
    expect(run().records.map(({ id, status }) => [id, status])).toEqual([
      ['bad', name === 'hangs' ? 'timeout' : 'failed'],
      ['later', 'cancelled'],
    ]);
  });
});

describe('the built-in tools', () => {
  it.each(['examples/replenish.json'])('run %s on the sample data', async (plan) => {
    const { status, run } = await stepweave(['run', plan, ...DATA]);

    expect(run().records.map(({ id, status, error }) => ({ id, status, error }))).toEqual(
      JSON.parse(readFileSync(plan, 'utf8')).actions.map(({ id }: { id: string }) => ({
        id,
        status: 'succeeded',
        error: null,
      })),
    );
    expect(status).toBe(0);
    expect(run().records.length).toBeGreaterThanOrEqual(8);
  });
});

describe('what was fired and not awaited', () => {
  it('has happened when the command ends', async () => {
    const message = 'the cold store is open';
    const plan = { actions: [{ id: 'note', tool: 'notify_planner', mode: 'fire_and_forget', input: { message } }] };

    const { status } = await stepweave(['run', file(plan), ...DATA]);
    const { store, close } = await openStore(DATA[1]!);
    const notes = await store.notes();
    await close();

    expect(status).toBe(0);
    expect(notes).toContainEqual(expect.objectContaining({ message }));
  });
});

describe('the program itself', () => {
  async function start(args: string[], stdin = ''): Promise<{ status: number | null; stdout: string; stderr: string }> {
    const child = spawn(process.execPath, ['bin/stepweave.ts', ...args]);
    child.stdin.end(stdin);
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { status: await ended, stdout, stderr };
  }

  it('prints the run on stdout and everything else on stderr, and ends by itself', async () => {
    const plan = { actions: [{ id: 'a', tool: 'echo' }] };

    const { status, stdout, stderr } = await start(
      ['simulate', '-', '--tools', file([{ name: 'echo' }])],
      JSON.stringify(plan),
    );

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'succeeded', run_id: 'simulation', makespan_ms: 5000 });
    expect(stderr).toContain('succeeded');
  });

  it('shows help with examples and exit statuses', async () => {
    const { status, stdout } = await start(['--help']);

    expect(status).toBe(0);
    expect(stdout).toMatch(/Examples:[\s\S]*stepweave run[\s\S]*Exit status: 0/);
  });

  it('ends with 2 when the plan is wrong', async () => {
    const { status, stderr } = await start(['run', '-'], '{}');

    expect(status).toBe(2);
    expect(stderr).toContain('the plan has no actions');
  });
});
