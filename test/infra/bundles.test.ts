/** What is in the bundles of the Lambdas, and what is not. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundle, importMs, lambdaNames } from '../../bench/bundle.ts';

const MOST_BYTES = 1_500_000;
/** A machine that does other things at once takes longer than the 200 ms that are aimed at; `node bench/bundles.ts` tells. */
const MOST_IMPORT_MS = 1_000;

/** The SDK clients that each Lambda uses. */
const CLIENTS: Record<string, string[]> = {
  inventory: ['@aws-sdk/client-dynamodb'],
  logistics: ['@aws-sdk/client-dynamodb'],
  supplier: ['@aws-sdk/client-dynamodb'],
  orchestrator: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-lambda', '@aws-sdk/client-sfn'],
  janitor: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sfn'],
  recorder: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sfn'],
};
/** For development, for one machine, or for the command line. */
const NEVER = [
  'aws-cdk-lib',
  'constructs',
  'cdk-nag',
  'esbuild',
  'vitest',
  'fast-check',
  'asl-validator',
  'dynalite',
  'level',
  'commander',
  '@hono/node-server',
];

let bundles: Bundle[];

beforeAll(async () => {
  bundles = await Promise.all((await lambdaNames()).map(bundle));
});

describe('the bundles', () => {
  it('are of all Lambdas', () => {
    expect(bundles.map(({ name }) => name).sort()).toEqual(Object.keys(CLIENTS).sort());
  });

  it.each(Object.entries(CLIENTS))(
    '%s has the SDK clients that it uses, and nothing for development',
    (name, clients) => {
      const { packages } = bundles.find((one) => one.name === name)!;
      const has = [...packages].filter(([, bytes]) => bytes > 0).map(([owner]) => owner);

      expect(has.filter((owner) => owner.startsWith('@aws-sdk/client-')).sort()).toEqual(clients);
      expect(has.filter((owner) => NEVER.includes(owner))).toEqual([]);
    },
  );

  it.each(Object.keys(CLIENTS))('%s has neither tests nor what only one machine needs', (name) => {
    const { files } = bundles.find((one) => one.name === name)!;

    expect(files.filter((file) => /^(test|bench|bin|lib\/(local|interpreter|infra|cli))\//.test(file))).toEqual([]);
  });

  it.each(Object.keys(CLIENTS))('%s is small and can be imported', async (name) => {
    const made = bundles.find((one) => one.name === name)!;

    expect(made.bytes).toBeLessThan(MOST_BYTES);
    expect(await importMs(made, 1)).toBeLessThan(MOST_IMPORT_MS);
  });
});
