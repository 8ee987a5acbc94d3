#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { text } from 'node:stream/consumers';

enableCompileCache();
const { main } = await import('../lib/cli/main.ts');
const { onInterrupt } = await import('../lib/cli/interrupts.ts');

// A reader that goes away early, as `head` does, is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  readStdin: () => text(process.stdin),
  env: process.env,
  onInterrupt,
});
