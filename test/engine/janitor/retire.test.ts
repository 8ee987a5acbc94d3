/** The janitor against the local Step Functions service and a real table of runs. */
import {
  CreateStateMachineCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { analysePlan } from '../../../lib/analysis/analyse.ts';
import { preparePlan } from '../../../lib/compiler/prepare.ts';
import { type Clock, realClock } from '../../../lib/core/clock.ts';
import { machinesInUse } from '../../../lib/engine/janitor/machines-in-use.ts';
import { type Retired, retireMachines } from '../../../lib/engine/janitor/retire.ts';
import { RunDocuments } from '../../../lib/engine/run-store/documents.ts';
import { RunStore } from '../../../lib/engine/run-store/run-store.ts';
import type { TaskService } from '../../../lib/interpreter/tasks.ts';
import { type LocalDynamoDb, startLocalDynamoDb } from '../../../lib/local/dynamodb.ts';
import { createLocalStates, type LocalStates } from '../../../lib/local/states/service.ts';
import { toolRegistry } from '../../../lib/tools/registry.ts';
import { toolSpecSchema } from '../../../lib/tools/spec.ts';

const DAY_MS = 86_400_000;
const ROLE = 'arn:aws:iam::123456789012:role/machines';
const SHAPE = (digit: string) => `acme-${digit.repeat(32)}`;
const CALL = {
  QueryLanguage: 'JSONata',
  StartAt: 'Call',
  States: {
    Call: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: 'f' }, End: true },
  },
};
const PASS = { QueryLanguage: 'JSONata', StartAt: 'Pass', States: { Pass: { Type: 'Pass', End: true } } };

const TOOL = toolSpecSchema.parse({ name: 'greet', idempotent: true });
const PLAN = { actions: [{ id: 'hello', tool: 'greet' }] };

let dynamoDb: LocalDynamoDb;
let documents: RunDocuments;
let store: RunStore;
let now: number;
let states: LocalStates;
let client: SFNClient;
let table = 0;

const clock: Clock = { now: () => now, sleep: realClock.sleep };

beforeAll(async () => {
  dynamoDb = await startLocalDynamoDb();
});

afterAll(() => dynamoDb.close());

const callForever: TaskService['call'] = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

async function account(): Promise<void> {
  now = Date.UTC(2026, 0, 1);
  const options = { table: `acme-runs-${table++}`, endpoint: dynamoDb.endpoint, clock };
  documents = new RunDocuments(options);
  store = new RunStore({ ...options, retentionDays: 400 });
  await store.createTable();
  states = createLocalStates({ tasks: { supports: () => true, call: callForever }, clock });
  client = new SFNClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: states.requestHandler,
  });
}

afterEach(async () => {
  store.close();
  documents.close();
  await states.close();
});

async function createMachine(name: string, type: 'STANDARD' | 'EXPRESS', definition: object = PASS): Promise<string> {
  const command = new CreateStateMachineCommand({ name, type, roleArn: ROLE, definition: JSON.stringify(definition) });
  return (await client.send(command)).stateMachineArn!;
}

function keepRun(machine: string): Promise<boolean> {
  return store.create({
    runId: `run-${now}`,
    caller: 'somebody',
    requestHash: 'hash',
    name: 'a plan',
    engine: 'express',
    machine,
    actions: 1,
    startedAt: now,
    source: { plan: PLAN, inputs: {}, analysis: analysePlan(preparePlan(PLAN, toolRegistry([TOOL]))) },
    warnings: [],
    lease: { owner: 'somebody', until: now },
  });
}

function retire(remainingMs = () => 900_000): Promise<Retired> {
  return retireMachines({
    client,
    clock,
    prefix: 'acme-',
    unusedDays: 30,
    usedSince: (time) => machinesInUse(documents, time),
    remainingMs,
  });
}

async function machineNames(): Promise<string[]> {
  const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
  return stateMachines.map(({ name }) => name!);
}

describe('the janitor', () => {
  it('removes machines that were neither created nor used within the days', async () => {
    await account();
    await createMachine(SHAPE('a'), 'STANDARD');
    await createMachine(SHAPE('b'), 'EXPRESS');
    now += 31 * DAY_MS;
    await createMachine(SHAPE('c'), 'EXPRESS');

    const retired = await retire();

    expect(retired).toEqual({ examined: 3, removed: [SHAPE('a'), SHAPE('b')], complete: true });
    await expect.poll(machineNames).toEqual([SHAPE('c')]);
  });

  it('keeps an Express machine that a run has used, as only the table of runs knows', async () => {
    await account();
    const arn = await createMachine(SHAPE('a'), 'EXPRESS');
    now += 20 * DAY_MS;
    await client.send(new StartSyncExecutionCommand({ stateMachineArn: arn }));
    await keepRun(arn);
    now += 20 * DAY_MS;

    const afterTwenty = await retire();
    now += 20 * DAY_MS;
    const afterForty = await retire();

    expect(afterTwenty.removed).toEqual([]);
    expect(afterForty.removed).toEqual([SHAPE('a')]);
  });

  it('keeps a Standard machine whose execution began within the days or still runs, whoever started it', async () => {
    await account();
    const running = await createMachine(SHAPE('a'), 'STANDARD', CALL);
    await client.send(new StartExecutionCommand({ stateMachineArn: running, name: 'long' }));
    const recent = await createMachine(SHAPE('b'), 'STANDARD');
    now += 31 * DAY_MS;
    await client.send(new StartExecutionCommand({ stateMachineArn: recent }));

    const retired = await retire();

    expect(retired.removed).toEqual([]);
  });

  it('leaves machines alone that are not named as compiled ones of its prefix are', async () => {
    await account();
    const others = ['acme-plan-nightly', `acme-test-${'a'.repeat(32)}`, `other-${'a'.repeat(32)}`, 'acme-'];
    for (const name of others) await createMachine(name, 'STANDARD');
    now += 400 * DAY_MS;

    const retired = await retire();

    expect(retired).toEqual({ examined: 0, removed: [], complete: true });
  });

  it('leaves to the next time what it has no time for', async () => {
    await account();
    for (const digit of ['a', 'b', 'c']) await createMachine(SHAPE(digit), 'EXPRESS');
    now += 31 * DAY_MS;
    const left = [60_000, 60_000, 10_000];

    const retired = await retire(() => left.shift()!);

    expect(retired).toEqual({ examined: 3, removed: [SHAPE('a'), SHAPE('b')], complete: false });
  });

  it('refuses days within which an execution could still be redriven', async () => {
    await account();
    const options = { client, clock, prefix: 'acme-', usedSince: async () => new Set<string>(), remainingMs: () => 1 };

    await expect(retireMachines({ ...options, unusedDays: 14 })).rejects.toMatchObject({ code: 'invalid_unused_days' });
  });
});
