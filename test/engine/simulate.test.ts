import { describe, expect, it } from 'vitest';
import { preparePlan } from '../../lib/compiler/prepare.ts';
import { type SimulateOptions, simulate } from '../../lib/engine/simulate.ts';
import { parseBehaviours } from '../../lib/local/lambda/fakes.ts';
import { toolRegistry } from '../../lib/tools/registry.ts';
import { toolSpecSchema } from '../../lib/tools/spec.ts';

const tools = toolRegistry([
  toolSpecSchema.parse({ name: 'fast', latency: 'fast', idempotent: true }),
  toolSpecSchema.parse({ name: 'slow', latency: 'slow', function: 'slow-function', idempotent: true }),
]);

const simulated = (actions: object[], options: SimulateOptions = {}) =>
  simulate(preparePlan({ actions }, tools), options).result;

describe('a simulation', () => {
  it('takes the estimates where no durations are given, per attempt and per item', async () => {
    const run = await simulated(
      [
        { id: 'a', tool: 'fast' },
        { id: 'b', tool: 'slow', depends_on: ['a'] },
        { id: 'c', tool: 'fast', for_each: [1, 2, 3], writes: ['x'] },
      ],
      { durations: { c: 2.5 } },
    );

    expect(run.records.map(({ id, execution_time_ms }) => [id, execution_time_ms])).toEqual([
      ['a', 1000],
      ['b', 30_000],
      ['c', 7500],
    ]);
    expect(run).toMatchObject({ status: 'succeeded', makespan_ms: 31_000, started_at: '1970-01-01T00:00:00.000Z' });
  });

  it.each([[{ n: 1 }], [null], ['text'], [[1, [2]]]])(
    'echoes the input %j of a function that is not faked',
    async (input) => {
      const run = await simulated([{ id: 'a', tool: 'fast', input }]);

      expect(run.results).toEqual({ a: input });
    },
  );

  it('lets listed functions do what their behaviours say, one per attempt', async () => {
    const behaviours = parseBehaviours({
      'slow-function': [
        { behavior: 'raise', error: { errorType: 'Flaky', errorMessage: 'once' } },
        { behavior: 'timeout', sleepSeconds: 40 },
        { behavior: 'return', return: 'at last' },
      ],
    });

    const run = await simulated([{ id: 'a', tool: 'slow', timeout_seconds: 35 }], { behaviours });

    // 30 s and a failure, 1 s, 35 s and a timeout, 2 s, 30 s and a success.
    expect(run.records[0]).toMatchObject({
      status: 'succeeded',
      attempts: 3,
      result: 'at last',
      execution_time_ms: 98_000,
    });
  });

  it('knows a function that is missing', async () => {
    const run = await simulated([{ id: 'a', tool: 'fast' }], {
      behaviours: parseBehaviours({ fast: { behavior: 'missing' } }),
    });

    expect(run.records[0]).toMatchObject({
      status: 'failed',
      error_type: 'Lambda.ResourceNotFoundException',
      attempts: 1,
    });
  });

  it('is not confused by ids that every object has', async () => {
    const run = await simulated([
      { id: 'constructor', tool: 'fast' },
      { id: 'toString', tool: 'fast', input: '$constructor' },
    ]);

    expect(run).toMatchObject({ status: 'succeeded', makespan_ms: 2000 });
  });

  it('is the same each time', async () => {
    const actions = [{ id: 'a', tool: 'fast', retry: { jitter: 'full' } }];
    const behaviours = () =>
      parseBehaviours({ fast: [{ behavior: 'raise', error: { errorType: 'X' } }, { behavior: 'echo' }] });

    expect(await simulated(actions, { behaviours: behaviours() })).toEqual(
      await simulated(actions, { behaviours: behaviours() }),
    );
  });
});
