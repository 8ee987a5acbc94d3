/** The Lambdas of janitor and recorder as modules, with the environment that the stack gives them, against local services. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { RunStore } from '../../lib/engine/run-store/run-store.ts';
import { type LocalDynamoDb, startLocalDynamoDb } from '../../lib/local/dynamodb.ts';
import type { HttpServer } from '../../lib/local/http/server.ts';
import { serveStates } from '../../lib/local/states/server.ts';
import { createLocalStates, type LocalStates } from '../../lib/local/states/service.ts';
import { builtInTools } from '../../lib/supply-chain/tools.ts';

const MACHINE = `acme-${'a'.repeat(32)}`;
const ARNS = 'arn:aws:states:us-east-1:000000000000';

let folder: string;
let dynamoDb: LocalDynamoDb;
let states: LocalStates;
let server: HttpServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepweave-task-'));
  writeFileSync(join(folder, 'tools.json'), JSON.stringify(builtInTools));
  dynamoDb = await startLocalDynamoDb();
  states = createLocalStates({ tasks: { supports: () => true, call: () => Promise.reject(new Error('unused')) } });
  server = await serveStates(states);
  const environment = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SFN: server.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
    LAMBDA_TASK_ROOT: folder,
    STEPWEAVE_PREFIX: 'acme-',
    STEPWEAVE_RUN_TABLE: 'acme-runs',
    STEPWEAVE_UNUSED_DAYS: '30',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const store = new RunStore({ table: 'acme-runs', endpoint: dynamoDb.endpoint });
  await store.createTable();
  store.close();
  await new SFNClient().send(
    new CreateStateMachineCommand({
      name: MACHINE,
      roleArn: 'arn:aws:iam::000000000000:role/machines',
      definition: '{"QueryLanguage":"JSONata","StartAt":"Pass","States":{"Pass":{"Type":"Pass","End":true}}}',
    }),
  );
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await states.close();
  await dynamoDb.close();
  rmSync(folder, { recursive: true });
});

it('the janitor looks at the machines of its prefix, and keeps a new one', async () => {
  const { handler } = await import('../../lambdas/janitor/index.ts');

  const retired = await handler({}, { getRemainingTimeInMillis: () => 900_000 });

  expect(retired).toEqual({ examined: 1, removed: [], complete: true });
});

it('the recorder leaves executions alone that are of no run', async () => {
  const { handler } = await import('../../lambdas/recorder/index.ts');
  const stateMachineArn = `${ARNS}:stateMachine:${MACHINE}`;
  const { executionArn } = await new SFNClient().send(new StartExecutionCommand({ stateMachineArn, name: 'by-hand' }));

  const ofPrefix = await handler({ detail: { executionArn, stateMachineArn, name: 'by-hand' } });
  const ofAnother = await handler({
    detail: { executionArn, stateMachineArn: `${ARNS}:stateMachine:acme-plan-nightly`, name: 'by-hand' },
  });

  expect([ofPrefix, ofAnother]).toEqual(['foreign', 'foreign']);
});
