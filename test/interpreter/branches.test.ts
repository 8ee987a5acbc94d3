import { describe, expect, it } from 'vitest';
import { branch, call, machine, outputOf, run } from '../support/executions.ts';

const wait = (Seconds: number) => ({ Type: 'Wait', Seconds });
const sleep = (sleepSeconds: number) => ({ behavior: 'timeout', sleepSeconds });

describe('a Parallel', () => {
  it('runs its branches at once and gives their outputs in their order', async () => {
    const Branches = [
      branch({ A: wait(5), A2: { Type: 'Pass', Output: 'a' } }),
      branch({ B: wait(3), B2: { Type: 'Pass', Output: 'b' } }),
    ];

    const { end, seconds } = await run(machine({ P: { Type: 'Parallel', Branches } }));

    expect(end).toEqual({ status: 'SUCCEEDED', output: ['a', 'b'] });
    expect(seconds).toBe(5);
  });

  it('keeps a chain of events for each branch', async () => {
    const Branches = [branch({ A: { Type: 'Pass' } }), branch({ B: wait(1) })];

    const { events } = await run(machine({ P: { Type: 'Parallel', Arguments: 1, Branches } }));

    expect(events.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, 'ExecutionStarted'],
      [2, 1, 'ParallelStateEntered'],
      [3, 2, 'ParallelStateStarted'],
      [4, 3, 'PassStateEntered'],
      [5, 3, 'WaitStateEntered'],
      [6, 4, 'PassStateExited'],
      [7, 5, 'WaitStateExited'],
      [8, 7, 'ParallelStateSucceeded'],
      [9, 7, 'ParallelStateExited'],
      [10, 9, 'ExecutionSucceeded'],
    ]);
  });

  it('is ended by the first failure, which stops and tells all that is under way', async () => {
    const Branches = [
      branch({ A: call('slow') }),
      branch({ B: wait(2), B2: { Type: 'Fail', Error: 'E', Cause: 'c' } }),
      branch({ M: { Type: 'Map', Items: [1], ItemProcessor: branch({ W: wait(60) }) } }),
    ];
    const Catch = [{ ErrorEquals: ['E'], Next: 'Z' }];
    const definition = machine({ P: { Type: 'Parallel', Branches, Catch, End: true }, Z: { Type: 'Succeed' } });

    const result = await run(definition, { lambdas: { slow: sleep(100) } });

    expect(result.end).toEqual({ status: 'SUCCEEDED', output: { Error: 'E', Cause: 'c' } });
    expect(result.seconds).toBe(2);
    expect(result.types.slice(result.types.indexOf('FailStateEntered'))).toEqual([
      'FailStateEntered',
      'TaskStateAborted',
      'WaitStateAborted',
      'MapIterationAborted',
      'MapStateAborted',
      'ParallelStateFailed',
      'ParallelStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('aborts the calls of the branches that it stops', async () => {
    const aborted: string[] = [];
    const tasks = () => ({
      supports: () => true,
      call: ({ signal, resource }: { signal: AbortSignal; resource: string }) =>
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted.push(resource);
            reject(signal.reason);
          });
        }),
    });
    const hanging = { Type: 'Task', Resource: 'arn:aws:states:::a:b' };
    const Branches = [branch({ A: hanging }), branch({ B: wait(1), F: { Type: 'Fail' } })];

    const { end } = await run(machine({ P: { Type: 'Parallel', Branches } }), { tasks });

    expect(end).toEqual({ status: 'FAILED' });
    expect(aborted).toEqual(['arn:aws:states:::a:b']);
  });

  it('tries all of them again', async () => {
    const Branches = [branch({ A: call('f') }), branch({ B: { Type: 'Pass' } })];
    const definition = machine({ P: { Type: 'Parallel', Branches, Retry: [{ ErrorEquals: ['States.ALL'] }] } });
    const raise = { behavior: 'raise', error: { errorType: 'E' } };

    const { types, seconds } = await run(definition, { lambdas: { f: [raise, raise, { behavior: 'echo' }] } });

    const count = (type: string) => types.filter((other) => other === type).length;
    expect(['ParallelStateStarted', 'PassStateExited', 'ParallelStateFailed'].map(count)).toEqual([3, 3, 0]);
    expect(seconds).toBe(3);
  });

  it('runs nested 60 deep', async () => {
    let inner = branch({ X: { Type: 'Pass', Output: 1 } });
    for (let depth = 0; depth < 60; depth++) inner = branch({ [`P${depth}`]: { Type: 'Parallel', Branches: [inner] } });

    const { end } = await run({ QueryLanguage: 'JSONata', ...inner });

    expect(JSON.stringify(end)).toContain(`${'['.repeat(60)}1`);
  });
});

describe('a Map', () => {
  const mapOver = (processor: Record<string, object>, more: object = {}) =>
    machine({ M: { Type: 'Map', Items: '{% $states.input %}', ItemProcessor: branch(processor), ...more } });

  it.each([
    [{}, 2],
    [{ MaxConcurrency: 40 }, 2],
    [{ MaxConcurrency: 1000 }, 2],
    [{ MaxConcurrency: '{% 10 %}' }, 5],
    [{ MaxConcurrency: 1 }, 50],
  ])('runs at most 40 iterations at once: %j', async (more, seconds) => {
    const input = Array.from({ length: 50 }, (_, index) => index);

    const result = await run(mapOver({ W: wait(1) }, more), { input });

    expect(result.end).toEqual({ status: 'SUCCEEDED', output: input });
    expect(result.seconds).toBe(seconds);
  });

  it('tells its iterations, each with a chain of its own', async () => {
    const { events } = await run(mapOver({ A: { Type: 'Pass' } }, { MaxConcurrency: 1 }), { input: ['x', 'y'] });

    expect(events.slice(2).map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [3, 2, 'MapStateStarted'],
      [4, 3, 'MapIterationStarted'],
      [5, 4, 'PassStateEntered'],
      [6, 5, 'PassStateExited'],
      [7, 6, 'MapIterationSucceeded'],
      [8, 3, 'MapIterationStarted'],
      [9, 8, 'PassStateEntered'],
      [10, 9, 'PassStateExited'],
      [11, 10, 'MapIterationSucceeded'],
      [12, 11, 'MapStateSucceeded'],
      [13, 11, 'MapStateExited'],
      [14, 13, 'ExecutionSucceeded'],
    ]);
    expect(events[2]).toMatchObject({ mapStateStartedEventDetails: { length: 2 } });
    expect(events[7]).toMatchObject({ mapIterationStartedEventDetails: { index: 1, name: 'M' } });
  });

  it('gives each iteration what ItemSelector makes of its item', async () => {
    const ItemSelector = {
      at: '{% $states.context.Map.Item.Index %}',
      of: '{% $states.context.Map.Item.Value %}',
      all: '{% $states.input %}',
    };

    expect(await outputOf(mapOver({ A: { Type: 'Pass' } }, { ItemSelector }), { input: ['x', 'y'] })).toEqual([
      { at: 0, of: 'x', all: ['x', 'y'] },
      { at: 1, of: 'y', all: ['x', 'y'] },
    ]);
  });

  it('of nothing gives an empty list', async () => {
    const { end, types } = await run(mapOver({ A: { Type: 'Pass' } }), { input: [] });

    expect(end).toEqual({ status: 'SUCCEEDED', output: [] });
    expect(types.slice(2, 4)).toEqual(['MapStateStarted', 'MapStateSucceeded']);
  });

  const fails = {
    C: { Type: 'Choice', Choices: [{ Condition: '{% $states.input > 2 %}', Next: 'F' }], Default: 'P' },
    P: { Type: 'Succeed' },
    F: { Type: 'Fail', Error: 'Big' },
  };

  it.each([
    [{}, 'Big'],
    [{ ToleratedFailureCount: 1 }, 'States.ExceedToleratedFailureThreshold'],
    [{ ToleratedFailureCount: '{% 2 %}' }, undefined],
    [{ ToleratedFailurePercentage: 49 }, 'States.ExceedToleratedFailureThreshold'],
    [{ ToleratedFailurePercentage: 50 }, undefined],
  ])('tolerates failures as %j says', async (more, error) => {
    const { end } = await run(mapOver(fails, { MaxConcurrency: 1, ...more }), { input: [1, 2, 3, 4] });

    expect(end).toMatchObject(
      error === undefined ? { status: 'SUCCEEDED', output: [1, 2] } : { status: 'FAILED', error },
    );
  });

  it('stops the other iterations when one fails', async () => {
    const { types } = await run(mapOver({ W: { Type: 'Wait', Seconds: '{% 4 - $states.input %}' }, ...fails }), {
      input: [1, 2, 3],
    });

    expect(types.slice(types.indexOf('FailStateEntered'))).toEqual([
      'FailStateEntered',
      'MapIterationFailed',
      'WaitStateAborted',
      'MapIterationAborted',
      'WaitStateAborted',
      'MapIterationAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });
});

describe('variables', () => {
  it('are read inside a branch, and what it sets itself is gone afterwards', async () => {
    const definition = machine({
      A: { Type: 'Pass', Assign: { x: 1 } },
      P: {
        Type: 'Parallel',
        Branches: [
          branch({ B: { Type: 'Pass', Assign: { y: '{% $x + 1 %}' } }, C: { Type: 'Pass', Output: '{% $y %}' } }),
        ],
      },
      Z: { Type: 'Pass', Output: { result: '{% $states.input %}', y: '{% $exists($y) %}' } },
    });

    expect(await outputOf(definition)).toEqual({ result: [2], y: false });
  });

  it('have their new values from the next state on', async () => {
    const definition = machine({
      A: { Type: 'Pass', Assign: { x: 1 } },
      B: { Type: 'Pass', Assign: { x: 2, old: '{% $x %}' }, Output: '{% $x %}' },
      C: { Type: 'Pass', Output: '{% [$states.input, $old, $x] %}' },
    });

    expect(await outputOf(definition)).toEqual([1, 1, 2]);
  });

  it('of a Catch on a Parallel are set outside of it', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Assign: { error: '{% $states.errorOutput.Error %}' }, Next: 'Z' }];
    const definition = machine({
      P: { Type: 'Parallel', Branches: [branch({ F: { Type: 'Fail', Error: 'E' } })], Catch, End: true },
      Z: { Type: 'Pass', Output: '{% $error %}' },
    });

    expect(await outputOf(definition)).toBe('E');
  });

  it('are shown by the event of the state that sets them', async () => {
    const { events } = await run(machine({ A: { Type: 'Pass', Assign: { x: { y: 1 } } } }));

    expect(events[2]).toMatchObject({ stateExitedEventDetails: { assignedVariables: { x: '{"y":1}' } } });
  });

  it.each([
    [{ x: "{% $pad('', 270000, 'x') %}" }],
    [{ x: "{% $pad('', 150000, 'x') %}", y: "{% $pad('', 150000, 'x') %}" }],
  ])('are no larger than Step Functions allows', async (Assign) => {
    const { end } = await run(machine({ A: { Type: 'Pass', Assign } }));

    expect(end).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('are no more than 10 MiB together', async () => {
    const states = Array.from({ length: 45 }, (_, index) => [
      `S${index}`,
      { Type: 'Pass', Assign: { [`v${index}`]: "{% $pad('', 250000, 'x') %}" } },
    ]);

    const { end, events } = await run(machine(Object.fromEntries(states)));

    expect(end).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(events.length).toBe(1 + 2 * 41 + 1 + 1);
  });
});
