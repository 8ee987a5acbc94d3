/** The recorder against the local Step Functions service and a real table, held against what the engine itself tells. */
import {
  type ExecutionListItem,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analysePlan } from '../../../lib/analysis/analyse.ts';
import { compilePlan } from '../../../lib/compiler/compile.ts';
import { preparePlan } from '../../../lib/compiler/prepare.ts';
import { type Clock, realClock } from '../../../lib/core/clock.ts';
import type { RunEvent } from '../../../lib/engine/events.ts';
import { type EndedExecution, type Recorded, recordExecution } from '../../../lib/engine/recorder/record-execution.ts';
import type { RunRecord } from '../../../lib/engine/records.ts';
import { RunStore } from '../../../lib/engine/run-store/run-store.ts';
import { startStepFunctionsRun } from '../../../lib/engine/step-functions/run.ts';
import type { TaskService } from '../../../lib/interpreter/tasks.ts';
import { type LocalDynamoDb, startLocalDynamoDb } from '../../../lib/local/dynamodb.ts';
import { createLocalStates, type LocalStates } from '../../../lib/local/states/service.ts';
import { toolRegistry } from '../../../lib/tools/registry.ts';
import { toolSpecSchema } from '../../../lib/tools/spec.ts';

const TOOLS = toolRegistry([
  toolSpecSchema.parse({ name: 'echo', idempotent: true }),
  toolSpecSchema.parse({ name: 'flaky', idempotent: true, retry: { max_attempts: 0 } }),
]);
const planWith = (on_failure: 'stop' | 'continue') => ({
  name: 'a plan',
  settings: { on_failure },
  actions: [
    { id: 'first', tool: 'echo', input: { n: '$inputs.n' } },
    { id: 'each', tool: 'echo', for_each: [1, 2], input: { of: '$first.n', item: '$item' } },
    { id: 'last', tool: 'flaky', input: { all: '$each' } },
  ],
});
const PLAN = planWith('stop');
const INPUTS = { n: 7 };
const ARNS = 'arn:aws:states:us-east-1:000000000000:stateMachine:';
const hasty: Clock = { now: realClock.now, sleep: () => Promise.resolve() };

let dynamoDb: LocalDynamoDb;
let store: RunStore;
let states: LocalStates;
let client: SFNClient;
let flakyFails = false;

/** `echo` gives its input back; `flaky` fails while it is told to. */
const call: TaskService['call'] = async ({ arguments: given }) => {
  const { FunctionName, Payload } = given as { FunctionName: string; Payload: { input: never } };
  if (FunctionName === 'flaky' && flakyFails) return { ok: false, error: 'Broken', cause: '{"errorMessage":"broken"}' };
  return { ok: true, output: { StatusCode: 200, Payload: { success: true, result: Payload.input } } };
};

beforeAll(async () => {
  dynamoDb = await startLocalDynamoDb();
  store = new RunStore({ table: 'runs', endpoint: dynamoDb.endpoint });
  await store.createTable();
  states = createLocalStates({ tasks: { supports: () => true, call } });
  client = new SFNClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: states.requestHandler,
  });
});

afterAll(async () => {
  store.close();
  await states.close();
  await dynamoDb.close();
});

/** Runs the plan as an orchestrator does that is gone before its end: nothing but its start is written. */
async function runUnheard(
  runId: string,
  { document = PLAN, resume }: { document?: typeof PLAN; resume?: RunRecord } = {},
): Promise<{ run: RunRecord; events: RunEvent[] }> {
  const plan = preparePlan(document, TOOLS);
  if (resume === undefined) {
    await store.create({
      runId,
      caller: 'somebody',
      requestHash: 'hash',
      name: plan.name,
      engine: 'standard',
      machine: compilePlan(plan, { type: 'STANDARD', inputs: INPUTS }).name,
      actions: plan.actions.length,
      startedAt: Date.now(),
      source: { plan: document, inputs: INPUTS, analysis: analysePlan(plan, { inputs: INPUTS }) },
      warnings: [],
      lease: { owner: 'gone', until: 0 },
    });
  }
  const started = startStepFunctionsRun(plan, {
    client,
    arnPrefix: ARNS,
    roleArn: 'arn:aws:iam::000000000000:role/machines',
    engine: 'standard',
    inputs: INPUTS,
    runId,
    pollMs: 5,
    ...(resume && { resume }),
  });
  const run = await started.result;
  const events: RunEvent[] = [];
  for await (const event of started.events) events.push(event);
  return { run, events };
}

/** EventBridge tells of each execution that has ended. */
async function recordLatest(): Promise<Recorded> {
  return recordExecution({ store, client, tools: TOOLS, clock: hasty }, await latestExecution());
}

async function latestExecution(): Promise<EndedExecution> {
  const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
  const lists = stateMachines.map(({ stateMachineArn }) => client.send(new ListExecutionsCommand({ stateMachineArn })));
  const all = (await Promise.all(lists)).flatMap(({ executions = [] }) => executions);
  const changedAt = ({ startDate, redriveDate }: ExecutionListItem) => (redriveDate ?? startDate)!.valueOf();
  const { executionArn, name } = all.reduce((one, other) => (changedAt(other) > changedAt(one) ? other : one));
  return { executionArn: executionArn!, name: name! };
}

const typesOf = (events: readonly { type: string; sequence: number }[]) =>
  events.map(({ type, sequence }) => `${sequence} ${type}`);

describe('the recorder', () => {
  it('writes the record and the events of a run that nobody followed, as its engine would have', async () => {
    flakyFails = false;
    const { run, events } = await runUnheard('run-a');

    const recorded = await recordLatest();

    expect(recorded).toBe('recorded');
    expect(run.status).toBe('succeeded');
    expect((await store.get('run-a'))!.record).toEqual(run);
    expect(typesOf(await store.events('run-a'))).toEqual(typesOf(events));
  });

  it('leaves a run alone that was recorded before', async () => {
    flakyFails = false;
    await runUnheard('run-b');
    await recordLatest();
    const before = await store.events('run-b');

    const again = await recordLatest();

    expect(again).toBe('known');
    expect(await store.events('run-b')).toEqual(before);
  });

  it('adds the events that are not written yet, and no other', async () => {
    flakyFails = false;
    const { events } = await runUnheard('run-c');
    await store.addEvents('run-c', events.slice(0, 3) as never);

    await recordLatest();

    expect(typesOf(await store.events('run-c'))).toEqual(typesOf(events));
  });

  it('records a failed run, and then its resumption by redrive', async () => {
    flakyFails = true;
    const failed = await runUnheard('run-d');
    await recordLatest();
    const failedRecord = (await store.get('run-d'))!.record!;
    flakyFails = false;
    await store.reopen('run-d', 0, { lease: { owner: 'gone', until: 0 }, machine: undefined });
    const resumed = await runUnheard('run-d', { resume: failedRecord });

    const recorded = await recordLatest();

    expect(failedRecord).toEqual(failed.run);
    expect(recorded).toBe('recorded');
    expect(resumed.run.status).toBe('succeeded');
    expect((await store.get('run-d'))!.record).toEqual(resumed.run);
    const sequences = (await store.events('run-d')).map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  });

  it('records the execution that continues a run, under the id of the run', async () => {
    const document = planWith('continue');
    flakyFails = true;
    await runUnheard('run-f', { document });
    await recordLatest();
    const partial = (await store.get('run-f'))!.record!;
    flakyFails = false;
    await store.reopen('run-f', 0, { lease: { owner: 'gone', until: 0 }, machine: undefined });
    const { run } = await runUnheard('run-f', { document, resume: partial });
    const { name } = await latestExecution();

    const recorded = await recordLatest();

    expect(partial.status).toBe('partial');
    expect(name).not.toBe('run-f');
    expect(recorded).toBe('recorded');
    expect((await store.get('run-f'))!.record).toEqual(run);
  });

  it('knows nothing of executions that are no runs', async () => {
    flakyFails = false;
    await runUnheard('run-e');
    const elsewhere = new RunStore({ table: 'runs-of-others', endpoint: dynamoDb.endpoint });
    await elsewhere.createTable();

    const recorded = await recordExecution(
      { store: elsewhere, client, tools: TOOLS, clock: hasty },
      await latestExecution(),
    );
    elsewhere.close();

    expect(recorded).toBe('foreign');
  });
});
