import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { file, stepweave } from './support.ts';

const tools = file([
  { name: 'look', idempotent: true, latency: 'fast' },
  { name: 'book', function: 'arn:aws:lambda:eu-west-1:1:function:book' },
]);
const short = { actions: [{ id: 'a', tool: 'look', input: { n: 1 } }] };

async function compiled(plan: unknown, ...args: string[]) {
  const { status, stdout, stderr } = await stepweave(['compile', file(plan), '--tools', tools, ...args]);
  return { status, stderr, machine: JSON.parse(stdout) };
}

describe('stepweave compile', () => {
  it('prints the machine, its type, the input of its execution and whose states they are', async () => {
    const { status, stderr, machine } = await compiled(short);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(machine).toEqual({
      name: expect.stringMatching(/^stepweave-[0-9a-f]{32}$/),
      type: 'EXPRESS',
      definition: expect.objectContaining({ QueryLanguage: 'JSONata', StartAt: 'a' }),
      input: { inputs: {}, actions: { a: { input: { n: 1 } } } },
      states: { a: 'a' },
    });
  });

  it('gives the same machine for other literals', async () => {
    const [one, other] = [await compiled(short), await compiled({ actions: [{ ...short.actions[0], input: [2] }] })];

    expect(other.machine.name).toBe(one.machine.name);
    expect(other.machine.definition).toEqual(one.machine.definition);
    expect(other.machine.input.actions.a.input).toEqual([2]);
  });

  it('takes the inputs of the run along', async () => {
    const { machine } = await compiled(short, '--input', file({ warehouse: 'WH001' }));

    expect(machine.input.inputs).toEqual({ warehouse: 'WH001' });
  });

  it.each([
    [[], 'EXPRESS'],
    [['--engine', 'auto'], 'EXPRESS'],
    [['--engine', 'express'], 'EXPRESS'],
    [['--engine', 'standard'], 'STANDARD'],
    [['--engine', 'direct'], 'EXPRESS'],
  ])('with %j is of the type %s', async (args, type) => {
    expect((await compiled(short, ...args)).machine.type).toBe(type);
  });

  it('follows the engine that the plan asks for, unless another one is asked for', async () => {
    const plan = { settings: { engine: 'standard' }, ...short };

    expect((await compiled(plan)).machine.type).toBe('STANDARD');
    expect((await compiled(plan, '--engine', 'express')).machine.type).toBe('EXPRESS');
  });

  it('draws the machine', async () => {
    const { status, stdout } = await stepweave(['compile', file(short), '--tools', tools, '--format', 'mermaid']);

    expect({ status, stdout }).toEqual({ status: 0, stdout: 'flowchart TD\n  s0["a"]\n' });
  });

  it('tells warnings on stderr', async () => {
    const plan = { actions: [{ id: 'a', tool: 'book', retry: { max_attempts: 2 } }] };

    const { status, stderr, machine } = await compiled(plan);

    expect(status).toBe(0);
    expect(stderr).toBe(
      'Warning: a: book is not idempotent, so its retry applies only to errors that say it never ran\n',
    );
    expect(machine.type).toBe('STANDARD');
  });

  it('compiles the examples to what lies beside them', async () => {
    const { stdout } = await stepweave(['compile', 'examples/replenish.json']);

    expect(JSON.parse(stdout).definition).toEqual(JSON.parse(readFileSync('examples/replenish.asl.json', 'utf8')));
  });

  it('refuses a plan that is over a limit, with the number', async () => {
    const plan = { actions: Array.from({ length: 3000 }, (_, index) => ({ id: `a${index}`, tool: 'look' })) };

    const { status, stdout, stderr } = await stepweave(['compile', file(plan), '--tools', tools]);

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/got \d{7} bytes for 3000 actions, as they are sent; allowed: at most 1040384 bytes/);
  });

  it.each([
    [
      'a plan that is wrong',
      ['compile', file({ actions: [{ id: 'a', tool: 'nothing' }] })],
      /there is no tool "nothing"/,
    ],
    ['an engine that nobody knows', ['compile', file(short), '--engine', 'warp'], /Allowed choices are auto, express/],
    ['a format that nobody knows', ['compile', file(short), '--format', 'text'], /Allowed choices are json, mermaid/],
  ])('refuses %s', async (_, args, message) => {
    const { status, stdout, stderr } = await stepweave([...args, '--tools', tools]);

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
