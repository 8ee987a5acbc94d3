import { describe, expect, it } from 'vitest';
import { call, machine, outputOf, run } from '../support/executions.ts';

const raise = (errorType: string) => ({ behavior: 'raise', error: { errorType, errorMessage: 'oh' } });
// biome-ignore lint/suspicious/noThenProperty: a word of the document of fakes
const sleep = (sleepSeconds: number) => ({ behavior: 'timeout', sleepSeconds, then: 'echo' });

describe('a Task', () => {
  it('tells each attempt, and what it was given and gave', async () => {
    const { events } = await run(machine({ A: call('f', { TimeoutSeconds: 9 }) }), { input: { n: 1 } });

    expect(events).toMatchObject([
      { id: 1, previousEventId: 0, type: 'ExecutionStarted', executionStartedEventDetails: { input: '{"n":1}' } },
      {
        id: 2,
        previousEventId: 1,
        type: 'TaskStateEntered',
        stateEnteredEventDetails: { name: 'A', input: '{"n":1}' },
      },
      {
        type: 'TaskScheduled',
        taskScheduledEventDetails: {
          parameters: '{"FunctionName":"f","Payload":{"n":1}}',
          region: 'eu-west-1',
          resource: 'invoke',
          resourceType: 'lambda',
          timeoutInSeconds: 9,
        },
      },
      { type: 'TaskStarted', taskStartedEventDetails: { resource: 'invoke', resourceType: 'lambda' } },
      { type: 'TaskSucceeded', taskSucceededEventDetails: { output: expect.stringContaining('"Payload":{"n":1}') } },
      { type: 'TaskStateExited', stateExitedEventDetails: { name: 'A', output: '{"n":1}' } },
      { id: 7, previousEventId: 6, type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: '{"n":1}' } },
    ]);
  });

  it.each([
    [{ MaxAttempts: 4 }, 1 + 2 + 4 + 8],
    [{}, 1 + 2 + 4],
    [{ IntervalSeconds: 3, MaxAttempts: 3, BackoffRate: 1 }, 9],
    [{ IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 4, MaxDelaySeconds: 25 }, 10 + 25 + 25 + 25],
    [{ IntervalSeconds: 4, BackoffRate: 1, MaxAttempts: 2, JitterStrategy: 'FULL' }, 2 + 2],
    [{ MaxAttempts: 0 }, 0],
  ])('waits between its attempts as %j says', async (retrier, seconds) => {
    const definition = machine({ A: call('f', { Retry: [{ ErrorEquals: ['States.ALL'], ...retrier }] }) });

    const result = await run(definition, { lambdas: { f: raise('Busy') } });

    expect(result.end).toMatchObject({ status: 'FAILED', error: 'Busy' });
    expect(result.seconds).toBe(seconds);
  });

  it('counts the attempts of each retrier by itself, and all of them in the context', async () => {
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 1, IntervalSeconds: 1 },
      { ErrorEquals: ['B'], MaxAttempts: 2, IntervalSeconds: 1 },
    ];
    const definition = machine({ A: call('f', { Retry, Output: '{% $states.context.State.RetryCount %}' }) });

    const output = await outputOf(definition, {
      lambdas: { f: [raise('A'), raise('B'), raise('B'), { behavior: 'echo' }] },
    });

    expect(output).toBe(3);
  });

  it('goes where the first Catch leads that names its error, with the error as output', async () => {
    const Catch = [
      { ErrorEquals: ['Other'], Next: 'Other' },
      { ErrorEquals: ['Busy'], Next: 'Busy', Assign: { seen: '{% $states.errorOutput.Error %}' } },
      { ErrorEquals: ['States.ALL'], Next: 'Other' },
    ];
    const definition = machine({
      A: call('f', { Catch, Assign: { seen: 'never' }, End: true }),
      Busy: { Type: 'Pass', Output: { seen: '{% $seen %}', error: '{% $states.input %}' }, End: true },
      Other: { Type: 'Fail' },
    });

    const output = await outputOf(definition, { lambdas: { f: raise('Busy') } });

    expect(output).toEqual({ seen: 'Busy', error: { Error: 'Busy', Cause: expect.stringContaining('"oh"') } });
  });

  it.each([
    ['States.Timeout', true],
    ['States.ALL', true],
    ['States.TaskFailed', false],
  ])('that takes longer than its time is %s: %s', async (name, isCaught) => {
    const Catch = [{ ErrorEquals: [name], Next: 'Caught' }];
    const definition = machine({
      A: call('f', { TimeoutSeconds: '{% 2 + 3 %}', Catch, End: true }),
      Caught: { Type: 'Succeed' },
    });

    const result = await run(definition, { lambdas: { f: sleep(60) } });

    expect(result.types).toContain('TaskTimedOut');
    expect(result.seconds).toBe(5);
    expect(result.end).toEqual(
      isCaught
        ? { status: 'SUCCEEDED', output: { Error: 'States.Timeout' } }
        : { status: 'FAILED', error: 'States.Timeout' },
    );
  });

  it('accepts an answer at the very limit', async () => {
    const { end } = await run(machine({ A: call('f', { TimeoutSeconds: 5 }) }), { lambdas: { f: sleep(5) } });

    expect(end.status).toBe('SUCCEEDED');
  });

  it('fails when its first heartbeat is due', async () => {
    const definition = machine({ A: call('f', { TimeoutSeconds: 60, HeartbeatSeconds: 10 }) });

    const result = await run(definition, { lambdas: { f: sleep(30) } });

    expect(result).toMatchObject({ end: { status: 'FAILED', error: 'States.HeartbeatTimeout' }, seconds: 10 });
  });

  it('fails as AWS does where there is no such function', async () => {
    const { end } = await run(machine({ A: call('g') }));

    expect(end).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.ResourceNotFoundException',
      cause: expect.stringMatching(
        /^Function not found: arn:aws:lambda:us-east-1:\d{12}:function:g:\$LATEST \(Service/,
      ),
    });
  });

  it('refuses a result that is too large, which a Catch may take', async () => {
    const lambdas = { f: { behavior: 'returnRepeated', text: 'é', count: 140_000 } };

    const { end, types } = await run(machine({ A: call('f') }), { lambdas });
    const caught = machine({
      A: call('f', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }], End: true }),
      B: { Type: 'Succeed' },
    });

    expect(end).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(types).toContain('TaskFailed');
    expect(await outputOf(caught, { lambdas })).toMatchObject({ Error: 'States.DataLimitExceeded' });
  });

  it('cannot catch that its own output is too large, except by that name', async () => {
    const failing = (name: string) =>
      machine({
        A: call('f', { Output: "{% $pad('', 300000, 'x') %}", Catch: [{ ErrorEquals: [name], Next: 'B' }], End: true }),
        B: { Type: 'Succeed' },
      });

    expect((await run(failing('States.ALL'))).end).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
    });
    expect((await run(failing('States.DataLimitExceeded'))).end.status).toBe('SUCCEEDED');
  });
});
