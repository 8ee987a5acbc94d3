import { expect, test } from 'vitest';
import { answerOf, call, hostOf, tool } from './_fixtures/host.ts';

const MB = 1_048_576;

test('two hundred invocations, good and bad, leave a host that works and a process that has not grown', async () => {
  const bad = [
    tool('throws'),
    tool('exits'),
    tool('throwsLater'),
    tool('spins', { timeoutSeconds: 0.1 }),
    tool('leaksBuffers', { memoryMb: 128 }),
  ];
  const { host } = hostOf([tool('echo'), tool('environment'), ...bad], { maxEnvironments: 6 });
  const names = [
    'echo',
    'environment',
    'echo',
    'throws',
    'environment',
    'echo',
    'exits',
    'echo',
    'spins',
    'throwsLater',
  ];
  const before = process.memoryUsage().rss;
  let most = 0;

  const calls = Array.from({ length: 200 }, async (_, index) => {
    const name = index % 40 === 0 ? 'leaksBuffers' : names[index % names.length]!;
    const aborted = index % 25 === 0;
    const result = await call(host, name, { index }, aborted ? AbortSignal.timeout(index * 5) : undefined).catch(
      () => 'aborted',
    );
    most = Math.max(most, host.stats.environments);
    return typeof result === 'string' ? result : (result.functionError ?? 'answered');
  });
  const ends = await Promise.all(calls);

  expect(ends.filter((end) => end === 'answered').length).toBeGreaterThan(100);
  expect(ends.filter((end) => end === 'Unhandled').length).toBeGreaterThan(60);
  expect(ends.filter((end) => end === 'aborted').length).toBeLessThanOrEqual(8);
  expect(most).toBeLessThanOrEqual(6);
  expect(host.stats.waiting).toBe(0);
  expect(answerOf(await call(host, 'echo', { still: 'here' }))).toEqual({ still: 'here' });
  await host.close();
  expect(host.stats).toEqual({ environments: 0, idle: 0, waiting: 0 });
  expect(process.memoryUsage().rss - before).toBeLessThan(600 * MB);
});
