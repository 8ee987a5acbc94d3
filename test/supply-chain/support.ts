/** A real DynamoDB API for the tests: dynalite in memory, on a port of its own. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { type LocalDynamoDb, startLocalDynamoDb } from '../../lib/local/dynamodb.ts';
import { closeSharedStores } from '../../lib/supply-chain/store/shared.ts';
import { SupplyStore } from '../../lib/supply-chain/store/store.ts';
import type { Envelope } from '../../lib/tools/envelope.ts';

/** Starts a database for the tests of a file; `store()` is a new, empty store in it each time. */
export function localStores(): { store(): Promise<SupplyStore> } {
  let database: LocalDynamoDb;
  const stores: SupplyStore[] = [];
  beforeAll(async () => {
    database = await startLocalDynamoDb();
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = database.endpoint;
  });
  afterAll(async () => {
    await closeSharedStores();
    for (const store of stores) store.close();
    await database.close();
    delete process.env['AWS_ENDPOINT_URL_DYNAMODB'];
    delete process.env['STEPWEAVE_TABLE_PREFIX'];
  });
  return {
    async store() {
      process.env['STEPWEAVE_TABLE_PREFIX'] = `test${stores.length}-`;
      const store = await SupplyStore.open();
      stores.push(store);
      await store.createTables();
      return store;
    },
  };
}

type Handler = (event: unknown) => Promise<Envelope>;

/** Calls a tool as a Lambda function is called, and gives its result; a failure fails the test. */
export async function callTool(
  handler: Handler,
  toolName: string,
  input: unknown,
  idempotencyKey = 'run-1/action-1',
  // biome-ignore lint/suspicious/noExplicitAny: the result's type is what the test is about
): Promise<any> {
  const envelope = await handler({ tool_name: toolName, input, idempotency_key: idempotencyKey });
  if (!envelope.success) throw new Error(`${toolName} failed: ${envelope.error_type}: ${envelope.error}`);
  return envelope.result;
}

/** A file of the shared data beside the repository, if it is there; says aloud when it is not. */
export function sharedData(name: string): string | undefined {
  const path = fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
  if (existsSync(path)) return path;
  console.warn(`skipped: the tests that read ../shared/data/${name}, which is not there`);
  return undefined;
}
