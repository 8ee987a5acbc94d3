/** `stepweave serve`, in process: what it prints, what it serves, how it ends, and what the next one still knows. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../../lib/cli/main.ts';
import type { RunRecord } from '../../lib/engine/records.ts';
import { receivedEvents } from '../api/_fixtures/events.ts';
import { DATA, file, stepweave } from './support.ts';

const data = mkdtempSync(join(tmpdir(), 'stepweave-serve-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

const TOOLS = [
  '--tools',
  file([
    { name: 'mine', idempotent: true },
    { name: 'slow', idempotent: true },
  ]),
];
const MINE = file('export const handler = async ({ input }) => ({ got: input });', 'mjs');
const SLOW = file('export const handler = () => new Promise((resolve) => setTimeout(resolve, 60_000));', 'mjs');
const FUNCTIONS = ['--function', `mine=${MINE}`, '--function', `slow=${SLOW}`];

/** A server that runs until it is interrupted. */
async function serve(args: string[] = []) {
  const printed = Promise.withResolvers<string>();
  let interrupt = () => {};
  let stderr = '';
  const status = main(['serve', '--port', '0', '--data', data, ...TOOLS, ...FUNCTIONS, ...args], {
    stdout: { write: (text: string) => printed.resolve(text.trim()) },
    stderr: { write: (text: string) => (stderr += text) },
    readStdin: async () => '',
    env: {},
    onInterrupt: (callback) => {
      interrupt = callback;
      return () => {};
    },
  });
  const url = await Promise.race([printed.promise, status.then(() => Promise.reject(new Error(stderr)))]);
  const post = (path: string, body: unknown = {}, headers = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const get = async (path: string) => (await fetch(`${url}${path}`)).json();
  const stop = async () => {
    interrupt();
    return await status;
  };
  return { url, post, get, stop, stderr: () => stderr };
}

const plan = { name: 'mine', actions: [{ id: 'one', tool: 'mine', input: { n: 1 } }] };

describe('stepweave serve', () => {
  it('serves the API, and the next server still knows its runs', async () => {
    const first = await serve();
    const done = (await (await first.post('/runs', { plan, wait: true })).json()) as RunRecord;
    const status = await first.stop();
    const second = await serve();

    const known = await second.get(`/runs/${done.run_id}`);
    const { runs } = (await second.get('/runs')) as { runs: object[] };
    const { events } = await fetch(`${second.url}/runs/${done.run_id}/events`, {
      headers: { accept: 'application/json' },
    }).then((response) => response.json() as Promise<{ events: { type: string }[] }>);
    await second.stop();

    expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(first.stderr()).toContain(`Stepweave serves its API on ${first.url}`);
    expect([status, done.status, done.results]).toEqual([0, 'succeeded', { one: { got: { n: 1 } } }]);
    expect(known).toEqual(done);
    expect(runs).toMatchObject([{ run_id: done.run_id, status: 'succeeded' }]);
    expect(events.at(-1)?.type).toBe('run_completed');
    await expect(fetch(first.url)).rejects.toThrow();
  });

  it('marks what ran when it was killed, and the next one can resume it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stepweave-killed-'));
    const args = ['serve', '--port', '0', '--data', folder, ...TOOLS, ...FUNCTIONS];
    const killed = spawn(process.execPath, ['bin/stepweave.ts', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = await once(killed.stdout, 'data');
    const url = String(line).trim();
    const actions = [plan.actions[0], { id: 'two', tool: 'slow', input: {}, depends_on: ['one'] }];
    const response = await fetch(`${url}/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ plan: { actions }, engine: 'standard' }),
    });
    const { run_id } = (await response.json()) as RunRecord;
    const events = await fetch(`${url}/runs/${run_id}/events`);
    for await (const event of receivedEvents(events)) {
      if (event.data.type === 'action_started' && event.data.action_id === 'two') break;
    }
    killed.kill('SIGKILL');
    await once(killed, 'exit');

    const next = await serve(['--data', folder]);
    const lost = (await next.get(`/runs/${run_id}`)) as RunRecord;
    const resumed = (await (await next.post(`/runs/${run_id}/resume`)).json()) as RunRecord;
    await next.post(`/runs/${run_id}/stop`);
    await next.stop();
    rmSync(folder, { recursive: true, force: true });

    expect(next.stderr()).toContain('1 run did not end before the last server did');
    expect(lost).toMatchObject({ status: 'cancelled', error: 'the server ended while the run was under way' });
    expect(lost.records.map(({ status }) => status)).toEqual(['succeeded', 'cancelled']);
    expect(resumed).toMatchObject({ run_id, status: 'running', results: { one: { got: { n: 1 } } } });
  });

  it('is for programs of this machine only', async () => {
    const { url, post, stop } = await serve();

    const foreign = await post('/runs', { plan }, { origin: 'https://example.com' });
    const rebound = await rawGet(url, 'evil.example.com');
    const own = await rawGet(url, new URL(url).host);
    await stop();

    expect(foreign.status).toBe(403);
    expect(await foreign.json()).toMatchObject({ code: 'forbidden' });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    expect([rebound, own]).toEqual([403, 200]);
  });

  it('says so when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };

    const { status, stderr } = await stepweave(['serve', '--port', String(port), ...DATA, ...TOOLS, ...FUNCTIONS]);

    other.close();
    expect(status).toBe(2);
    expect(stderr).toContain(`cannot listen on port ${port}: another process has it`);
  });

  it('says which functions nothing serves', async () => {
    const { stop, stderr } = await serve(['--tools', file([{ name: 'nobody' }])]);
    await stop();

    expect(stderr()).toContain('Warning: nothing serves the function nobody');
  });
});

/** With a Host of one's own choosing, which `fetch` does not allow. */
async function rawGet(url: string, host: string): Promise<number> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/health`, { headers: { host } }, (response) => resolve(response.resume().statusCode!));
    sent.on('error', reject).end();
  });
}
