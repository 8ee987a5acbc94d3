/** Prints size and import time of every Lambda, and of what the largest part of each is made: `node bench/bundles.ts` */
import { bundle, importMs, lambdaNames } from './bundle.ts';

const LARGEST = 5;

for (const name of await lambdaNames()) {
  const made = await bundle(name);
  const ms = await importMs(made);
  console.log(`${name.padEnd(14)} ${kilobytes(made.bytes)}  import ${ms.toFixed(0).padStart(4)} ms`);
  const largest = [...made.packages].sort(([, a], [, b]) => b - a).slice(0, LARGEST);
  for (const [owner, bytes] of largest) console.log(`  ${kilobytes(bytes)}  ${owner}`);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0).padStart(6)} kB`;
}
