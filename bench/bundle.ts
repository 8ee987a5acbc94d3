/** The bundles of the Lambda functions as the stack makes them: how large, of what, and how long they take to import. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { TOOLS_FILE } from '../lib/engine/deployed-tools.ts';
import { BUNDLING, lambdaEntry } from '../lib/infra/bundling.ts';
import { builtInTools } from '../lib/supply-chain/tools.ts';

export interface Bundle {
  /** The folder in `lambdas`. */
  name: string;
  bytes: number;
  /** Bytes by npm package; what is of this repository is under `stepweave`, with paths of its own in `files`. */
  packages: Map<string, number>;
  /** Files of this repository. */
  files: string[];
  code: Uint8Array;
}

/** Every folder of `lambdas`. */
export async function lambdaNames(): Promise<string[]> {
  const folder = fileURLToPath(new URL('../lambdas/', import.meta.url));
  return (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

export async function bundle(name: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...BUNDLING,
    mainFields: [...BUNDLING.mainFields],
    entryPoints: [lambdaEntry(name)],
    metafile: true,
    write: false,
    outfile: 'index.mjs',
    logLevel: 'error',
  });
  const [output] = Object.values(metafile.outputs);
  const packages = new Map<string, number>();
  const files: string[] = [];
  for (const [path, { bytesInOutput }] of Object.entries(output!.inputs)) {
    const owner = packageOf(path);
    packages.set(owner, (packages.get(owner) ?? 0) + bytesInOutput);
    if (owner === 'stepweave') files.push(path);
  }
  const code = outputFiles[0]!.contents;
  return { name, bytes: code.length, packages, files, code };
}

function packageOf(path: string): string {
  const inside = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path);
  return inside?.[1] ?? 'stepweave';
}

/** Milliseconds in which a new process imports the bundle: the least of several, as the machine may have other work. */
export async function importMs({ code }: Bundle, times = 5): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'stepweave-bundle-'));
  try {
    await writeFile(join(folder, 'index.mjs'), code);
    await writeFile(join(folder, TOOLS_FILE), JSON.stringify(builtInTools));
    await writeFile(join(folder, 'time.mjs'), TIMER);
    const measured: number[] = [];
    for (let time = 0; time < times; time++) {
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'time.mjs')], {
        env: { ...ENVIRONMENT, LAMBDA_TASK_ROOT: folder },
      });
      measured.push(Number(stdout));
    }
    return Math.min(...measured);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const TIMER = `
globalThis.awslambda = { streamifyResponse: (handler) => handler, HttpResponseStream: { from: (stream) => stream } };
const start = performance.now();
await import('./index.mjs');
process.stdout.write(String(performance.now() - start), () => process.exit());
`;

/** What the stack tells the functions, so that they can be imported. */
const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  STEPWEAVE_PREFIX: 'stepweave-',
  STEPWEAVE_TABLE_PREFIX: 'stepweave-',
  STEPWEAVE_RUN_TABLE: 'stepweave-runs',
  STEPWEAVE_UNUSED_DAYS: '30',
  STEPWEAVE_MACHINE_ARN_PREFIX: 'arn:aws:states:us-east-1:123456789012:stateMachine:',
  STEPWEAVE_ROLE_ARN: 'arn:aws:iam::123456789012:role/machines',
};
