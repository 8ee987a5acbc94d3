import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startLocalDynamoDb } from '../../lib/local/dynamodb.ts';
import { DocumentTables } from '../../lib/supply-chain/store/documents.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function tableNames(endpoint: string): Promise<string[]> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  client.destroy();
  return TableNames;
}

async function createTablesAt(endpoint: string): Promise<void> {
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = endpoint;
  const tables = await DocumentTables.open('stepweave-');
  await tables.createTables();
  tables.close();
}

describe('the local DynamoDB', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stepweave-dynamodb-'));
  });
  afterEach(async () => {
    delete process.env['AWS_ENDPOINT_URL_DYNAMODB'];
    await rm(folder, { recursive: true, force: true });
  });

  it('keeps its tables in the folder', async () => {
    const first = await startLocalDynamoDb({ folder });
    await createTablesAt(first.endpoint);
    await first.close();

    const second = await startLocalDynamoDb({ folder });
    const names = await tableNames(second.endpoint);
    await second.close();

    expect(names).toContain('stepweave-shipments');
  });

  it('forgets them without a folder', async () => {
    const first = await startLocalDynamoDb();
    await createTablesAt(first.endpoint);
    await first.close();

    const second = await startLocalDynamoDb();
    const names = await tableNames(second.endpoint);
    await second.close();

    expect(names).toEqual([]);
  });

  it('says which folder is busy, and what to do', async () => {
    const holder = await startLocalDynamoDb({ folder });

    const refused = await startLocalDynamoDb({ folder, waitMs: 120 }).catch((error) => error);
    await holder.close();

    expect(refused).toMatchObject({ code: 'store_busy', fault: 'user' });
    expect(refused.message).toContain(folder);
    expect(refused.message).toContain('--data');
  });

  it('waits until the folder is free', async () => {
    const holder = await startLocalDynamoDb({ folder });

    const waiting = startLocalDynamoDb({ folder, waitMs: 5000 });
    setTimeout(() => void holder.close(), 150);
    const next = await waiting;

    expect(next.endpoint).not.toBe(holder.endpoint);
    await next.close();
  });

  it('makes the folders above its own', async () => {
    const deep = join(folder, 'a', 'b', 'c');
    const database = await startLocalDynamoDb({ folder: deep });
    await createTablesAt(database.endpoint);
    await database.close();

    expect((await stat(deep)).isDirectory()).toBe(true);
  });

  it.skipIf(process.platform !== 'linux')('refuses a place where nothing can be made, in no time', async () => {
    const refused = await startLocalDynamoDb({ folder: '/proc/stepweave/data' }).catch((error) => error);

    expect(refused).toMatchObject({ code: 'store_unusable', fault: 'user' });
  });

  it('names a folder that cannot be made', async () => {
    const refused = await startLocalDynamoDb({ folder: join(root, 'package.json', 'data') }).catch((error) => error);

    expect(refused).toMatchObject({ code: 'store_unusable' });
  });

  it('closes with connections open, twice, and leaves nothing that keeps a process alive', async () => {
    const script = `
      import { startLocalDynamoDb } from './lib/local/dynamodb.ts';
      import { SupplyStore } from './lib/supply-chain/store/store.ts';
      const local = await startLocalDynamoDb({ folder: ${JSON.stringify(folder)} });
      process.env.AWS_ENDPOINT_URL_DYNAMODB = local.endpoint;
      const store = await SupplyStore.open();
      await store.createTables();
      await store.write('item', [{ item_code: 'A' }]);
      await Promise.all([local.close(), local.close()]);
    `;

    const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], { cwd: root });
    const errors: string[] = [];
    child.stderr.on('data', (data) => errors.push(String(data)));
    const started = performance.now();
    const status = await new Promise((resolve) => child.on('close', resolve));

    expect({ status, errors: errors.join('') }).toEqual({ status: 0, errors: '' });
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
