import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RETRY, type RetryPolicy, retryDelaySeconds, retryPolicy, retrySchema } from '../../lib/tools/retry.ts';

const never = () => {
  throw new Error('no chance was asked for');
};

describe('retryPolicy', () => {
  it('is that of Step Functions where nothing is said', () => {
    expect(retryPolicy(undefined, {})).toEqual({ maxAttempts: 3, intervalSeconds: 1, backoffRate: 2, jitter: 'none' });
  });

  it('takes each field from the first that says it', () => {
    const action = { max_attempts: 0 };
    const settings = { max_attempts: 5, interval_seconds: 5, max_delay_seconds: 60 };
    const tool = { max_attempts: 9, interval_seconds: 9, backoff_rate: 1, jitter: 'full' as const };

    expect(retryPolicy(action, settings, tool)).toEqual({
      maxAttempts: 0,
      intervalSeconds: 5,
      backoffRate: 1,
      maxDelaySeconds: 60,
      jitter: 'full',
    });
    expect(retryPolicy(tool, settings, action)).toMatchObject({ maxAttempts: 9, intervalSeconds: 9 });
  });
});

describe('retryDelaySeconds', () => {
  it.each<[string, Partial<RetryPolicy>, number[]]>([
    ['doubles', {}, [1, 2, 4, 8, 16]],
    ['stays', { backoffRate: 1, intervalSeconds: 7 }, [7, 7, 7, 7, 7]],
    ['grows by any rate', { backoffRate: 1.5, intervalSeconds: 2 }, [2, 3, 4.5, 6.75, 10.125]],
    ['stops growing', { maxDelaySeconds: 5 }, [1, 2, 4, 5, 5]],
    ['is cut from the first', { intervalSeconds: 10, maxDelaySeconds: 5 }, [5, 5, 5, 5, 5]],
  ])('%s', (_, policy, delays) => {
    const of = (retry: number) => retryDelaySeconds({ ...DEFAULT_RETRY, ...policy }, retry, never);

    expect([1, 2, 3, 4, 5].map(of)).toEqual(delays);
  });

  it('is finite after any number of tries', () => {
    const rate: RetryPolicy = { ...DEFAULT_RETRY, backoffRate: 99_999_999, intervalSeconds: 99_999_999 };

    expect(retryDelaySeconds(rate, 1_000_000, never)).toBe(31_622_400);
  });

  it('with full jitter is drawn from nothing to its length', () => {
    const policy = { ...DEFAULT_RETRY, jitter: 'full' as const };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (retry, chance) => {
        const delay = retryDelaySeconds(policy, retry, () => chance);

        expect(delay).toBeCloseTo(chance * 2 ** (retry - 1));
      }),
    );
  });
});

describe('retrySchema', () => {
  it.each([
    ['FULL', 'full'],
    ['NONE', 'none'],
    [true, 'full'],
    [false, 'none'],
  ])('takes jitter %s as %s', (written, meant) => {
    expect(retrySchema.parse({ jitter: written })).toEqual({ jitter: meant });
  });

  it.each([
    {},
    { max_attempts: 0, interval_seconds: 1, backoff_rate: 1, max_delay_seconds: 1, jitter: 'none' },
    { max_attempts: 99_999_999, interval_seconds: 99_999_999, backoff_rate: 99_999_999, max_delay_seconds: 31_622_400 },
  ])('allows %j', (options) => {
    expect(retrySchema.parse(options)).toEqual(options);
  });

  it.each([
    { max_attempts: -1 },
    { max_attempts: 100_000_000 },
    { interval_seconds: 0 },
    { interval_seconds: 1.5 },
    { backoff_rate: 0.99 },
    { max_delay_seconds: 31_622_401 },
    { jitter: 'half' },
    { attempts: 3 },
  ])('refuses %j', (options) => {
    expect(retrySchema.safeParse(options).success).toBe(false);
  });
});
