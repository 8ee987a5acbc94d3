/** An execution of a state machine: the interpreter's door. */
import type { MachineDefinition } from '../asl/definition.ts';
import { MAX_EXPRESS_SECONDS, MAX_STANDARD_SECONDS } from '../asl/limits.ts';
import type { Clock } from '../core/clock.ts';
import type { Json } from '../core/json.ts';
import { StatesError } from './errors.ts';
import { History, type HistoryEvent } from './history.ts';
import { Evaluator } from './jsonata/evaluator.ts';
import { jsonataLanguage } from './jsonata/language.ts';
import { jsonpathLanguage } from './jsonpath/language.ts';
import { runMachine } from './machine.ts';
import { NOT_TRUNCATED, textOf } from './payload.ts';
import { type MachineResumption, readHistory } from './redrive.ts';
import { createScope } from './scope.ts';
import type { TaskService } from './tasks.ts';
import { timestampOf } from './timestamp.ts';
import type { Run, Scope } from './types.ts';

export interface ExecutionOptions {
  /** A valid definition: see `validateDefinition` in lib/asl. It must not change any more. */
  definition: MachineDefinition;
  /** Neither must the input. */
  input: Json;
  type: 'STANDARD' | 'EXPRESS';
  /** What `$states.context` says of it. */
  context: {
    Execution: { Id: string; Name: string; RoleArn: string; StartTime: string };
    StateMachine: { Id: string; Name: string };
  };
  tasks: TaskService;
  clock: Clock;
  /** From 0 to below 1, for the jitter of retries. */
  random: () => number;
  /** Called with each event as it happens; their ids are without gaps, also across a redrive. */
  onEvent?: (event: HistoryEvent) => void;
  /** Continues a failed, timed out or aborted Standard execution from its own history. */
  redriveFrom?: readonly HistoryEvent[];
}

export interface Execution {
  /** Rejects only for a fault of the interpreter itself. */
  ended: Promise<ExecutionEnd>;
  /** Ends it as ABORTED, unless it has ended already. */
  stop(error?: string, cause?: string): void;
}

/** As DescribeExecution tells it: of a timeout it gives neither error nor cause. */
export type ExecutionEnd =
  | { status: 'SUCCEEDED'; output: Json }
  | { status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; error?: string; cause?: string };

/** States that follow one another without a turn of the event loop. */
const STATES_BEFORE_PAUSE = 1_000;

/** Why an execution ended before its machine did. */
class Ending {
  readonly status: 'TIMED_OUT' | 'ABORTED';
  readonly details: { error?: string; cause?: string };

  constructor(status: 'TIMED_OUT' | 'ABORTED', details: { error?: string; cause?: string }) {
    this.status = status;
    this.details = details;
  }
}

/** Starts an execution. Its first event comes after this function has returned. */
export function startExecution(options: ExecutionOptions): Execution {
  const controller = new AbortController();
  const ended = Promise.resolve().then(() => execute(options, controller));
  return {
    ended,
    stop(error, cause) {
      const details = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
      controller.abort(new Ending('ABORTED', details));
    },
  };
}

async function execute(options: ExecutionOptions, controller: AbortController): Promise<ExecutionEnd> {
  const { signal } = controller;
  const { clock, definition, input, redriveFrom } = options;
  const history = new History({ ...options, lastId: redriveFrom?.at(-1)?.id ?? 0 });
  const scope = createScope(0, signal);
  const resumption = redriveFrom && readHistory(definition, redriveFrom);
  tellBeginning(options, history, scope);

  const timer = new AbortController();
  const limit = clock.sleep(secondsOf(options) * 1000, timer.signal);
  limit.then(
    () => controller.abort(new Ending('TIMED_OUT', { error: 'States.Timeout' })),
    () => {}, // ended in time
  );
  const run = createRun(options, history);
  try {
    const output = await untilAborted(runMachine(run, definition, input, scope, resumption), signal);
    const executionSucceededEventDetails = { output: textOf(output), outputDetails: NOT_TRUNCATED };
    history.addOutside(scope.last, 'ExecutionSucceeded', { executionSucceededEventDetails });
    return { status: 'SUCCEEDED', output };
  } catch (thrown) {
    return tellEnd(thrown, history, scope);
  } finally {
    timer.abort();
    controller.abort(); // whatever is still under way has nobody to wait for it
  }
}

function tellBeginning({ input, context, redriveFrom }: ExecutionOptions, history: History, scope: Scope): void {
  if (redriveFrom === undefined) {
    const { RoleArn: roleArn } = context.Execution;
    const executionStartedEventDetails = { input: textOf(input), inputDetails: NOT_TRUNCATED, roleArn };
    scope.last = 1;
    history.addOutside(0, 'ExecutionStarted', { executionStartedEventDetails });
    return;
  }
  const executionRedrivenEventDetails = { redriveCount: redrivesOf(redriveFrom) };
  scope.last = (redriveFrom.at(-1)?.id ?? 0) + 1;
  history.addOutside(scope.last - 1, 'ExecutionRedriven', { executionRedrivenEventDetails });
}

/** How often the execution will have been redriven with this time. */
function redrivesOf(events: readonly HistoryEvent[]): number {
  return events.filter(({ type }) => type === 'ExecutionRedriven').length + 1;
}

function secondsOf({ definition, type }: ExecutionOptions): number {
  const most = type === 'STANDARD' ? MAX_STANDARD_SECONDS : MAX_EXPRESS_SECONDS;
  return Math.min(definition.TimeoutSeconds ?? most, most);
}

function createRun(
  { definition, input, context, tasks, clock, random, redriveFrom }: ExecutionOptions,
  history: History,
): Run {
  const RedriveCount = redriveFrom === undefined ? 0 : redrivesOf(redriveFrom);
  const redriven = redriveFrom !== undefined && { RedriveTime: timestampOf(clock.now()) };
  let states = 0;
  const run: Run = {
    definition,
    history,
    tasks,
    clock,
    random,
    evaluator: new Evaluator(definition, clock),
    languages: { JSONata: jsonataLanguage, JSONPath: jsonpathLanguage },
    context: {
      Execution: { ...context.Execution, Input: input, RedriveCount, ...redriven },
      StateMachine: { ...context.StateMachine },
    },
    region: context.StateMachine.Id.split(':')[3] || 'us-east-1',
    breathe: async (signal) => {
      states += 1;
      if (states % STATES_BEFORE_PAUSE === 0) await clock.sleep(0, signal);
    },
    runMachine: (machine, from, scope, resumption?: MachineResumption) =>
      runMachine(run, machine, from, scope, resumption),
  };
  return run;
}

/** What is aborted need not have come to rest. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  if (signal.aborted) reject(signal.reason);
  return Promise.race([work, promise]);
}

function tellEnd(thrown: unknown, history: History, scope: Scope): ExecutionEnd {
  if (thrown instanceof StatesError) {
    history.addOutside(scope.last, 'ExecutionFailed', { executionFailedEventDetails: thrown.details });
    return { status: 'FAILED', ...thrown.details };
  }
  if (!(thrown instanceof Ending)) throw thrown;
  const { status, details } = thrown;
  if (status === 'TIMED_OUT') {
    history.addOutside(0, 'ExecutionTimedOut', { executionTimedOutEventDetails: details });
    return { status };
  }
  history.addOutside(0, 'ExecutionAborted', { executionAbortedEventDetails: details });
  return { status, ...details };
}
