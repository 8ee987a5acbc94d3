/** What each specialist may do with the tables is what its tools do: every tool runs, and every request is looked at. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import example from '../../examples/replenish.json' with { type: 'json' };
import { preparePlan } from '../../lib/compiler/prepare.ts';
import { startDirectRun } from '../../lib/engine/direct/run.ts';
import type { Invoker } from '../../lib/engine/invoker.ts';
import type { RunRecord } from '../../lib/engine/records.ts';
import { type Specialist, TABLE_ACCESS, TABLE_ACTIONS } from '../../lib/infra/supply-tables.ts';
import { type LocalDynamoDb, startLocalDynamoDb } from '../../lib/local/dynamodb.ts';
import { ensureSampleData } from '../../lib/supply-chain/sample/ensure.ts';
import { closeSharedStores } from '../../lib/supply-chain/store/shared.ts';
import { SupplyStore } from '../../lib/supply-chain/store/store.ts';
import { builtInTools, TOOL_FUNCTIONS } from '../../lib/supply-chain/tools.ts';
import { toolHandler } from '../../lib/tools/handler.ts';
import { toolRegistry } from '../../lib/tools/registry.ts';

interface Asked {
  specialist: Specialist;
  action: string;
  table: string;
}

/** Every tool at least once, one after another, so that it is known whose request it is. */
const PLAN = {
  ...example,
  settings: { ...example.settings, parallel: false },
  actions: [
    ...example.actions,
    { id: 'place', tool: 'place_purchase_orders', input: { orders: '$orders.purchase_orders', reference: 'a test' } },
  ],
};

let dynamoDb: LocalDynamoDb;
let listening: Server;
let run: RunRecord;
const asked: Asked[] = [];
let current: Specialist | undefined;

/** Notes what is asked of DynamoDB on its way there. */
function serveListening(endpoint: string): Promise<Server> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const target = String(request.headers['x-amz-target']);
    if (current !== undefined) {
      const table = String(JSON.parse(body.toString()).TableName).replace('stepweave-', '');
      asked.push({ specialist: current, action: `dynamodb:${target.split('.')[1]}`, table });
    }
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(endpoint, { method: 'POST', body, headers: headers as Record<string, string> });
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const invoker: Invoker = {
  async invoke({ functionName, event }) {
    current = functionName.replace('stepweave-', '') as Specialist;
    const answer = await toolHandler(TOOL_FUNCTIONS[functionName]!)({ ...event, errors: 'return' });
    current = undefined;
    return { ok: true, payload: answer as never };
  },
};

beforeAll(async () => {
  dynamoDb = await startLocalDynamoDb();
  listening = await serveListening(dynamoDb.endpoint);
  const store = await SupplyStore.open('stepweave-', dynamoDb.endpoint);
  await ensureSampleData(store);
  store.close();
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  run = await startDirectRun(preparePlan(PLAN, toolRegistry(builtInTools)), { invoker }).result;
});

afterAll(async () => {
  delete process.env['AWS_ENDPOINT_URL_DYNAMODB'];
  await closeSharedStores();
  listening.closeAllConnections();
  listening.close();
  await dynamoDb.close();
});

function granted(): Asked[] {
  return (Object.keys(TABLE_ACCESS) as Specialist[]).flatMap((specialist) =>
    Object.entries(TABLE_ACCESS[specialist]).flatMap(([table, access]) =>
      TABLE_ACTIONS[access].map((action) => ({ specialist, action, table })),
    ),
  );
}

const textsOf = (all: readonly Asked[]) =>
  [...new Set(all.map(({ specialist, action, table }) => `${specialist} ${action} ${table}`))].sort();

describe('the access of specialists to tables', () => {
  it('suffices for every tool', () => {
    const used = new Set(run.records.map(({ tool_name }) => tool_name));
    const refused = textsOf(asked).filter((request) => !textsOf(granted()).includes(request));

    expect(builtInTools.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
    expect(run.records.filter(({ success }) => !success).map(({ id, error }) => `${id}: ${error}`)).toEqual([]);
    expect(refused).toEqual([]);
  });

  it('names no table that no tool asks for', () => {
    const tables = (all: readonly Asked[]) => [
      ...new Set(all.map(({ specialist, table }) => `${specialist} ${table}`)),
    ];
    const unused = tables(granted()).filter((access) => !tables(asked).includes(access));

    expect(unused).toEqual([]);
  });
});
