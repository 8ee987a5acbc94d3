import { describe, expect, it } from 'vitest';
import { call, machine } from '../support/executions.ts';
import { file, stepweave } from './support.ts';

const echoing = file(machine({ A: call('f') }));

async function aslRun(args: string[], stdin?: string) {
  const outcome = await stepweave(['asl', 'run', ...args], stdin === undefined ? {} : { stdin });
  return { ...outcome, printed: outcome.stdout === '' ? undefined : JSON.parse(outcome.stdout) };
}

describe('stepweave asl run', () => {
  it('prints status, output and events of an execution', async () => {
    const { status, printed, stderr } = await aslRun([
      ...[echoing, '--input', file({ n: [1] }), '--lambdas', file({ f: { behavior: 'echo' } })],
    ]);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(printed).toMatchObject({ status: 'SUCCEEDED', output: { n: [1] }, error: null, cause: null });
    expect(printed.events.map(({ type }: { type: string }) => type)).toEqual([
      'ExecutionStarted',
      ...['TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited'],
      'ExecutionSucceeded',
    ]);
  });

  it('prints an output of null', async () => {
    const { printed } = await aslRun([file(machine({ P: { Type: 'Pass', Output: null } }))]);

    expect(printed).toMatchObject({ status: 'SUCCEEDED', output: null });
  });

  it('fails a call of a function that is not faked, as AWS does where there is none', async () => {
    const { status, printed } = await aslRun([echoing]);

    expect(status).toBe(1);
    expect(printed).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.ResourceNotFoundException',
      cause: expect.any(String),
    });
  });

  it('waits hours in no time', async () => {
    const definition = file(machine({ W: { Type: 'Wait', Seconds: 100_000 } }));

    expect((await aslRun([definition])).printed.status).toBe('SUCCEEDED');
    expect(await aslRun([definition, '--type', 'express'])).toMatchObject({
      status: 1,
      printed: { status: 'TIMED_OUT', error: 'States.Timeout' },
    });
  });

  it.each([
    ['the definition', ['-'], JSON.stringify(machine({ P: { Type: 'Pass', Output: 7 } })), 7],
    ['the input', [file(machine({ P: { Type: 'Pass' } })), '--input', '-'], '[1]', [1]],
  ])('reads %s from standard input', async (_, args, stdin, output) => {
    expect((await aslRun(args, stdin)).printed).toMatchObject({ status: 'SUCCEEDED', output });
  });

  it('runs functions that behave anew at each attempt', async () => {
    const raise = { behavior: 'raise', error: { errorType: 'E' } };
    const definition = file(machine({ A: call('f', { Retry: [{ ErrorEquals: ['E'] }] }) }));

    const { printed } = await aslRun([
      definition,
      '--lambdas',
      file({ f: [raise, raise, { behavior: 'return', return: 3 }] }),
    ]);

    expect(printed).toMatchObject({ status: 'SUCCEEDED', output: 3 });
  });

  it.each([
    ['no JSON', [file('{')], /JSON/],
    ['no such file', ['nowhere.json'], /nowhere\.json/],
    ['a wrong definition', [file({ StartAt: 'A', States: {} })], /problem/],
    ['an expression that does not parse', [file(machine({ P: { Type: 'Pass', Output: '{% 1 + %}' } }))], /States\/P/],
    ['a type that there is not', [echoing, '--type', 'FAST'], /STANDARD or EXPRESS/],
    ['wrong fakes', [echoing, '--lambdas', file({ f: { behavior: 'sing' } })], /sing/],
    ['an input that is too large', [echoing, '--input', file(`"${'x'.repeat(300_000)}"`)], /too large/],
    ['all from one standard input', ['-', '--input', '-'], /standard input/],
    [
      'a resource that nothing here serves',
      [file(machine({ T: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage' } }))],
      /sqs:sendMessage.*'T'/,
    ],
    [
      'a distributed Map',
      [
        file(
          machine({
            M: {
              Type: 'Map',
              ItemProcessor: {
                ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
                ...{ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
              },
            },
          }),
        ),
      ],
      /distributed/,
    ],
  ])('refuses %s', async (_, args, message) => {
    const { status, stdout, stderr } = await aslRun(args, '{}');

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
