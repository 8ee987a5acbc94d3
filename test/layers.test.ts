/** The layers of docs/architecture.md: imports point downward, and nothing goes round in a circle. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Digraph } from '../lib/graph/digraph.ts';
import { findCycle } from '../lib/graph/order.ts';

/** From the top; what stands on one line is one layer. */
const LAYERS = [
  ['bin', 'lambdas'],
  ['cli', 'api', 'infra'],
  ['agent'],
  ['engine', 'stats', 'supply-chain', 'local'],
  ['analysis', 'compiler', 'interpreter'],
  ['plan', 'asl', 'tools', 'graph'],
  ['core'],
];

const files = globSync('{bin,lambdas,lib}/**/*.ts').map(normalize);
const imports = files.flatMap((from) => importsOf(from).map((to) => ({ from, to })));
const inside = imports.filter(({ to }) => to.startsWith('.')).map(({ from, to }) => ({ from, to: resolve(from, to) }));

function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  return [...source.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'([^']+)'/g)].map((match) => match[1]!);
}

function resolve(from: string, to: string): string {
  return normalize(join(dirname(from), to));
}

/** `lib/plan/schema.ts` is of `plan`, `bin/app.ts` of `bin`. */
function folderOf(file: string): string {
  const [top, second] = file.split('/');
  return top === 'lib' ? second! : top!;
}

function layerOf(file: string): number {
  return LAYERS.findIndex((layer) => layer.includes(folderOf(file)));
}

describe('the layout', () => {
  it('has no file outside its layers', () => {
    const homeless = files.filter((file) => layerOf(file) < 0);

    expect(files.length).toBeGreaterThan(50);
    expect(homeless).toEqual([]);
  });

  it('imports only from the same layer or from below', () => {
    const upward = inside.filter(({ from, to }) => layerOf(to) < layerOf(from));

    expect(upward).toEqual([]);
  });

  it('has no circle of imports, neither of files nor of folders', () => {
    const byFile = new Digraph(
      files,
      inside.map(({ from, to }) => [from, to]),
    );
    const folders = [...new Set(files.map(folderOf))];
    const between = inside.map(({ from, to }) => [folderOf(from), folderOf(to)] as const);
    const byFolder = new Digraph(
      folders,
      between.filter(([from, to]) => from !== to),
    );

    expect(findCycle(byFile)).toBeUndefined();
    expect(findCycle(byFolder)).toBeUndefined();
  });

  it('lets compiler and interpreter meet only in asl', () => {
    const pair = ['compiler', 'interpreter'];
    const meeting = inside.filter(
      ({ from, to }) => folderOf(from) !== folderOf(to) && pair.includes(folderOf(from)) && pair.includes(folderOf(to)),
    );

    expect(meeting).toEqual([]);
  });

  it('keeps the CDK to the infrastructure', () => {
    const elsewhere = imports.filter(
      ({ from, to }) => /^(aws-cdk-lib|constructs)/.test(to) && folderOf(from) !== 'infra' && from !== 'bin/app.ts',
    );

    expect(elsewhere).toEqual([]);
  });

  it('prints only from the command line and the roots', () => {
    // Inside a worker thread the Lambda host stands between a function and its output.
    const mayPrint = (file: string) => ['cli', 'bin'].includes(folderOf(file)) || file.includes('/lambda/worker/');
    const printing = files.filter((file) => !mayPrint(file) && /\bconsole\.|process\.std(out|err)/.test(code(file)));

    expect(printing).toEqual([]);
  });
});

/** A file without its comments. */
function code(file: string): string {
  return readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
