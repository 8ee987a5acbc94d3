/** When a plan that Step Functions does not take may be run directly instead: when nothing of it can have been started. */
import { SFNServiceException } from '@aws-sdk/client-sfn';
import type { PreparedPlan } from '../../compiler/prepare.ts';

/** The request never left: there was nobody to take it. */
const UNREACHED: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
const THROTTLING: readonly string[] = ['ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded'];
/** The request may have been taken, although nothing was answered. */
const UNANSWERED: readonly string[] = [
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'TimeoutError',
  'RequestTimeout',
  'NetworkingError',
];

/** Why Step Functions could not run it, if the plan may be run directly for that; undefined if it may not. */
export function reasonToRunDirectly(fault: unknown, { actions }: PreparedPlan): string | undefined {
  const errors = [...causesOf(fault)];
  const names = errors.flatMap((error) => [error.name, ...('code' in error ? [String(error.code)] : [])]);
  const has = (known: readonly string[]) => names.some((name) => known.includes(name));
  if (has(UNREACHED)) return 'Step Functions could not be reached';
  if (has(THROTTLING)) return 'Step Functions asked for less at once';

  const isOfService = errors.some((error) => error instanceof SFNServiceException && error.$fault === 'server');
  const isRepeatable = actions.every(({ tool }) => tool.idempotent);
  if (isRepeatable && (isOfService || has(UNANSWERED))) return 'Step Functions did not answer';
  return undefined;
}

/** An error and what it was caused by. */
function* causesOf(thrown: unknown): Generator<Error> {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 10; error = error.cause, depth++) {
    yield error;
    // Node gathers the attempts at several addresses of a host.
    if (error instanceof AggregateError) for (const inner of error.errors) if (inner instanceof Error) yield inner;
  }
}
