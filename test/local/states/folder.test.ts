/** What is kept in a folder: over restarts, over a kill at any moment, and for one process at a time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/core/json.ts';
import { openLocalStates } from '../../../lib/local/states/service.ts';
import {
  account,
  afterwards,
  create,
  ended,
  functions,
  inProcess,
  invoke,
  machine,
  PASS,
  ROLE,
  WAIT,
} from './_fixtures/states.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepweave-states-'));
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
});

/** A service on the folder, until it is closed. */
async function open(behaviours: Json = { echo: { behavior: 'echo' } }) {
  const states = await openLocalStates({ folder, waitMs: 0, tasks: functions(behaviours) });
  afterwards(() => states.close());
  return { client: inProcess(states), close: () => states.close() };
}

const filesIn = (...path: string[]) => readdirSync(join(folder, 'states', ...path));
const journal = () => join(folder, 'states', 'executions.jsonl');
const history = () => join(folder, 'states', 'history', filesIn('history')[0]!);

async function start(client: SFNClient, stateMachineArn: string, name: string, input = '{}'): Promise<string> {
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
  return executionArn!;
}

describe('a service in a folder, opened again', () => {
  it('has its state machines', async () => {
    const first = await open();
    const stateMachineArn = await create(first.client, WAIT);
    await create(first.client, PASS, { name: '../../escape', type: 'EXPRESS' }).catch(() => 'no such name');
    await create(first.client, PASS, { name: '..', type: 'EXPRESS' });
    const { revisionId } = await first.client.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: PASS }),
    );
    await first.close();

    const { client } = await open();

    const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
    expect(described).toMatchObject({ definition: PASS, revisionId, roleArn: ROLE, type: 'STANDARD' });
    expect(stateMachines.map(({ name, type }) => [name, type])).toEqual([
      ['..', 'EXPRESS'],
      ['plan', 'STANDARD'],
    ]);
    expect(readdirSync(folder)).toEqual(['states']);
  });

  it('has its executions, with their histories', async () => {
    const first = await open();
    const stateMachineArn = await create(first.client, machine({ Call: invoke('echo') }));
    const executionArn = await start(first.client, stateMachineArn, 'one', '{"größe":1}');
    const before = await ended(first.client, executionArn);
    const events = await first.client.send(new GetExecutionHistoryCommand({ executionArn }));
    await first.close();

    const { client } = await open();

    const { $metadata: _, ...described } = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(before).toMatchObject(described);
    expect(described).toMatchObject({ input: '{"größe":1}', output: '{"größe":1}', status: 'SUCCEEDED' });
    expect((await client.send(new GetExecutionHistoryCommand({ executionArn }))).events).toEqual(events.events);
    await expect(start(client, stateMachineArn, 'one')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it('redrives what failed before, with the definition of that time', async () => {
    const raises = { ship: { behavior: 'raise', error: { errorType: 'Closed' } }, reserve: { behavior: 'echo' } };
    const first = await open(raises);
    const definition = machine({ Reserve: invoke('reserve', { Next: 'Ship' }), Ship: invoke('ship') });
    const stateMachineArn = await create(first.client, definition);
    const executionArn = await start(first.client, stateMachineArn, 'one', '{"lines":2}');
    await ended(first.client, executionArn);
    await first.client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: PASS }));
    await first.close();

    const { client } = await open({ ship: { behavior: 'echo' } });
    await client.send(new RedriveExecutionCommand({ executionArn }));

    expect(await ended(client, executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"lines":2}',
      redriveCount: 1,
    });
  });

  it('lists what was running as failed, and redrives it', async () => {
    const first = await open();
    const stateMachineArn = await create(
      first.client,
      machine({
        Call: invoke('echo', { Next: 'Rest' }),
        Rest: { Type: 'Wait', Seconds: '{% $states.input.rest %}', End: true },
      }),
    );
    const executionArn = await start(first.client, stateMachineArn, 'one', '{"rest":3600}');
    await untilHistoryHas(first.client, executionArn, 'WaitStateEntered');
    await first.close();

    const { client } = await open();

    const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions).toMatchObject([{ name: 'one', status: 'FAILED' }]);
    expect(await client.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      error: 'Stepweave.ServiceStopped',
      cause: expect.stringContaining('RedriveExecution continues it'),
      redriveStatus: 'REDRIVABLE',
    });
    await client.send(new RedriveExecutionCommand({ executionArn }));
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events.filter(({ type }) => type === 'TaskScheduled')).toHaveLength(1);
    expect(events.map(({ id }) => id)).toEqual(events.map((_event, index) => index + 1));
  });

  it('has lost nothing but a torn last line', async () => {
    const first = await open();
    const stateMachineArn = await create(first.client, PASS);
    await ended(first.client, await start(first.client, stateMachineArn, 'one'));
    await first.close();
    appendFileSync(journal(), '{"execution":{"arn":"arn:aws');
    appendFileSync(history(), '{"id":5,"type":"Pa');

    const second = await open();
    await ended(second.client, await start(second.client, stateMachineArn, 'two'));
    await second.close();
    const { client } = await open();

    const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions.map(({ name, status }) => [name, status])).toEqual([
      ['two', 'SUCCEEDED'],
      ['one', 'SUCCEEDED'],
    ]);
    const executionArn = executions[1]!.executionArn;
    expect((await client.send(new GetExecutionHistoryCommand({ executionArn }))).events).toHaveLength(4);
  });

  it.each([0, 1, 2])('redrives an execution of which only %i events were written', async (count) => {
    const first = await open();
    const stateMachineArn = await create(first.client, machine({ Call: invoke('echo') }));
    const executionArn = await start(first.client, stateMachineArn, 'one', '{"a":1}');
    await ended(first.client, executionArn);
    await first.close();
    keepLines(history(), 1 + count);
    keepLines(journal(), 1);

    const { client } = await open();
    await client.send(new RedriveExecutionCommand({ executionArn }));

    expect(await ended(client, executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}' });
  });

  it('does not know what was deleted', async () => {
    const first = await open();
    const stateMachineArn = await create(first.client, WAIT);
    await start(first.client, stateMachineArn, 'one');
    await first.client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    await first.close();

    const { client } = await open();

    expect((await client.send(new ListStateMachinesCommand({}))).stateMachines).toEqual([]);
    expect([filesIn('machines'), filesIn('history'), filesIn('definitions')]).toEqual([[], [], []]);
  });

  it('keeps a definition once for all executions of it', async () => {
    const { client } = await open();
    const stateMachineArn = await create(client, PASS);

    for (const name of ['one', 'two', 'three']) await ended(client, await start(client, stateMachineArn, name));

    expect(filesIn('history')).toHaveLength(3);
    expect(filesIn('definitions')).toHaveLength(1);
  });
});

describe('a folder', () => {
  it('is for one process at a time', async () => {
    await open();

    await expect(openLocalStates({ folder, waitMs: 0, tasks: functions() })).rejects.toMatchObject({
      code: 'store_busy',
      message: expect.stringContaining('--folder'),
    });
  });

  it('survives the kill of its process', async () => {
    const child = await serveIn(folder);
    const stateMachineArn = await create(
      child.client,
      machine({ Call: invoke('echo', { Next: 'Rest' }), Rest: { Type: 'Wait', Seconds: 60, End: true } }),
    );
    const executionArn = await start(child.client, stateMachineArn, 'one');
    await untilHistoryHas(child.client, executionArn, 'WaitStateEntered');

    await child.kill();

    const { client } = await open();
    const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(executions).toMatchObject([{ name: 'one', status: 'FAILED' }]);
    expect(events.map(({ type }) => type)).toEqual([
      ...['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited'],
      ...['WaitStateEntered', 'ExecutionFailed'],
    ]);
  });
});

/** Polls: what another process does has no clock of ours. */
async function untilHistoryHas(client: SFNClient, executionArn: string, type: string): Promise<void> {
  for (;;) {
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    if (events.some((event) => event.type === type)) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function keepLines(file: string, count: number): void {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, count);
  truncateSync(file, Buffer.byteLength(`${lines.join('\n')}\n`));
}

/** A service in a process of its own. */
async function serveIn(where: string): Promise<{ client: SFNClient; kill(): Promise<void> }> {
  const script = fileURLToPath(new URL('./_fixtures/serve.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [script, where], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  afterwards(kill);
  const [url] = (await new Promise<Buffer>((resolve) => child.stdout!.once('data', resolve))).toString().split('\n');
  const client = new SFNClient({ ...account, endpoint: url!, disableHostPrefix: true });
  afterwards(() => client.destroy());
  return { client, kill };
}
