#!/usr/bin/env node
/**
 * Runs one case of the conformance corpus through the command line, for the corpus's own runner:
 * `node run.mjs --cmd "node test/support/run-conformance-case.mjs" --dir dev`. Reads of the case only what is given,
 * never what is expected.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { definition, input, lambdas, stateMachineType } = JSON.parse(readFileSync(process.argv.at(-1), 'utf8'));
const command = join(dirname(fileURLToPath(import.meta.url)), '../../bin/stepweave.ts');
const folder = mkdtempSync(join(tmpdir(), 'stepweave-case-'));
const file = (name, content) => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
};
const args = ['asl', 'run', file('definition.json', definition), '--input', file('input.json', input)];
args.push('--lambdas', file('lambdas.json', lambdas ?? {}), '--type', stateMachineType);
let output;
try {
  output = execFileSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
} catch (failure) {
  output = failure.stdout; // an exit status of 1 only says that the execution failed
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const { events, ...end } = JSON.parse(output);
console.log(JSON.stringify({ ...end, eventTypes: events.map(({ type }) => type) }));
