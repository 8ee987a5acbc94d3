import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MachineDefinition } from '../../lib/asl/definition.ts';
import type { Json } from '../../lib/core/json.ts';
import type { HistoryEvent } from '../../lib/interpreter/history.ts';
import { branch, call, type Finished, machine, type RunOptions, run } from '../support/executions.ts';
import { randomMachine } from '../support/random-machine.ts';

const raise = { behavior: 'raise', error: { errorType: 'Broken' } };
const echo = { behavior: 'echo' };

/** Runs a machine and redrives it until it succeeds; gives the whole history. */
async function untilSuccess(
  definition: MachineDefinition,
  options: RunOptions,
  tasks: NonNullable<RunOptions['tasks']>,
): Promise<Finished> {
  let last = await run(definition, { ...options, tasks });
  const events = [...last.events];
  for (let redrives = 0; last.end.status !== 'SUCCEEDED' && redrives < 100; redrives++) {
    last = await run(definition, { ...options, tasks, redriveFrom: events });
    events.push(...last.events);
  }
  return { ...last, events, types: events.map(({ type }) => type) };
}

/** A task service whose functions fail the given number of times before they echo; it outlives an execution. */
function failing(times: Record<string, number>): NonNullable<RunOptions['tasks']> {
  const left = new Map(Object.entries(times));
  return () => ({
    supports: () => true,
    async call({ arguments: given }) {
      const { FunctionName, Payload } = given as { FunctionName: string; Payload: Json };
      const failures = left.get(FunctionName) ?? 0;
      left.set(FunctionName, failures - 1);
      return failures > 0 ? { ok: false, error: 'Broken' } : { ok: true, output: { Payload } };
    },
  });
}

function namesOf(events: readonly HistoryEvent[]): (string | undefined)[] {
  return events.map(({ type, stateEnteredEventDetails, stateExitedEventDetails }) => {
    const name = stateEnteredEventDetails?.name ?? stateExitedEventDetails?.name;
    return name === undefined ? type : `${type} ${name}`;
  });
}

describe('a redrive', () => {
  it('goes on with the state that failed, with its input and all variables', async () => {
    const definition = machine({
      A: call('f', { Assign: { x: { y: 5 } }, Output: { n: 2 } }),
      B: call('g', {
        Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }],
        Output: '{% [$states.result.Payload, $x.y] %}',
      }),
    });
    const lambdas = { f: echo, g: raise };

    const first = await run(definition, { lambdas });
    const second = await run(definition, { lambdas: { g: [raise, echo] }, redriveFrom: first.events });

    expect(first.end).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(second.end).toEqual({ status: 'SUCCEEDED', output: [{ n: 2 }, 5] });
    expect(second.events[0]).toMatchObject({
      id: first.events.length + 1,
      type: 'ExecutionRedriven',
      executionRedrivenEventDetails: { redriveCount: 1 },
    });
    expect(namesOf(second.events)).toEqual([
      'ExecutionRedriven',
      ...['TaskScheduled', 'TaskStarted', 'TaskFailed', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded'],
      'TaskStateExited B',
      'ExecutionSucceeded',
    ]);
  });

  it('is told by the context object', async () => {
    const definition = machine({ A: call('f', { Output: '{% $states.context.Execution %}' }) });
    const first = await run(definition, { lambdas: { f: raise } });

    const { end } = await run(definition, { redriveFrom: first.events });

    expect(end).toMatchObject({ output: { RedriveCount: 1, RedriveTime: '2026-01-02T03:04:05.678Z' } });
  });

  it('runs again only the branches and iterations that did not succeed', async () => {
    const definition = machine({
      P: {
        Type: 'Parallel',
        Branches: [
          branch({
            A: call('a', { Assign: { v: 1 } }),
            A2: { Type: 'Wait', Seconds: 5 },
            A3: { Type: 'Pass', Output: '{% $v %}' },
          }),
          branch({ B: call('b') }),
          branch({ M: { Type: 'Map', Items: [1, 2, 3], MaxConcurrency: 1, ItemProcessor: branch({ I: call('i') }) } }),
        ],
      },
    });
    const first = await run(definition, { lambdas: { a: echo, b: echo, i: [echo, raise] } });

    const second = await run(definition, { lambdas: { i: echo }, redriveFrom: first.events });

    expect(second.end).toEqual({ status: 'SUCCEEDED', output: [1, {}, [1, 2, 3]] });
    expect(namesOf(second.events).filter((name) => name?.startsWith('TaskStateExited'))).toEqual([
      'TaskStateExited I',
      'TaskStateExited I',
    ]);
    expect(second.types.filter((type) => type === 'MapIterationStarted')).toHaveLength(1);
  });

  it.each(['timed out', 'stopped'])('continues an execution that was %s, with its time begun anew', async (how) => {
    const definition = machine(
      { A: call('f'), W: { Type: 'Wait', Seconds: '{% $states.input.s %}' } },
      { TimeoutSeconds: 50 },
    );
    const first = await run(definition, {
      input: { s: how === 'stopped' ? 40 : 60 },
      during: (execution, clock) => void (how === 'stopped' && clock.sleep(5000).then(() => execution.stop())),
    });

    const second = await run(definition, { redriveFrom: first.events });

    expect(first.end.status).toBe(how === 'stopped' ? 'ABORTED' : 'TIMED_OUT');
    expect(second).toMatchObject(
      how === 'stopped' ? { end: { status: 'SUCCEEDED' }, seconds: 40 } : { end: { status: 'TIMED_OUT' }, seconds: 50 },
    );
  });

  it('after results that were too large together makes all of them again', async () => {
    const big = (name: string) => branch({ [name]: call(name, { Output: "{% $pad('', 200000, 'x') %}" }) });
    const definition = machine({ P: { Type: 'Parallel', Branches: [big('a'), big('b')] } });
    const lambdas = { a: echo, b: echo };
    const first = await run(definition, { lambdas });

    const second = await run(definition, { lambdas, redriveFrom: first.events });

    expect([first.end, second.end]).toMatchObject([
      { error: 'States.DataLimitExceeded' },
      { error: 'States.DataLimitExceeded' },
    ]);
    expect(second.types.filter((type) => type === 'TaskSucceeded')).toHaveLength(2);
  });

  const exits = ({ types }: Finished) => types.filter((type) => type === 'TaskStateExited').length;

  it('again and again leads to what an undisturbed execution gives, and calls nothing twice that succeeded', async () => {
    await fc.assert(
      fc.asyncProperty(randomMachine(0), async ({ definition, failures }) => {
        const undisturbed = await run(definition, { tasks: failing({}) });
        const redriven = await untilSuccess(definition, {}, failing(failures));

        expect(redriven.end).toEqual(undisturbed.end);
        expect(exits(redriven)).toBe(exits(undisturbed));
      }),
      { numRuns: 150 },
    );
  });

  it('reads histories with retries of whole Parallels and Maps', async () => {
    await fc.assert(
      fc.asyncProperty(randomMachine(2), async ({ definition, failures }) => {
        const undisturbed = await run(definition, { tasks: failing({}) });
        const redriven = await untilSuccess(definition, {}, failing(failures));

        expect(redriven.end).toEqual(undisturbed.end);
        expect(redriven.events.map(({ id }) => id)).toEqual(redriven.events.map((_, index) => index + 1));
        expect(redriven.events.every(({ id, previousEventId }) => previousEventId < id)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
