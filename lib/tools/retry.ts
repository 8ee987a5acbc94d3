/** How often and when a failed attempt is repeated: the fields of an ASL retrier, in the plan's spelling. */
import * as z from 'zod';

/** Bounds of Step Functions' Retry: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
export const RETRY_LIMITS = { number: 99_999_999, maxDelaySeconds: 31_622_400 } as const;

const whole = (least: number, most: number) => z.int().min(least).max(most);

/** The field `retry` of an action, the settings or a tool. */
/** Also as AWS writes it, `FULL`, and as a yes or no. */
function jitterOf(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 'full' : 'none';
  return value === 'FULL' || value === 'NONE' ? value.toLowerCase() : value;
}

export const retrySchema = z
  .strictObject({
    max_attempts: whole(0, RETRY_LIMITS.number).describe('Further tries after the first one; 0 never tries again.'),
    interval_seconds: whole(1, RETRY_LIMITS.number).describe('Seconds before the second try.'),
    backoff_rate: z.number().min(1).max(RETRY_LIMITS.number).describe('The interval is multiplied by this each time.'),
    max_delay_seconds: whole(1, RETRY_LIMITS.maxDelaySeconds).describe('No interval is longer than this.'),
    jitter: z
      .preprocess(jitterOf, z.enum(['none', 'full']))
      .describe('full: each interval is drawn uniformly from 0 to its length.'),
  })
  .partial();

/** What was said about retries; the rest comes from the next that says something. */
export type RetryOptions = z.infer<typeof retrySchema>;

/** A complete retry policy. Durations are in seconds. */
export interface RetryPolicy {
  maxAttempts: number;
  intervalSeconds: number;
  backoffRate: number;
  maxDelaySeconds?: number;
  jitter: 'none' | 'full';
}

/** Step Functions' defaults. */
export const DEFAULT_RETRY: RetryPolicy = { maxAttempts: 3, intervalSeconds: 1, backoffRate: 2, jitter: 'none' };

/** The policy that results from options of falling precedence: the first that sets a field decides it. */
export function retryPolicy(...options: (RetryOptions | undefined)[]): RetryPolicy {
  const merged: RetryOptions = Object.assign({}, ...options.toReversed());
  return {
    maxAttempts: merged.max_attempts ?? DEFAULT_RETRY.maxAttempts,
    intervalSeconds: merged.interval_seconds ?? DEFAULT_RETRY.intervalSeconds,
    backoffRate: merged.backoff_rate ?? DEFAULT_RETRY.backoffRate,
    ...(merged.max_delay_seconds !== undefined && { maxDelaySeconds: merged.max_delay_seconds }),
    jitter: merged.jitter ?? DEFAULT_RETRY.jitter,
  };
}

/** Seconds to wait before the n-th retry (1 is the first); `random` gives numbers in [0, 1) for the jitter. */
export function retryDelaySeconds(policy: RetryPolicy, retry: number, random: () => number): number {
  const backedOff = policy.intervalSeconds * policy.backoffRate ** (retry - 1);
  const delay = Math.min(backedOff, policy.maxDelaySeconds ?? RETRY_LIMITS.maxDelaySeconds);
  return policy.jitter === 'full' ? delay * random() : delay;
}
