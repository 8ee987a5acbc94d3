/** A folder that one process at a time may use. */
import { join } from 'node:path';
import { realClock } from '../core/clock.ts';
import { StepweaveError } from '../core/errors.ts';
import { folderReason, makeFolder } from './files.ts';

export interface FolderLockOptions {
  folder: string;
  /** The command-line option that names the folder, for messages. */
  option: string;
  /** How long to wait for another process to let go of the folder. */
  waitMs: number;
}

export interface FolderLock {
  release(): Promise<void>;
}

const POLL_MS = 50;

/**
 * Makes the folder and locks it. An empty LevelDB in it serves as the lock: the system releases it however its holder
 * ends.
 */
export async function lockFolder(options: FolderLockOptions): Promise<FolderLock> {
  const { folder, waitMs } = options;
  const { Level } = await import('level');
  await makeFolder(folder).catch((cause) => {
    throw unusable(options, cause);
  });
  const deadline = Date.now() + waitMs;
  for (;;) {
    const lock = new Level(join(folder, 'lock'));
    try {
      await lock.open();
      return { release: () => lock.close() };
    } catch (thrown) {
      await lock.close().catch(() => undefined);
      if (!isLocked(thrown)) throw unusable(options, thrown);
      if (Date.now() >= deadline) throw busy(options, thrown);
    }
    await realClock.sleep(Math.min(POLL_MS, Math.max(1, deadline - Date.now())));
  }
}

function isLocked(thrown: unknown): boolean {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause instanceof Error && (cause as Error & { code?: string }).code === 'LEVEL_LOCKED';
}

function busy({ folder, option, waitMs }: FolderLockOptions, cause: unknown): StepweaveError {
  return new StepweaveError(
    'store_busy',
    'user',
    `the data folder ${folder} is in use by another process, and was still after ${waitMs / 1000} s: ` +
      `wait until that process has ended, or give this one another folder with ${option}`,
    { cause },
  );
}

function unusable({ folder, option }: FolderLockOptions, thrown: unknown): StepweaveError {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  return new StepweaveError(
    'store_unusable',
    'user',
    `the data folder ${folder} cannot be used: ${folderReason(cause)}; give another folder with ${option}`,
    { cause: thrown },
  );
}
