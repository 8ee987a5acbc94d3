/** Functions that do, and fail, in every way that the host has to survive. */
import { execSync } from 'node:child_process';
import fs from 'node:fs';
import { threadId } from 'node:worker_threads';

const forever = new Promise(() => {});
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
let served = 0;

export const echo = async (event: unknown) => event;
/** Answers which environment it is, and how often that has served. */
export const environment = async (event: { ms?: number }) => {
  await sleep(event.ms ?? 0);
  return { environment: threadId, served: ++served };
};
export const nothing = async () => undefined;
export const context = async (_: unknown, context: { getRemainingTimeInMillis(): number }) => ({
  ...context,
  remaining: context.getRemainingTimeInMillis(),
});
export const variables = async () => ({ ...process.env });

/** Writes to a file every few milliseconds for as long as it lives. */
export const beats = async ({ file }: { file: string }) => {
  for (;;) {
    fs.appendFileSync(file, '.');
    await sleep(5);
  }
};
export const spins = async ({ file }: { file?: string } = {}) => {
  for (let i = 0; ; i++) if (file !== undefined && i % 1e7 === 0) fs.appendFileSync(file, '.');
};
export const sleeps = async ({ ms }: { ms: number }) => sleep(ms);
export const blocks = async () => execSync('sleep 1.5');

export const throws = async ({ name = 'StockError', message = 'no stock' }) => {
  throw Object.assign(new Error(message), { name });
};
export const throwsText = async () => {
  throw 'just text';
};
export const exits = async ({ code }: { code: number }) => {
  console.log('about to leave');
  process.exit(code);
};
export const throwsLater = async () => {
  setTimeout(() => {
    throw new RangeError('too late');
  });
  await sleep(10_000);
};
export const rejectsLater = async () => {
  void Promise.reject(new TypeError('nobody looks'));
  await sleep(10_000);
};
export const neverSettles = async () => forever;
/** Answers, then fails while it is idle. */
export const failsWhenIdle = async () => {
  setTimeout(() => {
    throw new Error('left behind');
  }, 20);
  return 'fine';
};

export const bigInt = async () => 1n;
export const circular = async () => {
  const value: { self?: unknown } = {};
  value.self = value;
  return value;
};
export const large = async ({ bytes }: { bytes: number }) => 'x'.repeat(bytes);

export const leaksObjects = async () => {
  const kept: object[] = [];
  for (;;) kept.push({ index: kept.length });
};
export const leaksBuffers = async ({ bytes = 1_000_000 }) => {
  const kept: Buffer[] = [];
  for (;;) kept.push(Buffer.alloc(bytes));
};
/** One list of 800 MB: V8's own limit would end the process. */
export const leaksAtOnce = async () => {
  const list = new Array(1e8);
  for (let i = 0; ; i++) list[i % 1e8] = i;
};
/** Makes far more garbage than its memory, but keeps none of it. */
export const wastes = async ({ ms }: { ms: number }) => {
  const end = Date.now() + ms;
  let bytes = 0;
  while (Date.now() < end) bytes += Buffer.alloc(1_000_000).length;
  return bytes;
};

export const prints = async ({ lines }: { lines: string[] }) => {
  for (const line of lines) console.log(line);
  console.error('to stderr');
  process.stdout.write('by the stream\n');
  fs.writeSync(1, 'by the descriptor\n');
  await new Promise((resolve) => fs.write(2, Buffer.from('later\n'), resolve));
  return 'printed';
};
export const printsWithoutEnd = async () => {
  for (;;) console.log('x'.repeat(100_000));
};
