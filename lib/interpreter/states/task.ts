/** Task: one call of its Resource, within its time. */
import type { TaskState } from '../../asl/definition.ts';
import { MAX_PAYLOAD_BYTES } from '../../asl/limits.ts';
import type { Json } from '../../core/json.ts';
import { dataLimitError, heartbeatError, runtimeError, StatesError, timeoutError } from '../errors.ts';
import { isLongerThan, textOf } from '../payload.ts';
import { withRetries } from '../retry.ts';
import { type TaskEvents, taskEvents } from '../task-events.ts';
import type { TaskResult } from '../tasks.ts';
import type { StateVisit, Transition } from '../types.ts';

export function runTask(state: TaskState, visit: StateVisit): Promise<Transition> {
  return withRetries(state, visit, async () => visit.language.finish(state, visit, await attempt(state, visit)));
}

async function attempt(state: TaskState, visit: StateVisit): Promise<Json> {
  const { Resource: resource } = state;
  const argument = await visit.language.taskArguments(state, visit);
  const timeout = await visit.language.number(state, 'TimeoutSeconds', visit);
  const heartbeat = await visit.language.number(state, 'HeartbeatSeconds', visit);
  const text = textOf(argument);
  if (isLongerThan(text, MAX_PAYLOAD_BYTES)) throw dataLimitError(visit.name, true);
  if (!visit.run.tasks.supports(resource)) {
    throw visit.placed(runtimeError(`The resource '${resource}' cannot be called here.`));
  }
  const events = taskEvents(resource, visit);
  events.scheduled(text, timeout, heartbeat);
  events.started();
  const result = await call(resource, argument, visit, limitOf(timeout, heartbeat));
  return read(result, events);
}

interface Limit {
  seconds: number;
  error: StatesError;
}

/** Nothing that can be called here sends heartbeats: without one, the task fails when the first is due. */
function limitOf(timeout: number | undefined, heartbeat: number | undefined): Limit | undefined {
  if (heartbeat !== undefined && heartbeat < (timeout ?? Number.POSITIVE_INFINITY)) {
    return { seconds: heartbeat, error: heartbeatError() };
  }
  return timeout === undefined ? undefined : { seconds: timeout, error: timeoutError() };
}

/** What the resource answers, or the error of the limit that came first. An answer at the very limit still counts. */
async function call(
  resource: string,
  argument: Json,
  { run, scope }: StateVisit,
  limit: Limit | undefined,
): Promise<TaskResult | StatesError> {
  if (limit === undefined) return run.tasks.call({ resource, arguments: argument, signal: scope.signal });
  const attempt = new AbortController();
  const timer = new AbortController();
  const forward = () => attempt.abort(scope.signal.reason);
  scope.signal.addEventListener('abort', forward, { once: true });
  const answer = run.tasks.call({ resource, arguments: argument, signal: attempt.signal });
  const late = run.clock.sleep(limit.seconds * 1000, timer.signal).then(() => limit.error);
  late.catch(() => {}); // ended by the answer
  try {
    const first = await Promise.race([answer, late]);
    if (first instanceof StatesError) {
      answer.catch(() => {}); // nobody waits for it any more
      attempt.abort(first);
    }
    return first;
  } finally {
    timer.abort();
    scope.signal.removeEventListener('abort', forward);
  }
}

function read(result: TaskResult | StatesError, events: TaskEvents): Json {
  if (result instanceof StatesError) {
    events.timedOut(result);
    throw result;
  }
  if (!result.ok) {
    const error = new StatesError(result.error, result.cause, { isTerminal: result.error === 'States.Runtime' });
    events.failed(error);
    throw error;
  }
  const text = textOf(result.output);
  if (isLongerThan(text, MAX_PAYLOAD_BYTES)) {
    const error = dataLimitError(events.what, false);
    events.failed(error);
    throw error;
  }
  events.succeeded(text);
  return result.output;
}
