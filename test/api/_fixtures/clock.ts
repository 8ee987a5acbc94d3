/** Time that runs faster than it does: a second of waiting takes ten milliseconds, and what is waited for is real. */
import { type Clock, realClock } from '../../../lib/core/clock.ts';

export function fastClock(times = 100): Clock {
  const begin = Date.now();
  return {
    now: () => begin + Math.round((performance.timeOrigin + performance.now() - begin) * times),
    sleep: (ms, signal) => realClock.sleep(ms / times, signal),
  };
}
