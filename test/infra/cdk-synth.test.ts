/** `npx cdk synth` as people run it: with code bundled, without credentials, without a network. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployedTools } from '../../lib/engine/deployed-tools.ts';
import { builtInTools } from '../../lib/supply-chain/tools.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NOBODY = 'http://127.0.0.1:9';

let folder: string;
let output: string;

/** Nothing of AWS, and every way out leads to a port where nobody answers. */
function environment(): NodeJS.ProcessEnv {
  return {
    PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH']}`,
    HOME: folder,
    AWS_EC2_METADATA_DISABLED: 'true',
    HTTP_PROXY: NOBODY,
    HTTPS_PROXY: NOBODY,
    NO_COLOR: '1',
  };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepweave-cdk-'));
  const args = ['synth', '--no-notices', '--quiet', '--output', join(folder, 'cdk.out'), '-c', 'prefix=acme-'];
  const { stdout, stderr } = await promisify(execFile)('cdk', args, { cwd: ROOT, env: environment() });
  output = `${stdout}${stderr}`;
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('cdk synth', () => {
  it('makes the template of the prefix, for any account and Region', async () => {
    const text = await readFile(join(folder, 'cdk.out/acme.template.json'), 'utf8');
    const manifest = JSON.parse(await readFile(join(folder, 'cdk.out/manifest.json'), 'utf8'));

    expect(Object.values(JSON.parse(text).Resources).length).toBeGreaterThan(50);
    expect(text).toContain('acme-orchestrator');
    expect(manifest.artifacts.acme.environment).toBe('aws://unknown-account/unknown-region');
  });

  it('bundles a module for each function', async () => {
    const assets = (await readdir(join(folder, 'cdk.out'))).filter((name) => name.startsWith('asset.'));
    const contents = await Promise.all(assets.map((name) => readdir(join(folder, 'cdk.out', name))));

    expect(contents.length).toBeGreaterThanOrEqual(5);
    for (const files of contents) expect(files.filter((file) => file !== 'tools.json')).toEqual(['index.mjs']);
  });

  it('puts the tools beside the code of those who compile plans', async () => {
    const template = JSON.parse(await readFile(join(folder, 'cdk.out/acme.template.json'), 'utf8'));
    const functions = Object.values<{ Type: string; Properties: Record<string, never> }>(template.Resources).filter(
      ({ Type }) => Type === 'AWS::Lambda::Function',
    );
    const withTools = functions.filter(({ Properties }) => {
      const { S3Key } = Properties['Code']!;
      return existsSync(join(folder, 'cdk.out', `asset.${String(S3Key).replace('.zip', '')}`, 'tools.json'));
    });
    const [some] = withTools.map(({ Properties }) => Properties['Code']!['S3Key'] as string);
    const tools = deployedTools(join(folder, 'cdk.out', `asset.${some!.replace('.zip', '')}`));

    expect(withTools.map(({ Properties }) => Properties['FunctionName']).sort()).toEqual([
      'acme-orchestrator',
      'acme-orchestrator-events',
      'acme-recorder',
    ]);
    expect(tools.get('allocate_orders')).toMatchObject({ function: 'acme-supplier' });
    expect(tools.list()).toHaveLength(builtInTools.length);
  });

  it('passes the checks, and tells nobody of it', () => {
    expect(output).not.toMatch(/ERROR|WARNING|telemetry|notices/i);
  });
});
