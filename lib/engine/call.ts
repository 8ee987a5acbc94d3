/** One call of a tool: attempts, each within its time, until one succeeds or none may follow. */
import type { Clock } from '../core/clock.ts';
import type { Json } from '../core/json.ts';
import type { ResolvedAction } from '../plan/resolve.ts';
import type { ToolEvent } from '../tools/envelope.ts';
import { retryDelaySeconds } from '../tools/retry.ts';
import { functionOf } from '../tools/spec.ts';
import { type Failure, mayRetry, readAnswer, timeoutFailure } from './failures.ts';
import type { Answer, Invoker } from './invoker.ts';

export interface CallServices {
  invoker: Invoker;
  clock: Clock;
  random: () => number;
}

export type CallOutcome = { attempts: number } & ({ result: Json } | { failure: Failure });

export interface CallObserver {
  onAttempt(attempt: number): void;
  onRetry(failure: Failure, attempt: number, delayMs: number): void;
}

/** Rejects only with the signal's reason; `observer` learns how many attempts had begun by then. */
export async function callTool(
  { tool, action, timeoutSeconds, retry }: ResolvedAction,
  event: ToolEvent,
  services: CallServices,
  signal: AbortSignal,
  observer: CallObserver,
): Promise<CallOutcome> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    observer.onAttempt(attempt);
    const mode = action.mode === 'fire_and_forget' ? 'event' : 'request';
    const invoke = (attemptSignal: AbortSignal) =>
      services.invoker.invoke({ functionName: functionOf(tool), event, mode, signal: attemptSignal });
    const answer = await withinTime(invoke, timeoutSeconds, services.clock, signal);
    const read = answer === 'timeout' ? { failure: timeoutFailure(timeoutSeconds) } : readAnswer(answer);
    if ('result' in read) return { attempts: attempt, result: mode === 'event' ? null : read.result };

    const { failure } = read;
    if (attempt > retry.maxAttempts || !mayRetry(failure, tool.idempotent)) return { attempts: attempt, failure };
    const delayMs = retryDelaySeconds(retry, attempt, services.random) * 1000;
    observer.onRetry(failure, attempt, delayMs);
    await services.clock.sleep(delayMs, signal);
  }
}

/** The answer, or `timeout`, after which the invocation is aborted. An answer at the very limit still counts. */
async function withinTime(
  invoke: (signal: AbortSignal) => Promise<Answer>,
  seconds: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Answer | 'timeout'> {
  const attempt = new AbortController();
  const timer = new AbortController();
  const forward = () => attempt.abort(signal.reason);
  signal.addEventListener('abort', forward, { once: true });
  const answer = invoke(attempt.signal);
  const limit = clock.sleep(seconds * 1000, timer.signal).then(() => 'timeout' as const);
  limit.catch(() => {}); // ended by the answer
  try {
    const first = await Promise.race([answer, limit]);
    if (first === 'timeout') {
      answer.catch(() => {}); // nobody waits for it any more
      attempt.abort(new Error('the attempt timed out'));
    }
    return first;
  } finally {
    timer.abort();
    signal.removeEventListener('abort', forward);
  }
}
