/** All that the API stands on, as it is on one machine: the real parts, with scripted functions on a fast clock. */
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SFN } from '@aws-sdk/client-sfn';
import type { HttpHandler } from '@smithy/core/protocols';
import { createApi } from '../../../lib/api/app.ts';
import { type ApiLimits, DEFAULT_LIMITS } from '../../../lib/api/services.ts';
import type { Clock } from '../../../lib/core/clock.ts';
import { RunStore } from '../../../lib/engine/run-store/run-store.ts';
import { Engines } from '../../../lib/engine/runs/engines.ts';
import type { RunServiceOptions } from '../../../lib/engine/runs/run-request.ts';
import { RunService } from '../../../lib/engine/runs/service.ts';
import { startLocalDynamoDb } from '../../../lib/local/dynamodb.ts';
import { ExecutionLog } from '../../../lib/local/states/execution-log.ts';
import { lambdaTasks } from '../../../lib/local/states/lambda-tasks.ts';
import { createLocalStates, type LocalStates } from '../../../lib/local/states/service.ts';
import { type ScriptedFunctions, scriptedFunctions, tools } from '../../engine/step-functions/_fixtures/functions.ts';
import { account, ROLE } from '../../local/states/_fixtures/states.ts';
import { fastClock } from './clock.ts';

export interface PlaceOptions {
  limits?: Partial<ApiLimits>;
  runs?: Partial<RunServiceOptions>;
  clock?: Clock;
  /** Of the API's own limits. */
  apiClock?: Clock;
  /** Whether Express executions are seen while they run. */
  isLogged?: boolean;
}

export interface Place {
  api: ReturnType<typeof createApi>;
  runs: RunService;
  store: RunStore;
  functions: ScriptedFunctions;
  states: LocalStates;
  sfn: SFN;
  /** Operations of Step Functions that were asked for, in order. */
  requests: string[];
  /** Requests to the database, in order. */
  writes: string[];
  /** Throws from now on whatever this gives for an operation of Step Functions. */
  refuse(refuse: (operation: string) => Error | undefined): void;
  /** Another process on the same store and the same Step Functions. Closed with this one. */
  sameStates(): Promise<Place>;
  /** Another process on the same store, as after a restart. */
  restart(): Promise<Place>;
  close(): Promise<void>;
}

let tables = 0;

export async function openPlace(options: PlaceOptions = {}): Promise<Place> {
  const database = await startLocalDynamoDb();
  const proxy = await observed(database.endpoint);
  const close = () => Promise.all([proxy.close(), database.close()]);
  return placeOn({ endpoint: proxy.endpoint, requests: proxy.requests, close }, `runs-${++tables}`, options);
}

interface Database {
  endpoint: string;
  requests: string[];
  close(): Promise<unknown>;
}

/** Passes requests on, and notes their operations. */
async function observed(endpoint: string) {
  const requests: string[] = [];
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    requests.push(String(incoming.headers['x-amz-target']).split('.')[1]!);
    const forwarded = request(endpoint, { method: 'POST', headers: incoming.headers, agent }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    agent.destroy();
  };
  return { endpoint: `http://127.0.0.1:${port}`, requests, close };
}

async function placeOn(database: Database, table: string, options: PlaceOptions, shared?: LocalStates): Promise<Place> {
  const clock = options.clock ?? fastClock();
  const functions = scriptedFunctions(clock);
  const log = new ExecutionLog();
  const tasks = lambdaTasks(functions.client);
  const states = shared ?? createLocalStates({ tasks, clock, random: () => 0.5, log: log.log });
  const requests: string[] = [];
  const refusals: ((operation: string) => Error | undefined)[] = [];
  const sfn = new SFN({
    ...account,
    requestHandler: {
      ...states.requestHandler,
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
      async handle(...[sent, handlerOptions]: Parameters<HttpHandler['handle']>) {
        const operation = sent.headers['x-amz-target']!.split('.')[1]!;
        requests.push(operation);
        const refusal = refusals.map((refuse) => refuse(operation)).find((error) => error !== undefined);
        if (refusal !== undefined) throw refusal;
        return states.requestHandler.handle(sent, handlerOptions);
      },
    },
  });
  const store = new RunStore({ table, endpoint: database.endpoint, clock });
  await store.createTable();
  const engines = new Engines({
    lambda: functions.client,
    stepFunctions: {
      client: sfn,
      arnPrefix: 'arn:aws:states:us-east-1:000000000000:stateMachine:',
      roleArn: ROLE,
      pollMs: 1_000,
      ...(options.isLogged !== false && { log: log.follow }),
    },
    clock,
  });
  const runs = new RunService({ store, engines, tools, clock, ...options.runs });
  const api = createApi({
    runs,
    tools,
    clock: options.apiClock ?? clock,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  });
  return {
    api,
    runs,
    store,
    functions,
    states,
    sfn,
    requests,
    writes: database.requests,
    refuse: (refuse) => refusals.push(refuse),
    sameStates: () => placeOn(database, table, options, states),
    restart: () => placeOn(database, table, options),
    async close() {
      await runs.close(0, 'the test is over');
      await states.close();
      store.close();
      await database.close();
    },
  };
}
