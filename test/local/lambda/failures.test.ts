/** Everything that can go wrong inside a function: what the caller is told, and that this process carries on. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { answerOf, call, fixture, hostOf, tool, until } from './_fixtures/host.ts';

const folder = mkdtempSync(join(tmpdir(), 'stepweave-lambda-'));
afterAll(() => rmSync(folder, { recursive: true }));

const timedOut = (seconds: string) => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: expect.stringMatching(
    new RegExp(`^RequestId: [0-9a-f-]{36} Error: Task timed out after ${seconds} seconds$`),
  ),
});
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a function that', () => {
  test.each([
    ['throws', 'StockError', 'no stock'],
    ['throwsText', 'string', 'just text'],
    ['bigInt', 'Runtime.JSONStringifyError', 'Unable to stringify response body'],
    ['circular', 'Runtime.JSONStringifyError', 'Unable to stringify response body'],
  ])('%s fails, and its environment stays', async (name, errorType, errorMessage) => {
    const { host } = hostOf([tool(name)]);

    const result = await call(host, name);

    expect(result.functionError).toBe('Unhandled');
    expect(answerOf(result)).toEqual({ errorType, errorMessage, trace: expect.any(Array) });
    expect(host.stats).toMatchObject({ environments: 1, idle: 1 });
  });

  test.each([
    ['throwsLater', 'RangeError', 'too late'],
    ['rejectsLater', 'Runtime.UnhandledPromiseRejection', 'TypeError: nobody looks'],
    ['neverSettles', 'Runtime.NodeJsExit', expect.stringContaining('a Promise that was never settled')],
  ])('%s fails, and its environment is gone', async (name, errorType, errorMessage) => {
    const { host, log } = hostOf([tool(name)]);

    const result = await call(host, name);

    expect(result.functionError).toBe('Unhandled');
    expect(answerOf(result)).toEqual({ errorType, errorMessage, trace: expect.any(Array) });
    expect(log.at(-1)?.text).toContain(errorType);
    expect(host.stats.environments).toBe(0);
  });

  test.each([
    [3, 'with error: exit status 3'],
    [0, 'without providing a reason'],
  ])('exits with %i fails, and what it printed is not lost', async (code, how) => {
    const { host } = hostOf([tool('exits')]);

    const result = await call(host, 'exits', { code });

    const errorMessage = expect.stringMatching(`^RequestId: [0-9a-f-]{36} Error: Runtime exited ${how}$`);
    expect(answerOf(result)).toEqual({ errorType: 'Runtime.ExitError', errorMessage });
    expect(result.logTail).toBe('about to leave\n');
    expect(host.stats.environments).toBe(0);
  });

  test('throws an error too large to carry fails with that', async () => {
    const { host } = hostOf([tool('throws')]);

    const result = await call(host, 'throws', { message: 'x'.repeat(6_291_000) });

    expect(answerOf(result).errorType).toBe('Function.ResponseSizeTooLarge');
  });
});

describe('a module that', () => {
  const syntaxError = join(folder, 'syntax.mjs');
  writeFileSync(syntaxError, 'export const handler = async () => {');

  test.each([
    ['cannot be parsed', { module: syntaxError }, 'Runtime.UserCodeSyntaxError', /^SyntaxError: /],
    ['does not exist', { module: join(folder, 'nowhere.ts') }, 'Runtime.ImportModuleError', /Cannot find module/],
    ['imports what is missing', fixture('missing-import.ts'), 'Runtime.ImportModuleError', /does-not-exist/],
    ['throws', fixture('broken.ts'), 'RangeError', /^broken at import$/],
    ['exits', fixture('exits-at-import.ts'), 'Runtime.ExitError', /exit status 7$/],
    ['never ends loading', fixture('hangs-at-import.ts'), 'Runtime.NodeJsExit', /never settled/],
    ['has no such handler', fixture('tools.ts'), 'Runtime.HandlerNotFound', /^tools\.handler is undefined or not/],
  ])('%s fails every invocation, and no environment is kept', async (_, options, errorType, message) => {
    const { host } = hostOf([fixture('', options)]);

    const results = [await call(host, 'fixture'), await call(host, 'fixture')];

    for (const result of results) {
      expect(result.functionError).toBe('Unhandled');
      expect(answerOf(result)).toMatchObject({ errorType, errorMessage: expect.stringMatching(message) });
    }
    expect(host.stats.environments).toBe(0);
  });
});

describe('the timeout', () => {
  test.each(['beats', 'spins'])('really ends a function that %s', async (name) => {
    const { host } = hostOf([tool(name, { timeoutSeconds: 0.3 })]);
    const file = join(folder, `timeout-${name}`);

    const result = await call(host, name, { file });

    expect(result.functionError).toBe('Unhandled');
    expect(answerOf(result)).toEqual(timedOut('0.30'));
    expect(host.stats.environments).toBe(0);
    const written = readFileSync(file).length;
    await wait(100);
    expect(readFileSync(file)).toHaveLength(written);
  });

  test('counts from when the handler starts, not while the invocation waits', async () => {
    const { host } = hostOf([tool('sleeps', { timeoutSeconds: 0.5 })], { maxEnvironments: 1 });

    const results = await Promise.all([1, 2, 3].map(() => call(host, 'sleeps', { ms: 300 })));

    expect(results.map(({ functionError }) => functionError)).toEqual([undefined, undefined, undefined]);
  });

  test('answers in time even where the thread cannot be ended yet', async () => {
    const { host } = hostOf([tool('blocks', { timeoutSeconds: 0.1 })]);
    const started = performance.now();

    const result = await call(host, 'blocks');

    expect(answerOf(result)).toEqual(timedOut('0.10'));
    expect(performance.now() - started).toBeLessThan(1_400);
    expect(host.stats.environments).toBe(1);
    await host.close();
    expect(host.stats.environments).toBe(0);
  });
});

describe('an abort', () => {
  test('ends the work and rejects with its reason', async () => {
    const { host } = hostOf([tool('beats')]);
    const file = join(folder, 'abort');
    writeFileSync(file, '');
    const controller = new AbortController();
    const running = call(host, 'beats', { file }, controller.signal);
    await until(() => readFileSync(file).length > 0);

    controller.abort(new Error('not needed any more'));

    await expect(running).rejects.toThrow('not needed any more');
    const written = readFileSync(file).length;
    await wait(100);
    expect(readFileSync(file)).toHaveLength(written);
    expect(host.stats.environments).toBe(0);
  });

  test('takes back an invocation that still waits', async () => {
    const { host } = hostOf([tool('sleeps', { reservedConcurrency: 2 })], { maxEnvironments: 1 });
    const controller = new AbortController();
    const running = call(host, 'sleeps', { ms: 200 });
    const waiting = call(host, 'sleeps', { ms: 200 }, controller.signal);

    controller.abort(new Error('not needed any more'));

    await expect(waiting).rejects.toThrow('not needed any more');
    expect(host.stats).toEqual({ environments: 1, idle: 0, waiting: 0 });
    await running;
    await call(host, 'sleeps', { ms: 0 });
  });

  test('before the call runs nothing', async () => {
    const { host } = hostOf([tool('echo')]);

    await expect(call(host, 'echo', {}, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');

    expect(host.stats.environments).toBe(0);
  });
});

describe('output', () => {
  test('goes to the log, in order, with the function and the request', async () => {
    const { host, log } = hostOf([tool('prints')]);

    await call(host, 'prints', { lines: ['one', 'two'] });

    expect(log.map(({ stream, text }) => [stream, text])).toEqual([
      ['stdout', 'one\n'],
      ['stdout', 'two\n'],
      ['stderr', 'to stderr\n'],
      ['stdout', 'by the stream\n'],
      ['stdout', 'by the descriptor\n'],
      ['stderr', 'later\n'],
    ]);
    for (const entry of log) expect(entry).toMatchObject({ functionName: 'prints', requestId: expect.any(String) });
  });

  test('without end makes the function wait, not this process grow', async () => {
    const { host, log } = hostOf([tool('printsWithoutEnd', { timeoutSeconds: 0.5 })]);
    let taken = 0;
    log.push = (entry) => (taken += entry?.text.length ?? 0);
    const before = process.memoryUsage().rss;

    const result = await call(host, 'printsWithoutEnd');

    expect(answerOf(result).errorType).toBe('Sandbox.Timedout');
    expect(taken).toBeGreaterThan(1_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1_048_576);
  });
});

describe('fifty at a time', () => {
  test('time out, and the next one is served', async () => {
    const { host } = hostOf([tool('spins', { timeoutSeconds: 0.05 }), tool('echo')], { maxEnvironments: 8 });

    const results = await Promise.all(Array.from({ length: 50 }, () => call(host, 'spins')));

    for (const result of results) expect(answerOf(result)).toEqual(timedOut('0.05'));
    expect(answerOf(await call(host, 'echo', { still: 'here' }))).toEqual({ still: 'here' });
    expect(host.stats.environments).toBeLessThanOrEqual(8);
  });

  test('crash in every way, and the next one is served', async () => {
    const ways = [tool('throwsLater'), tool('rejectsLater'), tool('neverSettles'), tool('exits'), fixture('broken.ts')];
    const { host } = hostOf([...ways, tool('echo')], { maxEnvironments: 8 });

    const calls = Array.from({ length: 50 }, (_, index) => call(host, ways[index % ways.length]!.name));
    const results = await Promise.all(calls);

    const expected = ['RangeError', 'Runtime.UnhandledPromiseRejection', 'Runtime.NodeJsExit', 'Runtime.ExitError'];
    expect(new Set(results.map((result) => answerOf(result).errorType))).toEqual(new Set(expected));
    expect(answerOf(await call(host, 'echo', { still: 'here' }))).toEqual({ still: 'here' });
  });

  test('are aborted, and the next one is served', async () => {
    const { host } = hostOf([tool('spins'), tool('echo')], { maxEnvironments: 8 });
    const controller = new AbortController();
    const running = Array.from({ length: 50 }, () => call(host, 'spins', {}, controller.signal));
    await until(() => host.stats.environments === 8);

    controller.abort();

    const ends = await Promise.allSettled(running);
    expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(answerOf(await call(host, 'echo', { still: 'here' }))).toEqual({ still: 'here' });
  });
});
