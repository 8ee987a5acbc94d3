/** Which failed calls are tried again, as Step Functions' Retry. */
import type { Retrier } from '../../asl/definition.ts';
import type { ResolvedAction } from '../../plan/resolve.ts';
import { NEVER_RAN, PERMANENT } from '../../tools/error-names.ts';
import { DEFAULT_RETRY, type RetryPolicy } from '../../tools/retry.ts';
import { QUERY_ERROR } from './records.ts';

/**
 * One retrier decides. A tool that is not idempotent is called again only when it certainly never ran; an idempotent one
 * after everything but permanent errors, for which a retrier of no attempts stands before.
 */
export function retriersOf({ tool, retry }: ResolvedAction): Retrier[] {
  if (retry.maxAttempts === 0) return [];
  if (!tool.idempotent) return [{ ErrorEquals: [...NEVER_RAN], ...policyOf(retry) }];
  return [
    { ErrorEquals: [QUERY_ERROR, ...PERMANENT], MaxAttempts: 0 },
    { ErrorEquals: ['States.ALL'], ...policyOf(retry) },
  ];
}

/** What Step Functions does by itself is not said. */
function policyOf({
  maxAttempts,
  intervalSeconds,
  backoffRate,
  maxDelaySeconds,
  jitter,
}: RetryPolicy): Omit<Retrier, 'ErrorEquals'> {
  return {
    ...(maxAttempts !== DEFAULT_RETRY.maxAttempts && { MaxAttempts: maxAttempts }),
    ...(intervalSeconds !== DEFAULT_RETRY.intervalSeconds && { IntervalSeconds: intervalSeconds }),
    ...(backoffRate !== DEFAULT_RETRY.backoffRate && { BackoffRate: backoffRate }),
    ...(maxDelaySeconds !== undefined && { MaxDelaySeconds: maxDelaySeconds }),
    ...(jitter === 'full' && { JitterStrategy: 'FULL' as const }),
  };
}
