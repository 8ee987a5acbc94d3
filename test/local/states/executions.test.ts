import { setImmediate } from 'node:timers/promises';
import {
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  InvalidToken,
  ListExecutionsCommand,
  type ListExecutionsCommandInput,
  paginateGetExecutionHistory,
  paginateListExecutions,
  RedriveExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StateMachineDoesNotExist,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../lib/core/clock.ts';
import type { TaskService } from '../../../lib/interpreter/tasks.ts';
import {
  create,
  ended,
  functions,
  inProcess,
  invoke,
  machine,
  PASS,
  pagesOf,
  statesOf,
  WAIT,
} from './_fixtures/states.ts';

const DAY_MS = 86_400_000;

async function start(client: SFNClient, stateMachineArn: string, name?: string): Promise<string> {
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, name }));
  return executionArn!;
}

/** A task that never ends by itself. */
const HANGING: TaskService = {
  supports: () => true,
  call: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
};

describe('the list of executions', () => {
  async function setUp() {
    const client = inProcess(statesOf());
    const stateMachineArn = await create(
      client,
      machine({
        End: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.fails %}', Next: 'No' }], Default: 'Yes' },
        Yes: { Type: 'Succeed' },
        No: { Type: 'Fail' },
      }),
    );
    for (let index = 0; index < 7; index++) {
      const input = JSON.stringify({ fails: index % 3 === 0 });
      const { executionArn } = await client.send(
        new StartExecutionCommand({ stateMachineArn, name: `run-${index}`, input }),
      );
      await ended(client, executionArn!);
    }
    const list = async (input: Omit<ListExecutionsCommandInput, 'stateMachineArn'> = {}) => {
      const answer = await client.send(new ListExecutionsCommand({ stateMachineArn, ...input }));
      return { names: answer.executions!.map(({ name }) => name), nextToken: answer.nextToken };
    };
    return { client, stateMachineArn, list };
  }

  it('begins with the latest', async () => {
    const { list } = await setUp();

    expect((await list()).names).toEqual(['run-6', 'run-5', 'run-4', 'run-3', 'run-2', 'run-1', 'run-0']);
  });

  it('comes in pages, also filtered', async () => {
    const { client, stateMachineArn, list } = await setUp();

    const first = await list({ maxResults: 4 });
    const second = await list({ maxResults: 4, nextToken: first.nextToken });
    const failed = await list({ statusFilter: 'FAILED', maxResults: 2 });
    const pages = await pagesOf(paginateListExecutions({ client, pageSize: 3 }, { stateMachineArn }));

    expect([first.names, second.names]).toEqual([
      ['run-6', 'run-5', 'run-4', 'run-3'],
      ['run-2', 'run-1', 'run-0'],
    ]);
    expect(second.nextToken).toBeUndefined();
    expect(failed.names).toEqual(['run-6', 'run-3']);
    expect((await list({ statusFilter: 'FAILED', maxResults: 2, nextToken: failed.nextToken })).names).toEqual([
      'run-0',
    ]);
    expect(pages.map(({ executions = [] }) => executions.length)).toEqual([3, 3, 1]);
  });

  it('takes a token only for the list that it is of', async () => {
    const { list } = await setUp();
    const { nextToken } = await list({ maxResults: 1 });

    await expect(list({ nextToken, statusFilter: 'FAILED' })).rejects.toThrow(InvalidToken);
    await expect(list({ nextToken: 'nonsense' })).rejects.toThrow(InvalidToken);
  });

  it('tells those that were redriven from the others', async () => {
    const { client, list } = await setUp();
    const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:plan:run-3';
    await client.send(new RedriveExecutionCommand({ executionArn }));
    await ended(client, executionArn);

    expect((await list({ redriveFilter: 'REDRIVEN' })).names).toEqual(['run-3']);
    expect((await list({ redriveFilter: 'NOT_REDRIVEN' })).names).toHaveLength(6);
  });
});

describe('the history of an execution', () => {
  async function setUp(states = 400) {
    const client = inProcess(statesOf());
    const chain = Array.from({ length: states }, (_, index): [string, { Type: string; Next: string }] => [
      `s${index}`,
      { Type: 'Pass', Next: `s${index + 1}` },
    ]);
    const stateMachineArn = await create(
      client,
      machine({ ...Object.fromEntries(chain), [`s${states}`]: { Type: 'Succeed' } }),
    );
    const executionArn = await start(client, stateMachineArn);
    await ended(client, executionArn);
    return { client, executionArn };
  }

  const idsOf = (events: HistoryEvent[]) => events.map(({ id }) => id);

  it('comes in pages, from the first event or from the last', async () => {
    const { client, executionArn } = await setUp();
    const read = async (reverseOrder: boolean, pageSize: number) => {
      const pages = await pagesOf(paginateGetExecutionHistory({ client, pageSize }, { executionArn, reverseOrder }));
      return { count: pages.length, events: pages.flatMap(({ events = [] }) => events) };
    };

    const forward = await read(false, 100);
    const backward = await read(true, 100);

    expect(idsOf(forward.events)).toEqual(Array.from({ length: 804 }, (_, index) => index + 1));
    expect(backward.events).toEqual(forward.events.toReversed());
    expect([forward.count, backward.count]).toEqual([9, 9]);
    expect((await read(false, 804)).count).toBe(1);
  });

  it('leaves out the data if asked to', async () => {
    const { client, executionArn } = await setUp(1);

    const { events = [] } = await client.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }),
    );

    expect(events[0]?.executionStartedEventDetails?.roleArn).toBeDefined();
    expect(JSON.stringify(events)).not.toMatch(/"(input|output)":/);
  });

  it('ends a page before it gets too long', async () => {
    const client = inProcess(statesOf());
    const input = JSON.stringify('x'.repeat(250_000));
    const chain = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`s${index}`, { Type: 'Pass', Next: `s${index + 1}` }]),
    );
    const stateMachineArn = await create(client, machine({ ...chain, s20: { Type: 'Succeed' } }));
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input }));
    await ended(client, executionArn!);

    const { events = [], nextToken } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    const rest = await client.send(new GetExecutionHistoryCommand({ executionArn, nextToken }));

    expect(events.length).toBeLessThan(30);
    expect(idsOf([...events, ...rest.events!])).toEqual(Array.from({ length: 44 }, (_, index) => index + 1));
  });
});

describe('an execution', () => {
  it('goes by the clock of the service', async () => {
    const clock = new VirtualClock(Date.UTC(2030, 0, 1));
    const client = inProcess(statesOf({ clock }));
    const executionArn = await start(client, await create(client, WAIT));

    const { startDate, stopDate } = await ended(client, executionArn);

    expect([startDate, stopDate]).toEqual([new Date('2030-01-01T00:00:00Z'), new Date('2030-01-01T01:00:00Z')]);
  });

  it('of Express ends after five minutes', async () => {
    const client = inProcess(statesOf({ clock: new VirtualClock() }));
    const stateMachineArn = await create(client, WAIT, { type: 'EXPRESS' });

    const answer = await client.send(new StartSyncExecutionCommand({ stateMachineArn }));

    expect(answer).toMatchObject({ status: 'TIMED_OUT', billingDetails: { billedDurationInMilliseconds: 300_000 } });
    expect(answer.stopDate!.getTime() - answer.startDate!.getTime()).toBe(300_000);
  });

  it('can be stopped while a task is under way, and once it has ended stays as it is', async () => {
    const client = inProcess(statesOf({ tasks: HANGING }));
    const executionArn = await start(client, await create(client, machine({ Call: invoke('any') })));
    await setImmediate();

    const first = await client.send(new StopExecutionCommand({ executionArn }));
    const second = await client.send(new StopExecutionCommand({ executionArn, error: 'Again' }));

    expect(second.stopDate).toEqual(first.stopDate);
    const { status, error } = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect({ status, error }).toEqual({ status: 'ABORTED', error: undefined });
  });

  it('can be asked for without its data', async () => {
    const client = inProcess(statesOf());
    const executionArn = await start(client, await create(client));
    await ended(client, executionArn);

    const described = await client.send(new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' }));

    expect(described).toMatchObject({
      status: 'SUCCEEDED',
      inputDetails: { included: false },
      outputDetails: { included: false },
    });
    expect([described.input, described.output]).toEqual([undefined, undefined]);
  });

  it('of Express may have the name of another, and ends with the call that waits for it', async () => {
    const client = inProcess(statesOf({ tasks: HANGING }));
    const stateMachineArn = await create(client, machine({ Call: invoke('any') }), { type: 'EXPRESS' });
    const controller = new AbortController();

    const first = await client.send(new StartExecutionCommand({ stateMachineArn, name: 'same' }));
    const second = await client.send(new StartExecutionCommand({ stateMachineArn, name: 'same' }));
    const waiting = client.send(new StartSyncExecutionCommand({ stateMachineArn }), { abortSignal: controller.signal });
    controller.abort();

    expect(first.executionArn).not.toBe(second.executionArn);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is forgotten 90 days after its end', async () => {
    const clock = new VirtualClock();
    const client = inProcess(statesOf({ clock }));
    const stateMachineArn = await create(client);
    await ended(client, await start(client, stateMachineArn, 'old'));

    await clock.sleep(91 * DAY_MS);
    const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
    const again = await start(client, stateMachineArn, 'old');

    expect(executions).toEqual([]);
    expect(await ended(client, again)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('a redrive', () => {
  async function setUp() {
    const clock = new VirtualClock();
    const client = inProcess(
      statesOf({ clock, tasks: functions({ ship: { behavior: 'raise', error: { errorType: 'Closed' } } }, clock) }),
    );
    const executionArn = await start(client, await create(client, machine({ Ship: invoke('ship') })));
    await ended(client, executionArn);
    const redrive = (clientToken?: string) => client.send(new RedriveExecutionCommand({ executionArn, clientToken }));
    return { clock, client, executionArn, redrive };
  }

  it('is the same one under the same token', async () => {
    const { clock, client, executionArn, redrive } = await setUp();

    const first = await redrive('token');
    await ended(client, executionArn);
    await clock.sleep(60_000);
    const again = await redrive('token');
    const described = await ended(client, executionArn);

    expect(again.redriveDate).toEqual(first.redriveDate);
    expect(described.redriveCount).toBe(1);
  });

  it('is another one under the token of long ago', async () => {
    const { clock, client, executionArn, redrive } = await setUp();
    await redrive('token');
    await ended(client, executionArn);

    await clock.sleep(16 * 60_000);
    await redrive('token');

    expect((await ended(client, executionArn)).redriveCount).toBe(2);
  });

  it('is refused while it runs, and after 14 days', async () => {
    const { clock, client, executionArn, redrive } = await setUp();

    await redrive();
    await expect(redrive('other')).rejects.toThrow('Execution is RUNNING and cannot be redriven');
    await ended(client, executionArn);
    await clock.sleep(15 * DAY_MS);

    await expect(redrive()).rejects.toThrow('Execution redrivable period exceeded');
    const { redriveStatus, redriveStatusReason } = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect([redriveStatus, redriveStatusReason]).toEqual(['NOT_REDRIVABLE', 'Execution redrivable period exceeded']);
  });
});

describe('the deletion of a state machine', () => {
  it('ends its executions, and they are gone with it', async () => {
    const client = inProcess(statesOf());
    const stateMachineArn = await create(client, WAIT);
    const executionArn = await start(client, stateMachineArn);

    await client.send(new DeleteStateMachineCommand({ stateMachineArn }));

    await setImmediate();
    await expect(client.send(new DescribeStateMachineCommand({ stateMachineArn }))).rejects.toThrow(
      StateMachineDoesNotExist,
    );
    await expect(client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toThrow(
      'Execution Does Not Exist',
    );
    await create(client, PASS);
    expect((await client.send(new ListExecutionsCommand({ stateMachineArn }))).executions).toEqual([]);
  });

  it('may be asked for twice, and of one that is not there', async () => {
    const client = inProcess(statesOf());
    const stateMachineArn = await create(client);

    for (let times = 0; times < 2; times++) await client.send(new DeleteStateMachineCommand({ stateMachineArn }));

    await expect(start(client, stateMachineArn)).rejects.toThrow(StateMachineDoesNotExist);
  });
});

describe('the close of the service', () => {
  it('ends what runs, and those who wait for it are told', async () => {
    const states = statesOf({ tasks: HANGING });
    const client = inProcess(states);
    const stateMachineArn = await create(client, machine({ Call: invoke('any') }), { type: 'EXPRESS' });
    const waiting = client.send(new StartSyncExecutionCommand({ stateMachineArn }));
    const refused = expect(waiting).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
    await setImmediate();

    await Promise.all([states.close(), states.close()]);

    await refused;
  });
});
