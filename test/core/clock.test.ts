import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Clock, realClock, VirtualClock } from '../../lib/core/clock.ts';

const HOUR = 3_600_000;

/** Sleeps and notes when it woke. */
function sleeper(clock: Clock, notes: string[]) {
  return async (name: string, ms: number, signal?: AbortSignal) => {
    try {
      await clock.sleep(ms, signal);
      notes.push(`${name} at ${clock.now()}`);
    } catch (reason) {
      notes.push(`${name} aborted at ${clock.now()}: ${reason}`);
    }
  };
}

describe('VirtualClock', () => {
  it('wakes in the order of time, then of arrival, without waiting', async () => {
    const clock = new VirtualClock(1000);
    const notes: string[] = [];
    const sleep = sleeper(clock, notes);
    const started = performance.now();

    await Promise.all([sleep('b', HOUR), sleep('a', 5), sleep('c', HOUR), sleep('now', 0), sleep('past', -5)]);

    expect(notes).toEqual(['now at 1000', 'past at 1000', 'a at 1005', `b at ${1000 + HOUR}`, `c at ${1000 + HOUR}`]);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('lets what one wakes come to rest before the next wakes', async () => {
    const clock = new VirtualClock();
    const notes: string[] = [];
    const sleep = sleeper(clock, notes);
    const chain = async () => {
      await sleep('first', 10);
      for (let step = 0; step < 50; step++) await Promise.resolve();
      notes.push(`steps done at ${clock.now()}`);
      await sleep('third', 5);
    };

    await Promise.all([chain(), sleep('second', 12), sleep('fourth', 20)]);

    expect(notes).toEqual(['first at 10', 'steps done at 10', 'second at 12', 'third at 15', 'fourth at 20']);
  });

  it('sleeps for nothing until all that is ready now was done', async () => {
    const clock = new VirtualClock();
    const notes: string[] = [];
    const sleep = sleeper(clock, notes);

    await Promise.all([
      sleep('a', 10),
      clock.sleep(10).then(() => sleep('decided', 0)),
      sleep('b', 10),
      sleep('later', 11),
    ]);

    expect(notes).toEqual(['a at 10', 'b at 10', 'decided at 10', 'later at 11']);
  });

  it('stops a sleep with the reason of its signal, and time goes on without it', async () => {
    const clock = new VirtualClock();
    const notes: string[] = [];
    const sleep = sleeper(clock, notes);
    const abort = new AbortController();

    await Promise.all([
      sleep('long', HOUR, abort.signal),
      sleep('short', 10).then(() => abort.abort('enough')),
      sleep('other', 20),
    ]);
    await sleep('too late', 5, abort.signal);

    expect(notes).toEqual([
      'short at 10',
      'long aborted at 10: enough',
      'other at 20',
      'too late aborted at 20: enough',
    ]);
    expect(clock.now()).toBe(20);
  });

  it('forgets the signal of a sleep that ended', async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    await clock.sleep(5, abort.signal);

    abort.abort('too late');

    await expect(clock.sleep(5)).resolves.toBeUndefined();
    expect(clock.now()).toBe(10);
  });
});

describe('realClock', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('keeps delays longer than one timer can', async () => {
    vi.useFakeTimers();
    const woke = vi.fn();
    const days = (n: number) => n * 24 * HOUR;

    void realClock.sleep(days(60)).then(woke);
    await vi.advanceTimersByTimeAsync(days(60) - 1);
    expect(woke).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);

    expect(woke).toHaveBeenCalledOnce();
  });

  it('is aborted at once, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    const abort = new AbortController();
    const sleep = expect(realClock.sleep(HOUR, abort.signal)).rejects.toBe('enough');

    abort.abort('enough');

    await sleep;
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    await expect(realClock.sleep(HOUR, abort.signal)).rejects.toBe('enough');
    await expect(realClock.sleep(0, abort.signal)).rejects.toBe('enough');
  });

  it('sleeps for nothing until all that is ready now was done', async () => {
    const notes: string[] = [];
    setImmediate(() => notes.push('ready'));

    await realClock.sleep(0);

    expect(notes).toEqual(['ready']);
  });

  it('tells the time', () => {
    expect(Math.abs(realClock.now() - Date.now())).toBeLessThan(1000);
  });
});
