/** Runs command lines in process, with what they print kept apart by stream. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { main } from '../../lib/cli/main.ts';
import type { RunRecord } from '../../lib/engine/records.ts';

export interface Outcome {
  status: number;
  stdout: string;
  stderr: string;
  /** What stdout holds, as a run. */
  run(): RunRecord;
}

export const folder = mkdtempSync(join(tmpdir(), 'stepweave-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Where the embedded store of these tests lives: never in the working directory. */
export const DATA = ['--data', join(folder, 'data')];

let files = 0;

/** Writes a document to a file of its own and gives its path; text is written as it is. */
export function file(content: unknown, extension = 'json'): string {
  const path = join(folder, `document-${++files}.${extension}`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

interface Surroundings {
  stdin?: string;
  interrupt?: (cancel: () => void) => void;
  /** Whether stderr is one. */
  terminal?: boolean;
}

export async function stepweave(
  args: string[],
  { stdin = '', interrupt, terminal }: Surroundings = {},
): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const status = await main(args, {
    stdout: { write: (text) => (stdout += text), columns: 100 },
    stderr: { write: (text) => (stderr += text), columns: 100, isTTY: terminal },
    readStdin: async () => stdin,
    env: { LANG: 'C.UTF-8', NO_COLOR: '1' },
    onInterrupt: (callback) => {
      interrupt?.(callback);
      return () => {};
    },
  });
  return { status, stdout, stderr, run: () => JSON.parse(stdout) };
}
