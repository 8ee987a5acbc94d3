/** How a run ended that did not go to its end by itself. */
import { MAX_EXPRESS_SECONDS } from '../../asl/limits.ts';
import type { PreparedPlan } from '../../compiler/prepare.ts';
import type { EarlyEnd } from '../run-record.ts';
import type { SeenExecutionEnd } from './history.ts';

/** Undefined for an execution that succeeded: its actions say what became of the run. */
export function endOfRun(end: Omit<SeenExecutionEnd, 'at'>, { settings }: PreparedPlan): EarlyEnd | undefined {
  const { status, error, cause } = end;
  if (status === 'SUCCEEDED') return undefined;
  if (status === 'TIMED_OUT') {
    const seconds = settings.timeout_seconds ?? MAX_EXPRESS_SECONDS;
    return { status: 'timed_out', message: `the run took longer than its ${seconds} s` };
  }
  if (status === 'ABORTED') return { status: 'cancelled', message: cause ?? 'the run was cancelled' };
  const why = [error, cause].filter((part) => part !== undefined).join(': ');
  return { status: 'failed', message: 'the execution failed', ...(why !== '' && { cause: why }) };
}
