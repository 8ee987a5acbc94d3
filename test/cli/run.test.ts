/** Plans from the command line: fakes, functions of one's own, and tools that misbehave, in real worker threads. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../lib/cli/store.ts';
import { DATA, file, folder, stepweave } from './support.ts';

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
      engine: 'express',
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
      errors: 'throw',
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

  it('leaves the environment of the process as it is', async () => {
    const before = { ...process.env };
    const plan = file({ actions: [{ id: 'a', tool: 'notify_planner', input: { message: 'x' } }] });

    const { status } = await stepweave(['run', plan, ...DATA]);

    expect(status).toBe(0);
    expect({ ...process.env }).toEqual(before);
  });

  it('gives its functions the tables that STEPWEAVE_TABLE_PREFIX names', async () => {
    process.env['STEPWEAVE_TABLE_PREFIX'] = 'other-';
    try {
      const plan = file({ actions: [{ id: 'a', tool: 'notify_planner', input: { message: 'x' } }] });

      const { run } = await stepweave(['run', plan, '--data', join(folder, 'other-tables')]);

      expect(run().records[0]).toMatchObject({ status: 'succeeded', error: null });
    } finally {
      delete process.env['STEPWEAVE_TABLE_PREFIX'];
    }
  });

  it('says beforehand and in the run which functions nobody serves', async () => {
    const tools = file([
      { name: 'a', function: 'arn:aws:lambda:us-east-1:000000000000:function:gone' },
      { name: 'b', function: 'gone' },
      { name: 'c', function: 'faked' },
      { name: 'd', function: 'stepweave-inventory' },
      { name: 'e', function: 'mine' },
    ]);
    const plan = file({
      settings: { on_failure: 'stop' },
      actions: ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, tool: id, depends_on: id === 'a' ? [] : ['a'] })),
    });
    const serve = ['--lambdas', file({ faked: { behavior: 'echo' } }), '--function', `mine=${HOSTILE}`];

    const { status, run, stderr } = await stepweave(['run', plan, '--tools', tools, ...serve, ...DATA]);

    expect(status).toBe(1);
    const warning =
      'nothing serves the function gone (of a, b), so its calls will fail: serve it with --function gone=<module>, or fake it with --lambdas';
    expect(run().warnings).toEqual([warning]);
    expect(stderr.indexOf(`Warning: ${warning}\n`)).toBeLessThan(stderr.indexOf(' run  '));
  });

  it.each(['express', 'standard', 'direct'])(
    'runs on the engine %s that is asked for, by the call or by the plan',
    async (engine) => {
      const actions = [
        { id: 'a', tool: 'echo', input: { n: 1 } },
        { id: 'b', tool: 'echo', input: { of: '$a.input.n' } },
      ];
      const fakes = ['--tools', file([{ name: 'echo' }]), '--lambdas', file({ echo: { behavior: 'echo' } })];

      const byCall = await stepweave(['run', file({ actions }), ...fakes, '--engine', engine]);
      const byPlan = await stepweave(['run', file({ settings: { engine }, actions }), ...fakes]);

      for (const { status, run, stderr } of [byCall, byPlan]) {
        expect(status).toBe(0);
        expect(run()).toMatchObject({ engine, status: 'succeeded', results: { b: { input: { of: 1 } } } });
        expect(stderr).toMatch(/started +b \(echo\)[\s\S]*succeeded +b in/);
      }
    },
  );

  it.each(['express', 'standard', 'direct'])(
    'continues a run of the engine %s, and runs nothing again',
    async (engine) => {
      const plan = file({
        settings: { engine },
        actions: [
          { id: 'a', tool: 'echo', input: { n: 1 } },
          { id: 'b', tool: 'flaky', input: { of: '$a.input.n' }, retry: { max_attempts: 0 } },
          { id: 'c', tool: 'echo', input: { of: '$b' } },
        ],
      });
      const tools = ['--tools', file([{ name: 'echo' }, { name: 'flaky' }])];
      const down = file({ echo: { behavior: 'echo' }, flaky: { behavior: 'raise', error: { errorType: 'Down' } } });
      const up = file({ echo: { behavior: 'echo' }, flaky: { behavior: 'return', return: 'up' } });

      const first = await stepweave(['run', plan, ...tools, '--lambdas', down]);
      const second = await stepweave(['run', plan, ...tools, '--lambdas', up, '--resume', file(first.run())]);
      const third = await stepweave(['run', plan, ...tools, '--lambdas', up, '--resume', file(second.run())]);

      expect([first.status, second.status, third.status]).toEqual([1, 0, 2]);
      expect(first.run().records.map(({ status }) => status)).toEqual(['succeeded', 'failed', 'skipped']);
      expect(second.run()).toMatchObject({
        run_id: first.run().run_id,
        results: { b: 'up', c: { input: { of: 'up' } } },
      });
      expect(second.run().records[0]).toEqual(first.run().records[0]);
      expect(third.stderr).toContain('Nothing of this run is left to do');
    },
  );

  it('shows what functions print safely, a line each, above what is drawn in place', async () => {
    const module = file(
      `export const handler = async ({ tool_name }) => {
        process.stdout.write('be');
        await new Promise((resolve) => setTimeout(resolve, 250));
        process.stdout.write('gun\\r\\n\\u001b[2Jsafe\\nlast');
        return { success: true, result: {}, tool_name, execution_time_ms: 1 };
      };`,
      'mjs',
    );
    const plan = file({ actions: [{ id: 'a', tool: 'prints' }] });
    const serve = ['--tools', file([{ name: 'prints', function: 'mine' }]), '--function', `mine=${module}`];

    const { status, stderr } = await stepweave(['run', plan, ...serve, '--verbose'], { terminal: true });

    expect(status).toBe(0);
    // The cursor goes up to where the live area begins, and each line clears what stood there.
    expect(stderr).toMatch(/\[\d+A\[mine\] begun\P{L}\[K\n\[mine\] safe\P{L}\[K\n/u);
    expect(stderr).not.toContain('[2J');
    expect(stderr).toMatch(/\[mine\] last\n$/);
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

describe('an embedded store whose sample was not loaded to its end', () => {
  it('is loaded again, and the command says so', async () => {
    const data = ['--data', join(folder, 'half-loaded')];
    const { store, close } = await openStore(data[1]!);
    await store.prepare();
    await store.setDataset({ source: 'sample', state: 'loading' });
    await close();
    const plan = file({ actions: [{ id: 'a', tool: 'notify_planner', input: { message: 'x' } }] });

    const first = await stepweave(['run', plan, ...data]);
    const second = await stepweave(['run', plan, ...data]);

    expect(first.stderr).toMatch(/^Loading the sample data into .*half-loaded again, because/);
    expect(second.stderr).not.toContain('Loading');
  });
});

describe('the program itself', () => {
  /** Starts a plan whose only call lasts a minute, and waits until stderr says something. */
  async function startSlow(options: string[], until: RegExp) {
    const tools = file([{ name: 'slow', function: 'slow', timeout_seconds: 60 }]);
    const plan = file({ actions: [{ id: 'a', tool: 'slow' }] });
    const child = spawn(process.execPath, ['bin/stepweave.ts', 'run', plan, '--tools', tools, '--verbose', ...options]);
    const ended = new Promise((resolve) => child.on('close', (status, signal) => resolve(status ?? signal)));
    const begun = new Promise<void>((resolve) => {
      let stderr = '';
      child.stderr.on('data', (data) => {
        stderr += data;
        if (until.test(stderr)) resolve();
      });
    });
    const stdout = text(child.stdout);
    await begun;
    return { child, ended, stdout };
  }

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'cancels its run on %s, also when it comes twice by way of npm',
    async (signal) => {
      const lambdas = file({ slow: { behavior: 'timeout', sleepSeconds: 60 } });
      const { child, ended, stdout } = await startSlow(['--lambdas', lambdas], /started +a/);

      child.kill(signal);
      setTimeout(() => child.kill(signal), 5);

      expect(await ended).toBe(1);
      expect(JSON.parse(await stdout)).toMatchObject({ status: 'cancelled', error: 'the run was interrupted' });
    },
  );

  it('ends at once on a second signal, whatever still blocks', async () => {
    const module = file(
      `import { execSync } from 'node:child_process';
      export const handler = () => {
        console.log('in the handler');
        return new Promise(() => setTimeout(() => execSync('sleep 8'), 50));
      };`,
      'mjs',
    );
    const { child, ended } = await startSlow(['--function', `slow=${module}`], /in the handler/);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = performance.now();

    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGTERM'), 1_500);

    expect(await ended).toBe('SIGTERM');
    expect(performance.now() - before).toBeLessThan(4_000);
  });

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

  it.each(['run', 'analyze', 'simulate', 'tools'])('shows help with examples of %s', async (command) => {
    const { status, stdout } = await stepweave([command, '--help']);

    expect(status).toBe(0);
    expect(stdout).toContain(`Examples:\n  stepweave ${command}`);
  });

  it('ends with 2 when the plan is wrong', async () => {
    const { status, stderr } = await start(['run', '-'], '{}');

    expect(status).toBe(2);
    expect(stderr).toContain('the plan has no actions');
  });
});
