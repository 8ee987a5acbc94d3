import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { IssuesError } from '../../../lib/core/issues.ts';
import { createLambdaHost, defaultMaxEnvironments } from '../../../lib/local/lambda/host.ts';
import { answerOf, call, hostOf, invocation, tool, until } from './_fixtures/host.ts';

const environmentOf = (results: { payload: string }[]) => results.map(({ payload }) => JSON.parse(payload).environment);

describe('an execution environment', () => {
  test('is reused while it is warm', async () => {
    const { host } = hostOf([tool('environment')]);

    const results = [];
    for (let i = 0; i < 3; i++) results.push(await call(host, 'environment'));

    expect(results.map((result) => answerOf(result).served)).toEqual([1, 2, 3]);
    expect(new Set(environmentOf(results)).size).toBe(1);
  });

  test('serves one invocation at a time', async () => {
    const { host } = hostOf([tool('environment')]);

    const results = await Promise.all([1, 2, 3].map(() => call(host, 'environment', { ms: 100 })));

    expect(new Set(environmentOf(results)).size).toBe(3);
    expect(results.map((result) => answerOf(result).served)).toEqual([1, 1, 1]);
  });

  test('is ended when it has been idle for a while', async () => {
    const { host } = hostOf([tool('environment')], { idleSeconds: 0.1 });

    await call(host, 'environment');

    expect(host.stats.environments).toBe(1);
    await until(() => host.stats.environments === 0);
    expect(answerOf(await call(host, 'environment')).served).toBe(1);
  });

  test('gives way to another function that needs its place', async () => {
    const { host } = hostOf([tool('environment'), tool('echo')], { maxEnvironments: 1 });
    await call(host, 'environment');

    const result = await call(host, 'echo', { place: 'taken' });

    expect(answerOf(result)).toEqual({ place: 'taken' });
    expect(host.stats).toEqual({ environments: 1, idle: 1, waiting: 0 });
  });

  test('is dropped when it fails while it is idle', async () => {
    const { host, log } = hostOf([tool('failsWhenIdle')]);

    await call(host, 'failsWhenIdle');

    await until(() => host.stats.environments === 0);
    expect(log).toMatchObject([{ functionName: 'failsWhenIdle', text: expect.stringContaining('left behind') }]);
    expect(log[0]).not.toHaveProperty('requestId');
    expect(answerOf(await call(host, 'failsWhenIdle'))).toBe('fine');
  });

  test('tells the function about the invocation', async () => {
    const { host } = hostOf([tool('context', { timeoutSeconds: 7, memoryMb: 512 })], {
      env: { AWS_REGION: 'eu-west-1' },
    });
    const request = invocation('context:live');

    const context = answerOf(await host.invoke(request));

    expect(context).toEqual({
      awsRequestId: request.requestId,
      functionName: 'context',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:context:live',
      memoryLimitInMB: '512',
      logGroupName: '/aws/lambda/context',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      remaining: expect.any(Number),
    });
    expect(context.remaining).toBeGreaterThan(6_000);
    expect(context.remaining).toBeLessThanOrEqual(7_000);
  });

  test("has the function's own variables over the host's, Lambda's over both, and none of this process", async () => {
    const env = { STAGE: 'function', AWS_LAMBDA_FUNCTION_NAME: 'pretender' };
    const { host } = hostOf([tool('variables', { env })], { env: { STAGE: 'host', TABLE: 'inventory' } });

    const variables = answerOf(await call(host, 'variables'));

    expect(variables).toMatchObject({
      STAGE: 'function',
      TABLE: 'inventory',
      AWS_LAMBDA_FUNCTION_NAME: 'variables',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_REGION: 'us-east-1',
    });
    expect(variables).not.toHaveProperty('PATH');
  });
});

describe('concurrency', () => {
  test('is shared by the functions that reserve none', async () => {
    const functions = [tool('sleeps'), tool('echo'), tool('nothing', { reservedConcurrency: 1 })];
    const { host } = hostOf(functions, { accountConcurrency: 2 });
    const running = call(host, 'sleeps', { ms: 200 });

    const attempt = call(host, 'echo');

    await expect(attempt).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      reason: 'ConcurrentInvocationLimitExceeded',
    });
    await expect(call(host, 'nothing')).resolves.toMatchObject({ payload: 'null' });
    await running;
    await call(host, 'echo');
  });

  test('counts those that wait for an environment', async () => {
    const { host } = hostOf([tool('sleeps', { reservedConcurrency: 2 })], { maxEnvironments: 1 });
    const admitted = [call(host, 'sleeps', { ms: 100 }), call(host, 'sleeps', { ms: 100 })];

    await expect(call(host, 'sleeps')).rejects.toMatchObject({ code: 'TooManyRequestsException' });

    await Promise.all(admitted);
  });

  test('is waited for by events', async () => {
    const { host, log } = hostOf([tool('prints', { reservedConcurrency: 1 })]);

    for (const line of ['one', 'two', 'three']) host.enqueue(invocation('prints', { lines: [line] }));

    const printed = () => log.map(({ text }) => text).filter((text) => /^(one|two|three)\n$/.test(text));
    await until(() => printed().length === 3);
    expect(printed()).toEqual(['one\n', 'two\n', 'three\n']);
    expect(host.stats.environments).toBe(1);
  });

  test('bounds the events that wait', async () => {
    const { host } = hostOf([tool('sleeps')], { accountConcurrency: 3, maxEnvironments: 1 });
    const event = () => host.enqueue(invocation('sleeps', { ms: 10_000 }));
    for (let i = 0; i < 4; i++) event();

    expect(event).toThrow('Rate Exceeded.');
  });

  test('of none turns a function off', async () => {
    const { host, log } = hostOf([tool('echo', { reservedConcurrency: 0 })]);

    host.enqueue(invocation('echo'));

    await expect(call(host, 'echo')).rejects.toMatchObject({
      reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
    expect(log).toMatchObject([{ functionName: 'echo', text: expect.stringContaining('Dropped') }]);
    expect(host.stats.environments).toBe(0);
  });
});

describe('more invocations than environments', () => {
  test('wait, and a busy function leaves room for another', async () => {
    const { host } = hostOf([tool('sleeps'), tool('echo')], { maxEnvironments: 2 });
    const ends: string[] = [];
    const note = (name: string) => () => ends.push(name);

    const many = Array.from({ length: 20 }, () => call(host, 'sleeps', { ms: 50 }).then(note('sleeps')));
    const one = call(host, 'echo').then(note('echo'));

    expect(host.stats).toEqual({ environments: 2, idle: 0, waiting: 19 });
    await Promise.all([...many, one]);
    expect(ends.indexOf('echo')).toBeLessThan(8);
    expect(host.stats.environments).toBeLessThanOrEqual(2);
  });
});

describe('a host', () => {
  test('lists everything that is wrong with its functions', () => {
    const functions = [
      tool('echo', { name: 'a b', timeoutSeconds: 0, memoryMb: 64 }),
      tool('echo', { timeoutSeconds: 901 }),
      tool('echo', { reservedConcurrency: 1.5 }),
    ];

    const create = () => createLambdaHost({ functions, accountConcurrency: 1 });

    expect(create).toThrow(IssuesError);
    expect(create).toThrow(/8 problems/);
    expect(create).toThrow(/functions\[1\]\.timeoutSeconds: .*got 901; allowed: above 0, at most 900/);
  });

  test('needs at least one environment', () => {
    expect(() => createLambdaHost({ functions: [], maxEnvironments: 0 })).toThrow(/at least 1/);
    expect(defaultMaxEnvironments()).toBeGreaterThanOrEqual(4);
  });

  test('that is closed ends what runs and what waits, and takes nothing more', async () => {
    const { host } = hostOf([tool('spins')], { maxEnvironments: 1 });
    const running = call(host, 'spins');
    const waiting = call(host, 'spins');
    await until(() => host.stats.environments === 1);

    const ends = Promise.allSettled([running, waiting]);
    await host.close();

    expect(host.stats).toEqual({ environments: 0, idle: 0, waiting: 0 });
    for (const end of await ends) {
      expect(end).toMatchObject({ status: 'rejected', reason: { code: 'ServiceException' } });
    }
    await expect(call(host, 'spins')).rejects.toThrow('has been closed');
  });

  test('does not keep its process alive, and keeps functions off its stdout', async () => {
    const script = fileURLToPath(new URL('./_fixtures/process.ts', import.meta.url));

    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script], { timeout: 10_000 });

    expect(stdout).toBe('"printed"\n');
    expect(stderr).toBe('');
  });
});
