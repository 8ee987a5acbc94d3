import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FairQueue } from '../../../lib/local/lambda/queue.ts';

/** Serves the queue with `places` that each take one job after the other, and notes the order of the starts. */
function serve(queue: FairQueue<string>, places: number): string[] {
  const running: string[] = [];
  const order: string[] = [];
  const count = (name: string) => running.filter((job) => job.startsWith(name)).length;
  for (;;) {
    if (running.length === places) running.shift();
    const job = queue.next(count, () => true);
    if (job === undefined) return order;
    queue.remove(job[0]!, job);
    running.push(job);
    order.push(job);
  }
}

describe('invocations that wait', () => {
  test('start in order of arrival when they are of one function', () => {
    const queue = new FairQueue<string>();
    for (const job of ['a1', 'a2', 'a3']) queue.push('a', job);

    expect(serve(queue, 2)).toEqual(['a1', 'a2', 'a3']);
  });

  test('do not wait behind the many of another function', () => {
    const queue = new FairQueue<string>();
    for (let i = 0; i < 100; i++) queue.push('a', `a${i}`);
    for (let i = 0; i < 3; i++) queue.push('b', `b${i}`);

    const order = serve(queue, 4);

    expect(order.indexOf('b0')).toBe(1);
    expect(order.indexOf('b2')).toBeLessThan(10);
  });

  test('take turns where there is one environment', () => {
    const queue = new FairQueue<string>();
    for (const job of ['a1', 'b1', 'a2', 'b2']) queue.push(job[0]!, job);

    expect(serve(queue, 1)).toEqual(['a1', 'b1', 'a2', 'b2']);
  });

  test('all start, each once, whatever came and went', () => {
    const jobs = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(99)), {
      selector: ([name, number]) => `${name}${number}`,
    });
    fc.assert(
      fc.property(jobs, fc.integer({ min: 1, max: 5 }), fc.nat(3), (entries, places, leave) => {
        const queue = new FairQueue<string>();
        for (const [name, number] of entries) queue.push(name, `${name}${number}`);
        const gone = entries.slice(0, leave);
        for (const [name, number] of gone) queue.remove(name, `${name}${number}`);

        const order = serve(queue, places);

        const expected = entries.slice(leave).map(([name, number]) => `${name}${number}`);
        expect(order.toSorted()).toEqual(expected.toSorted());
        expect(queue.size).toBe(0);
      }),
    );
  });
});
