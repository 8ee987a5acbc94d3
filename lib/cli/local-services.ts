/** All that the API needs, on this machine and in this process: the store, the functions, Step Functions and the runs. */
import { realClock } from '../core/clock.ts';
import { RunStore } from '../engine/run-store/run-store.ts';
import { Engines } from '../engine/runs/engines.ts';
import { RunService } from '../engine/runs/service.ts';
import type { OnLog } from '../local/lambda/host.ts';
import { tablePrefix } from '../supply-chain/store/tables.ts';
import type { ToolRegistry } from '../tools/registry.ts';
import { openLocalLambda, type ServedFunctions } from './local-lambda.ts';
import { openLocalMachinesIn } from './local-states.ts';
import { type OpenStore, openStore, openStoreWithSample } from './store.ts';

export interface LocalServicesOptions extends ServedFunctions {
  tools: ToolRegistry;
  /** Whether the tools are those of this repository, which read records. */
  hasBuiltInTools: boolean;
  dataFolder: string;
  onNotice(text: string): void;
  onLog: OnLog;
}

export interface LocalServices {
  runs: RunService;
  /** Runs that the process before had under way when it ended. */
  recovered: number;
  /** Resolves when what was fired and not awaited has ended too. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds between two looks at a history that is in this process. */
const POLL_MS = 50;
/** Why runs are cancelled that were under way when the server was ended. */
const LOST = 'the server ended while the run was under way';

/** When something of it cannot be opened, what was opened already is closed again. */
export async function openLocalServices(options: LocalServicesOptions): Promise<LocalServices> {
  const { tools, dataFolder, onNotice } = options;
  const opened: { close(): unknown }[] = [];
  const keep = <Part extends { close(): unknown }>(part: Part): Part => {
    opened.unshift(part);
    return part;
  };
  const close = async () => {
    for (const part of opened.splice(0)) await part.close();
  };
  try {
    const database = keep(
      await (options.hasBuiltInTools ? openStoreWithSample(dataFolder, onNotice) : openStore(dataFolder)),
    );
    const store = keep(await openRunStore(database));
    const lambda = keep(await openLocalLambda({ ...options, tools: tools.list(), store: database }));
    const machines = keep(await openLocalMachinesIn(dataFolder, lambda.client));
    const engines = new Engines({
      lambda: lambda.client,
      stepFunctions: { ...machines, pollMs: POLL_MS },
      clock: realClock,
    });
    const runs = new RunService({ store, engines, tools });
    const recovered = await runs.recover(LOST);
    return { runs, recovered, drain: () => lambda.drain(), close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** In the embedded database, beside the tables of the tools. */
async function openRunStore({ env }: OpenStore): Promise<RunStore> {
  const store = new RunStore({ table: `${tablePrefix()}runs`, endpoint: env['AWS_ENDPOINT_URL_DYNAMODB'] });
  try {
    await store.createTable();
    await store.removeExpired();
    return store;
  } catch (thrown) {
    store.close();
    throw thrown;
  }
}
