/** How a run ended that did not go to its end by itself. */
import { MAX_EXPRESS_SECONDS } from '../../asl/limits.ts';
import { readStateName } from '../../compiler/emit/state-names.ts';
import type { PreparedPlan } from '../../compiler/prepare.ts';
import type { EarlyEnd } from '../run-record.ts';
import { DATA_LIMIT, DATA_LIMIT_EXCEEDED } from './failure.ts';
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
  if (error === DATA_LIMIT_EXCEEDED) return { status: 'failed', message: `${tooMuch(cause)}${HINT}` };
  const why = [error, cause].filter((part) => part !== undefined).join(': ');
  return { status: 'failed', message: 'the execution failed', ...(why !== '' && { cause: why }) };
}

/** A Standard machine carries what later actions use, and no more. */
const HINT = '; the engine standard carries less than express, and direct has no such limit';

/** The cause names the state: `The state/task 'Parallel 1' returned a result with a size exceeding …`. */
function tooMuch(cause = ''): string {
  const state = /'([^']+)'/.exec(cause)?.[1];
  const where =
    state === undefined ? '' : ` after ${readStateName(state)?.id ?? `the actions side by side in ${state}`}`;
  return `the results that the run carries${where} are larger than ${DATA_LIMIT} between two states`;
}
