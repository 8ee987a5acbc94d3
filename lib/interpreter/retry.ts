/** Retry and Catch of Task, Parallel and Map. */
import type { Catcher, MapState, ParallelState, Retrier, TaskState } from '../asl/definition.ts';
import type { StatesError } from './errors.ts';
import type { Finished, StateVisit, Transition } from './types.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const DEFAULTS = { IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 };

/** Attempts a state until it succeeds, no retrier applies any more, or a catcher takes the error. */
export async function withRetries(
  state: TaskState | ParallelState | MapState,
  visit: StateVisit,
  attempt: () => Promise<Finished>,
): Promise<Transition> {
  const { Retry: retriers = [], Catch: catchers = [] } = state;
  const used = retriers.map(() => 0);
  for (let retries = 0; ; retries++) {
    begin(visit, retries);
    let error: StatesError;
    try {
      return { output: visit.exit(await attempt()), next: state.Next };
    } catch (thrown) {
      error = visit.failure(thrown);
    }
    if (error.options.isTerminal) throw error;
    visit.resumption = undefined;

    const index = retriers.findIndex(({ ErrorEquals }) => matches(ErrorEquals, error));
    const retrier = retriers[index];
    if (retrier !== undefined && used[index]! < (retrier.MaxAttempts ?? DEFAULTS.MaxAttempts)) {
      const ms = delayMs(retrier, used[index]!, visit.run.random);
      used[index]! += 1;
      await visit.run.clock.sleep(ms, visit.scope.signal);
      continue;
    }

    if (state.Type !== 'Task' && !visit.isDecided && !error.options.isBeforeStart) {
      visit.isDecided = true;
      visit.tell(`${state.Type}StateFailed`);
    }
    const caught = catchers.findIndex(({ ErrorEquals }) => matches(ErrorEquals, error));
    if (caught < 0) throw error;
    return catchError(catchers[caught]!, caught, error, visit);
  }
}

/** A further attempt of a Parallel or a Map follows the event that entered it, as the first one does. */
function begin(visit: StateVisit, retryCount: number): void {
  visit.retryCount = retryCount;
  visit.isDecided = false;
  if (retryCount > 0 && visit.state.Type !== 'Task') visit.scope.last = visit.enteredId;
}

async function catchError(catcher: Catcher, index: number, error: StatesError, visit: StateVisit): Promise<Transition> {
  try {
    return { output: visit.exit(await visit.language.caught(catcher, index, error, visit)), next: catcher.Next };
  } catch (thrown) {
    throw visit.failure(thrown);
  }
}

/** Milliseconds before the next attempt, of which this retrier has granted `used`. */
function delayMs(retrier: Retrier, used: number, random: () => number): number {
  const { IntervalSeconds, BackoffRate, MaxDelaySeconds = Number.POSITIVE_INFINITY, JitterStrategy } = retrier;
  const interval = (IntervalSeconds ?? DEFAULTS.IntervalSeconds) * (BackoffRate ?? DEFAULTS.BackoffRate) ** used;
  const seconds = Math.min(interval, MaxDelaySeconds);
  return seconds * 1000 * (JitterStrategy === 'FULL' ? random() : 1);
}

function matches(names: readonly string[], { name, options }: StatesError): boolean {
  const isTimeout = name === 'States.Timeout' || name === 'States.HeartbeatTimeout';
  return names.some((candidate) => {
    if (candidate === name) return true;
    if (candidate === 'States.Timeout') return isTimeout;
    if (options.isOfState) return false;
    return candidate === 'States.ALL' || (candidate === 'States.TaskFailed' && !isTimeout);
  });
}
