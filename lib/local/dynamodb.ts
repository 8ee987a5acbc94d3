/** DynamoDB's API on this machine: dynalite, in memory or on a folder. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { realClock } from '../core/clock.ts';
import { StepweaveError } from '../core/errors.ts';
import { folderReason, makeFolder } from './files.ts';

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
const POLL_MS = 50;
/** Requests under way get this long to end before their connections are cut. */
const CLOSE_GRACE_MS = 2_000;

export async function startLocalDynamoDb(options: LocalDynamoDbOptions = {}): Promise<LocalDynamoDb> {
  const { folder, waitMs = DEFAULT_WAIT_MS } = options;
  const lock = folder === undefined ? undefined : await lockFolder(folder, waitMs);
  try {
    const { default: dynalite } = await import('dynalite');
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

/**
 * One process at a time may use a folder. dynalite would end the process when it meets a database that another one has
 * open, so a second, empty LevelDB beside it serves as the lock: the system releases it however its holder ends.
 */
async function lockFolder(folder: string, waitMs: number): Promise<{ release(): Promise<void> }> {
  const { Level } = await import('level');
  await makeFolder(folder).catch((cause) => {
    throw unusable(folder, cause);
  });
  const deadline = Date.now() + waitMs;
  for (;;) {
    const lock = new Level(join(folder, 'lock'));
    try {
      await lock.open();
      return { release: () => lock.close() };
    } catch (thrown) {
      await lock.close().catch(() => undefined);
      if (!isLocked(thrown)) throw unusable(folder, thrown);
      if (Date.now() >= deadline) throw busy(folder, waitMs, thrown);
    }
    await realClock.sleep(Math.min(POLL_MS, Math.max(1, deadline - Date.now())));
  }
}

function isLocked(thrown: unknown): boolean {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause instanceof Error && (cause as Error & { code?: string }).code === 'LEVEL_LOCKED';
}

function busy(folder: string, waitMs: number, cause: unknown): StepweaveError {
  return new StepweaveError(
    'store_busy',
    'user',
    `the data folder ${folder} is in use by another process, and was still after ${waitMs / 1000} s: ` +
      'wait until that process has ended, or give this one another folder with --data',
    { cause },
  );
}

function unusable(folder: string, thrown: unknown): StepweaveError {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  return new StepweaveError(
    'store_unusable',
    'user',
    `the data folder ${folder} cannot be used: ${folderReason(cause)}; give another folder with --data`,
    { cause: thrown },
  );
}
