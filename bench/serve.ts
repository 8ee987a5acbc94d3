/**
 * Load on `stepweave serve`: 200 runs of a ten-action plan at once, then 5,000 of them one after another, 50 at a time.
 * Every run is looked at: its status, its results, its record and its events in the store. The server is a process of its own,
 * as it is started by the command line, with functions that echo.
 *
 *     node bench/serve.ts [RUNS]
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const AT_ONCE = 200;
const RUNS = Number(process.argv[2] ?? 5_000);
const CLIENTS = 50;

interface Memory {
  heapMb: number;
  rssMb: number;
}

if (process.send !== undefined) await serve();
else await load();

/** In the child: the command line, and on request how much memory it takes. */
async function serve(): Promise<void> {
  const { main } = await import('../lib/cli/main.ts');
  const send = (message: object) => void process.send!(message);
  process.on('message', () => {
    (globalThis as { gc?: () => void }).gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    send({ memory: { heapMb: Math.round(heapUsed / 1e6), rssMb: Math.round(rss / 1e6) } });
  });
  await main(process.argv.slice(2), {
    stdout: { write: (url: string) => send({ url: url.trim() }) },
    stderr: process.stderr,
    readStdin: async () => '',
    env: process.env,
    onInterrupt: (callback) => {
      process.once('SIGTERM', callback);
      return () => {};
    },
  });
  process.disconnect?.();
}

async function load(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'stepweave-bench-'));
  const file = (name: string, content: object) => {
    writeFileSync(join(folder, name), JSON.stringify(content));
    return join(folder, name);
  };
  const tools = file('tools.json', [{ name: 'work', idempotent: true, latency: 'fast' }]);
  const fakes = file('fakes.json', { work: { behavior: 'echo' } });
  const args = ['serve', '--port', '0', '--data', join(folder, 'data'), '--tools', tools, '--lambdas', fakes];
  const child = fork(fileURLToPath(import.meta.url), args, { execArgv: ['--expose-gc'], stdio: 'inherit' });
  const answer = <Part extends object>() =>
    new Promise<Part>((resolve) => child.once('message', (message) => resolve(message as Part)));
  const { url } = await answer<{ url: string }>();
  const memory = async (): Promise<Memory> => {
    const told = answer<{ memory: Memory }>();
    child.send('memory');
    return (await told).memory;
  };
  try {
    await runs(url, 20); // warm
    console.log(`start           ${show(await memory())}`);
    let began = performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => run(url, n)));
    console.log(`${AT_ONCE} at once      ${rate(AT_ONCE, began)}  ${show(await memory())}`);
    for (let done = 0; done < RUNS; ) {
      const part = Math.min(1_000, RUNS - done);
      began = performance.now();
      await runs(url, part);
      done += part;
      console.log(`${String(done).padStart(6)} in turn  ${rate(part, began)}  ${show(await memory())}`);
    }
    const total = await count(url);
    console.log(`${total} runs in the store, ${20 + AT_ONCE + RUNS} were started; no error`);
    if (total !== 20 + AT_ONCE + RUNS) throw new Error('records were lost');
  } finally {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** So many, by as many clients as there are. */
async function runs(url: string, total: number): Promise<void> {
  let next = 0;
  const client = async () => {
    while (next < total) await run(url, next++);
  };
  await Promise.all(Array.from({ length: Math.min(CLIENTS, total) }, client));
}

/** Three chains of three, and a last action that waits for them all. */
function planOf(n: number): object {
  const links = [0, 1, 2].flatMap((chain) =>
    [0, 1, 2].map((link) => ({
      id: `a${chain}${link}`,
      tool: 'work',
      input: { n, ...(link > 0 && { before: `$a${chain}${link - 1}.input.n` }) },
    })),
  );
  const last = { id: 'last', tool: 'work', input: { all: ['$a02.input.n', '$a12.input.n', '$a22.input.n'] } };
  return { name: 'bench', actions: [...links, last] };
}

/** One run, held against what it must be; throws when anything is wrong with it. */
async function run(url: string, n: number): Promise<void> {
  const done = (await post(`${url}/runs`, { plan: planOf(n), wait: true })) as {
    run_id: string;
    status: string;
    records: { status: string }[];
    results: Record<string, { input: { all: number[] } }>;
  };
  const fine = done.status === 'succeeded' && done.records.filter(({ status }) => status === 'succeeded').length === 10;
  if (!fine || done.results['last']?.input.all.some((one) => one !== n)) throw new Error(JSON.stringify(done));
  if (n % 10 !== 0) return;
  const kept = await get(`${url}/runs/${done.run_id}`);
  if (JSON.stringify(kept) !== JSON.stringify(done)) throw new Error(`run ${done.run_id} is not kept as it was told`);
  const { events } = (await get(`${url}/runs/${done.run_id}/events`)) as { events: { type: string }[] };
  if (events.length !== 22 || events.at(-1)?.type !== 'run_completed') throw new Error(JSON.stringify(events));
}

async function count(url: string): Promise<number> {
  let total = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path: string = `${url}/runs?limit=100&status=succeeded${cursor && `&cursor=${cursor}`}`;
    const page = (await get(path)) as { runs: object[]; next_cursor: string | null };
    total += page.runs.length;
    cursor = page.next_cursor;
  }
  return total;
}

async function post(address: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  return checked(await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) }));
}

async function get(address: string): Promise<unknown> {
  return checked(await fetch(address, { headers: { accept: 'application/json' } }));
}

async function checked(response: Response): Promise<unknown> {
  if (response.status === 200) return response.json();
  throw new Error(`${response.status} ${await response.text()}`);
}

function rate(runs: number, began: number): string {
  const seconds = (performance.now() - began) / 1000;
  return `${seconds.toFixed(1).padStart(6)} s  ${String(Math.round(runs / seconds)).padStart(4)} runs/s`;
}

function show({ heapMb, rssMb }: Memory): string {
  return `heap ${String(heapMb).padStart(4)} MB  resident ${String(rssMb).padStart(4)} MB`;
}
