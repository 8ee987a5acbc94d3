/** DynamoDB's API on this machine: dynalite, in memory or on a folder. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { lockFolder } from './folder-lock.ts';

export interface LocalDynamoDbOptions {
  /** Keeps the tables in this folder, which is created; without it they live in memory. */
  folder?: string;
  /** How long to wait for another process to let go of the folder. Default: 10 seconds. */
  waitMs?: number;
}

export interface LocalDynamoDb {
  /** For `AWS_ENDPOINT_URL_DYNAMODB`. */
  endpoint: string;
  /** Ends requests, connections and the database; may be called twice. Nothing of it keeps the process alive then. */
  close(): Promise<void>;
}

const DEFAULT_WAIT_MS = 10_000;
/** Requests under way get this long to end before their connections are cut. */
const CLOSE_GRACE_MS = 2_000;

export async function startLocalDynamoDb(options: LocalDynamoDbOptions = {}): Promise<LocalDynamoDb> {
  const { folder, waitMs = DEFAULT_WAIT_MS } = options;
  // dynalite itself would end the process when it meets a database that another one has open.
  const lock = folder === undefined ? undefined : await lockFolder({ folder, option: '--data', waitMs });
  try {
    const [{ default: dynalite }, { letIteratorsEnd }] = await Promise.all([
      import('dynalite'),
      import('./level-iterators.ts'),
    ]);
    letIteratorsEnd();
    const server = dynalite({
      createTableMs: 0,
      deleteTableMs: 0,
      updateTableMs: 0,
      ...(folder !== undefined && { path: join(folder, 'dynamodb') }),
    });
    await listen(server);
    let closed: Promise<void> | undefined;
    const close = () => {
      closed ??= closeServer(server).finally(() => lock?.release());
      return closed;
    };
    return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
  } catch (thrown) {
    await lock?.release();
    throw thrown;
  }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** dynalite's close waits for connections to end by themselves, which idle keep-alive connections do not. */
function closeServer(server: Server): Promise<void> {
  const idle = setInterval(() => server.closeIdleConnections(), 10);
  const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  return new Promise<void>((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeIdleConnections();
  }).finally(() => {
    clearInterval(idle);
    clearTimeout(cut);
  });
}
