/** Files and folders of this machine, and in words why one cannot be used. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, StepweaveError } from '../core/errors.ts';

const FILE_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
  EPERM: 'it may not be read',
};

const FOLDER_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'it is no folder',
  EACCES: 'no folder may be made there',
  EPERM: 'no folder may be made there',
  EROFS: 'the file system is read-only',
};

/** The error to throw when a file that the user named cannot be read. */
export function unreadableFile(file: string, cause: unknown): StepweaveError {
  return new StepweaveError('unreadable_file', 'user', `cannot read ${file}: ${reason(cause, FILE_REASONS)}`, {
    cause,
  });
}

/** Why there is no file at this place; undefined when there is one. */
export async function missingFileReason(file: string | URL): Promise<string | undefined> {
  try {
    return (await stat(file)).isDirectory() ? FILE_REASONS['EISDIR'] : undefined;
  } catch (cause) {
    return reason(cause, FILE_REASONS);
  }
}

/**
 * Makes a folder and those above it that are missing. Node's own `recursive: true` never returns where the system says
 * that a folder's parent is missing although it is there, as below `/proc`.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (thrown) {
    if (await isFolder(folder)) return;
    if (codeOf(thrown) !== 'ENOENT' || (await isFolder(dirname(folder)))) throw thrown;
    await makeFolder(dirname(folder));
    await makeFolder(folder);
  }
}

/** Why a folder could not be made or used. */
export function folderReason(cause: unknown): string {
  return reason(cause, FOLDER_REASONS);
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function reason(cause: unknown, reasons: Readonly<Record<string, string>>): string {
  return reasons[codeOf(cause)] ?? messageOf(cause);
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}
