import { describe, expect, test } from 'vitest';
import { answerOf, call, hostOf, tool } from './_fixtures/host.ts';

const outOfMemory = {
  errorType: 'Runtime.OutOfMemory',
  errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: signal: killed$/),
};

describe('memory', () => {
  test.each(['leaksObjects', 'leaksBuffers', 'leaksAtOnce'])('of a function that %s is bounded', async (name) => {
    const { host } = hostOf([tool(name, { memoryMb: 128 })]);

    const result = await call(host, name);

    expect(result.functionError).toBe('Unhandled');
    expect(answerOf(result)).toEqual(outOfMemory);
    expect(host.stats.environments).toBe(0);
  });

  test('is not used up by garbage, within an invocation or from one to the next', async () => {
    const { host } = hostOf([tool('wastes', { memoryMb: 128 })]);

    const results = [];
    for (let i = 0; i < 3; i++) results.push(await call(host, 'wastes', { ms: 200 }));

    for (const { functionError, payload } of results) {
      expect(functionError).toBeUndefined();
      expect(Number(payload)).toBeGreaterThan(256_000_000);
    }
    expect(host.stats.environments).toBe(1);
  });

  test('is bounded for fifty at a time, and the next one is served', async () => {
    const functions = [tool('leaksBuffers', { memoryMb: 128 }), tool('echo')];
    const { host } = hostOf(functions, { maxEnvironments: 8 });

    const results = await Promise.all(
      Array.from({ length: 50 }, () => call(host, 'leaksBuffers', { bytes: 50_000_000 })),
    );

    for (const result of results) expect(answerOf(result)).toEqual(outOfMemory);
    expect(answerOf(await call(host, 'echo', { still: 'here' }))).toEqual({ still: 'here' });
  });
});
