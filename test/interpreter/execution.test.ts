import { describe, expect, it } from 'vitest';
import { branch, call, machine, outputOf, run } from '../support/executions.ts';

const sleep = (sleepSeconds: number) => ({ behavior: 'timeout', sleepSeconds });

describe('an execution', () => {
  it('tells the context object', async () => {
    const definition = machine({ A: { Type: 'Pass', Output: '{% $states.context %}' } });

    expect(await outputOf(definition, { input: { n: 1 } })).toEqual({
      Execution: {
        Id: 'arn:aws:states:eu-west-1:1:execution:m:e',
        Input: { n: 1 },
        Name: 'e',
        RoleArn: 'role',
        StartTime: '2026-01-02T03:04:05.678Z',
        RedriveCount: 0,
      },
      State: { Name: 'A', EnteredTime: '2026-01-02T03:04:05.678Z' },
      StateMachine: { Id: 'arn:aws:states:eu-west-1:1:stateMachine:m', Name: 'm' },
    });
  });

  it.each([
    [{ TimeoutSeconds: 30 }, 'STANDARD', 30],
    [{}, 'EXPRESS', 300],
    [{ TimeoutSeconds: 1000 }, 'EXPRESS', 300],
    [{}, 'STANDARD', 31_536_000],
  ] as const)('that takes longer than %j allows (%s) is timed out', async (more, type, seconds) => {
    const definition = machine({ W: { Type: 'Wait', Seconds: 99_999_999 } }, more);

    const result = await run(definition, { type });

    expect(result).toMatchObject({ end: { status: 'TIMED_OUT' }, seconds });
    expect(result.events.slice(2)).toMatchObject([
      {
        id: 3,
        previousEventId: 0,
        type: 'ExecutionTimedOut',
        executionTimedOutEventDetails: { error: 'States.Timeout' },
      },
    ]);
  });

  it('ends at once when it is stopped, whatever is under way', async () => {
    const Branches = [branch({ A: call('slow') }), branch({ B: { Type: 'Wait', Seconds: 100 } })];

    const { end, events } = await run(
      machine({
        P: { Type: 'Parallel', Branches, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }], End: true },
        Z: { Type: 'Succeed' },
      }),
      {
        lambdas: { slow: sleep(1000) },
        during: (execution, clock) => void clock.sleep(7000).then(() => execution.stop('Manual', 'enough')),
      },
    );

    expect(end).toEqual({ status: 'ABORTED', error: 'Manual', cause: 'enough' });
    expect(events.at(-1)).toMatchObject({
      previousEventId: 0,
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { error: 'Manual', cause: 'enough' },
    });
  });

  it('that goes round for ever ends with its 25,000th event', async () => {
    const { end, events } = await run(machine({ A: { Type: 'Pass', Next: 'A' } }));

    expect(end).toEqual({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
    expect(events).toHaveLength(25_000);
    expect(events.at(-1)).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
  });

  it('may end with success in its 25,000th event', async () => {
    const items = Array.from({ length: 6248 }, () => 1);
    const list = { Type: 'Map', Items: items, ItemProcessor: branch({ A: { Type: 'Pass' } }) };
    const definition = machine({ M: list, B: { Type: 'Pass' } });

    const { end, events } = await run(definition);

    expect(events).toHaveLength(1 + 4 + 4 * 6248 + 2 + 1);
    expect(end.status).toBe('SUCCEEDED');
  });

  it('runs a thousand Tasks quickly', async () => {
    const states = Array.from({ length: 1000 }, (_, index) => [
      `T${index}`,
      call('f', { Assign: { [`v${index}`]: '{% $states.result %}' } }),
    ]);

    const begun = performance.now();
    const { end } = await run(machine(Object.fromEntries(states)));

    expect(end.status).toBe('SUCCEEDED');
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});

describe('a Wait', () => {
  it.each([
    [{ Seconds: 90 }, 90],
    [{ Seconds: '{% $states.input.s %}' }, 12],
    [{ Timestamp: '2026-01-02T03:05:05.678Z' }, 60],
    [{ Timestamp: '{% $states.input.t %}' }, 3600],
    [{ Timestamp: '2020-01-01T00:00:00Z' }, 0],
  ])('until %j', async (fields, seconds) => {
    const input = { s: 12, t: '2026-01-02T05:04:05.678901234+01:00' };

    const result = await run(machine({ W: { Type: 'Wait', ...fields } }), { input });

    expect(result).toMatchObject({ end: { status: 'SUCCEEDED', output: input }, seconds });
  });

  it.each(['2026-02-30T00:00:00Z', '2026-01-02', '2026-01-02t00:00:00z', '2026-01-02T24:00:00Z', 'soon'])(
    'refuses the time %s',
    async (t) => {
      const { end } = await run(machine({ W: { Type: 'Wait', Timestamp: '{% $states.input.t %}' } }), { input: { t } });

      expect(end).toMatchObject({
        error: 'States.QueryEvaluationError',
        cause: expect.stringContaining(`format string: ${t}`),
      });
    },
  );
});

describe('a Choice', () => {
  const choice = (Choices: object[], more: object = {}) =>
    machine({
      C: { Type: 'Choice', Choices, ...more },
      Y: { Type: 'Succeed' },
      Z: { Type: 'Pass', Output: '{% [$states.input, $x] %}' },
    });

  it('takes output and variables from the rule that holds, or else its own', async () => {
    const rules = [{ Condition: '{% $states.input.yes %}', Next: 'Z', Assign: { x: 'rule' }, Output: 'rule' }];
    const definition = choice(rules, { Default: 'Z', Assign: { x: 'default' }, Output: 'default' });

    expect(await outputOf(definition, { input: { yes: true } })).toEqual(['rule', 'rule']);
    expect(await outputOf(definition, { input: { yes: false } })).toEqual(['default', 'default']);
  });

  it('fails where no rule holds and there is no default', async () => {
    const { end } = await run(choice([{ Condition: false, Next: 'Z' }]));

    expect(end).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining('Failed to transition'),
    });
  });
});
