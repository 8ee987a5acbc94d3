/** What a run asks of Step Functions, and what it does when that refuses. */
import { describe, expect, it } from 'vitest';
import { action, type Engine, place, planOf, type Refuse, START } from './_fixtures/engine.ts';

const planWith = (gives: unknown) =>
  planOf([action('a', { gives }), action('b', { gives: '$a' }), action('c', {}, { for_each: [1, 2, 3] })]);

const STARTS = { express: 'StartSyncExecution', logged: 'StartSyncExecution', standard: 'StartExecution' } as const;
type StepFunctions = keyof typeof STARTS;

function isPoll(operation: string): boolean {
  return operation === 'GetExecutionHistory';
}

describe.each(Object.keys(STARTS) as StepFunctions[])('a run on %s', (engine) => {
  const start = STARTS[engine];

  it('creates the machine of a shape once; from then on to start is one request', async () => {
    const { requests, run } = place();

    await run(engine, planWith('literal'));
    const first = requests.splice(0).filter((operation) => !isPoll(operation));
    const other = await run(engine, planWith({ quite: ['another', '"{'] }), { inputs: { x: 1 } });

    expect(first).toEqual([start, 'CreateStateMachine', start]);
    expect(requests.filter((operation) => !isPoll(operation))).toEqual([start]);
    expect(other.results['b']).toEqual({ quite: ['another', '"{'] });
  });

  it('may be one of several first ones of a shape', async () => {
    const { requests, run } = place();

    const runs = await Promise.all([1, 2, 3].map((gives) => run(engine, planWith(gives))));

    expect(runs.map(({ status, results }) => [status, results['b']])).toEqual([
      ['succeeded', 1],
      ['succeeded', 2],
      ['succeeded', 3],
    ]);
    expect(requests.filter((operation) => operation === 'CreateStateMachine').length).toBeLessThanOrEqual(3);
  });

  it('waits until a new machine is seen', async () => {
    const { clock, refuse, run } = place();
    refuse((operation, nth) => (operation === start && nth <= 3 ? { name: 'StateMachineDoesNotExist' } : undefined));

    const { status, started_at } = await run(engine, planWith(1));

    expect(status).toBe('succeeded');
    expect(Date.parse(started_at) - START).toBeGreaterThanOrEqual(200 + 400 + 800);
    expect(clock.now() - START).toBeLessThan(10_000);
  });

  it.each([
    ['to be started', start, 'ThrottlingException'],
    ['to be created', 'CreateStateMachine', 'TooManyRequestsException'],
    ['to be gone, if it is deleted', start, 'StateMachineDeleting'],
  ])('waits for its machine %s', async (_, operation, name) => {
    const { refuse, run } = place();
    refuse((asked, nth) => (asked === operation && nth < 4 ? { name } : undefined));

    const { status } = await run(engine, planWith(1));

    expect(status).toBe('succeeded');
  });

  it('gives up in the end', async () => {
    const { clock, refuse, requests, run } = place();
    refuse((operation) =>
      operation === start ? { name: 'ThrottlingException', message: 'Rate exceeded' } : undefined,
    );

    const result = run(engine, planWith(1));

    await expect(result).rejects.toMatchObject({
      code: 'step_functions_error',
      fault: 'service',
      message: 'Step Functions could not run the plan: ThrottlingException: Rate exceeded',
    });
    expect(requests).toHaveLength(8);
    expect(clock.now() - START).toBe(12_700);
  });

  it.each([
    ['it is not allowed', { name: 'AccessDeniedException', message: 'not you' }, 'AccessDeniedException: not you'],
    ['nobody answers', 'no answer', 'connect ECONNREFUSED'],
    ['the service fails', { name: 'InternalFailure', status: 500, message: 'oh' }, 'InternalFailure: oh'],
  ] as const)('says at once that %s', async (_, refusal, told) => {
    const { requests, refuse, start: begin } = place();
    refuse(() => refusal);

    const started = begin(engine, planWith(1));

    await expect(started.result).rejects.toMatchObject({ code: 'step_functions_error' });
    await expect(started.result).rejects.toThrow(told);
    expect(requests).toEqual([start]);
    const types: string[] = [];
    for await (const event of started.events) types.push(event.type);
    expect(types).toEqual(['run_started']);
  });

  it('says that its machine could not be created', async () => {
    const { refuse, run } = place();
    refuse((operation) =>
      operation === 'CreateStateMachine' ? { name: 'InvalidDefinition', message: 'Invalid State Machine' } : undefined,
    );

    await expect(run(engine, planWith(1))).rejects.toThrow('InvalidDefinition: Invalid State Machine');
  });
});

describe('while a Standard execution is followed', () => {
  it.each([
    ['throttled', { name: 'ThrottlingException' }],
    ['not answered', 'no answer'],
    ['answered with a fault', { name: 'InternalFailure', status: 500 }],
  ] as const)('a look that is %s is repeated', async (_, refusal) => {
    const { refuse, run } = place();
    const refusedOnce: Refuse = (operation, nth) => (isPoll(operation) && nth === 1 ? refusal : undefined);
    refuse(refusedOnce);

    const { status } = await run('standard', planWith(1));

    expect(status).toBe('succeeded');
  });

  it('looks as often as it is told to', async () => {
    const looks = async (pollMs: number) => {
      const { requests, run } = place();
      await run('standard', planOf([action('a', { takes: 60 })]), { pollMs });
      return requests.filter(isPoll).length;
    };

    expect(await looks(10_000)).toBeLessThan(10);
    expect(await looks(1_000)).toBeGreaterThan(55);
  });

  it('reads a long history in pages, nothing twice', async () => {
    const { requests, run } = place();
    const items = Array.from({ length: 400 }, (_, index) => index);

    const { results, records } = await run('standard', planOf([action('a', { gives: '$index' }, { for_each: items })]));

    expect(results['a']).toEqual(items);
    expect(records[0]!.items).toHaveLength(400);
    expect(requests.filter(isPoll).length).toBeLessThan(40);
  });
});

it('a run whose name was used before is refused by Standard', async () => {
  const { run } = place();
  const options = { runId: 'run-1' };
  const again = (engine: Engine) => run(engine, planWith(2), options);
  await run('standard', planWith(1), options);

  await expect(again('standard')).rejects.toThrow('ExecutionAlreadyExists');
});
