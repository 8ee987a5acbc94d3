/** Runs a random plan with the direct engine on the virtual clock and keeps a trace of every invocation. */
import { preparePlan } from '../../lib/compiler/prepare.ts';
import { VirtualClock } from '../../lib/core/clock.ts';
import type { Json } from '../../lib/core/json.ts';
import { startDirectRun } from '../../lib/engine/direct/run.ts';
import type { RunEvent } from '../../lib/engine/events.ts';
import type { Answer, Invocation, Invoker } from '../../lib/engine/invoker.ts';
import type { RunRecord } from '../../lib/engine/records.ts';
import { TOOL_PERMANENT, TOOL_RETRYABLE } from '../../lib/tools/envelope.ts';
import { type ToolRegistry, toolRegistry } from '../../lib/tools/registry.ts';
import { toolSpecSchema } from '../../lib/tools/spec.ts';
import { type AttemptEnd, asDocument, type RandomAction, type RandomPlan } from './random-plan.ts';
import { GIVES, type GivesKind, INPUTS } from './rich-plan.ts';

export interface TracedCall {
  id: string;
  tool: string;
  /** What names the call to the tool: run, idempotency key, and how it is made. */
  identity: string;
  item: number;
  attempt: number;
  start: number;
  /** When it answered or was aborted. */
  end: number;
  how: AttemptEnd | 'aborted';
}

export interface TracedRun {
  run: RunRecord;
  events: RunEvent[];
  calls: TracedCall[];
  byId: Map<string, RunRecord['records'][number]>;
}

export function randomTools(cap: number | undefined): ToolRegistry {
  const limit = cap === undefined ? {} : { concurrency_cap: cap };
  return toolRegistry([
    toolSpecSchema.parse({ name: 'reader', idempotent: true, ...limit }),
    toolSpecSchema.parse({ name: 'writer', idempotent: true }),
    toolSpecSchema.parse({ name: 'fragile', idempotent: false }),
  ]);
}

export interface RunOptions {
  /** An earlier run of the plan that is continued. */
  resume?: RunRecord;
}

export async function runOnVirtualClock(plan: RandomPlan, { resume }: RunOptions = {}): Promise<TracedRun> {
  const clock = new VirtualClock();
  const { invoker, calls } = scripted(plan.actions, clock);
  const prepared = preparePlan(asDocument(plan), randomTools(plan.cap));
  const options = { invoker, clock, inputs: INPUTS, runId: 'run', random: () => 0.5 };
  const started = startDirectRun(prepared, { ...options, ...(resume && { resume }) });
  const run = await started.result;
  const events: RunEvent[] = [];
  for await (const event of started.events) events.push(event);
  return { run, events, calls, byId: new Map(run.records.map((record) => [record.id, record])) };
}

export interface Scripted {
  invoker: Invoker;
  calls: TracedCall[];
}

/** Functions that do what the scripts of the actions say. */
export function scripted(actions: RandomAction[], clock: VirtualClock): Scripted {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const attempts = new Map<string, number>();
  const calls: TracedCall[] = [];
  const invoke = async ({ functionName, event, mode, signal }: Invocation): Promise<Answer> => {
    const key = event.idempotency_key!;
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    const { script, rich } = byId.get(event.action_id!)!;
    const { end, seconds } = script[Math.min(attempt, script.length) - 1]!;
    const item = Number(key.split(':')[2] ?? 0);
    const call: TracedCall = {
      id: event.action_id!,
      tool: event.tool_name,
      identity: [functionName, event.tool_name, event.run_id, event.action_id, key, mode].join(' '),
      item,
      attempt,
      start: clock.now(),
      end: 0,
      how: end,
    };
    calls.push(call);
    try {
      if (mode === 'request') await clock.sleep(end === 'hang' ? 1e9 : seconds * 1000, signal);
    } catch (reason) {
      call.how = 'aborted';
      throw reason;
    } finally {
      call.end = clock.now();
    }
    return answerOf(end, mode, event, rich?.gives ?? 'full');
  };
  return { invoker: { invoke }, calls };
}

function answerOf(end: AttemptEnd, mode: Invocation['mode'], event: Invocation['event'], gives: GivesKind): Answer {
  if (end === 'throttled') return { ok: false, error: 'Lambda.TooManyRequestsException', message: 'Rate Exceeded.' };
  if (mode === 'event') return { ok: true, payload: null };
  if (end === 'crash') return { ok: false, error: 'Runtime.ExitError', message: 'exit status 1' };
  const envelope = { tool_name: event.tool_name, execution_time_ms: 1 };
  if (end === 'ok') {
    const result = GIVES[gives](event.input) as Json;
    return { ok: true, payload: gives === 'bare' ? result : { ...envelope, success: true, result } };
  }
  const failure = {
    ...envelope,
    success: false as const,
    error: 'no',
    error_type: 'no',
    retryable: end === 'retryable',
    status: 'failed' as const,
  };
  if (event.errors === 'return' || end === 'returned') return { ok: true, payload: failure };
  const error = failure.retryable ? TOOL_RETRYABLE : TOOL_PERMANENT;
  return { ok: false, error, message: JSON.stringify(failure) };
}
