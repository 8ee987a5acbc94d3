/** Small plans on the virtual clock: every call does what its input says. */
import { preparePlan } from '../../lib/compiler/prepare.ts';
import { VirtualClock } from '../../lib/core/clock.ts';
import type { Json, JsonObject } from '../../lib/core/json.ts';
import { startDirectRun } from '../../lib/engine/direct/run.ts';
import type { Answer, Invocation, Invoker } from '../../lib/engine/invoker.ts';
import type { ActionRecord, RunRecord } from '../../lib/engine/records.ts';
import type { StartedRun } from '../../lib/engine/started-run.ts';
import { toolRegistry } from '../../lib/tools/registry.ts';
import { toolSpecSchema } from '../../lib/tools/spec.ts';

/** What a scripted tool is told by its input. */
export interface Script {
  /** Seconds it takes; 1 if not given. */
  takes?: number;
  /** What it answers; its input if not given. */
  gives?: Json;
  /** Names of the errors of its first attempts. */
  fails?: string[];
}

export const scriptedTools = toolRegistry([
  toolSpecSchema.parse({ name: 'work', idempotent: true }),
  toolSpecSchema.parse({ name: 'fragile', idempotent: false }),
  toolSpecSchema.parse({ name: 'pair', idempotent: true, concurrency_cap: 2 }),
]);

export interface ScriptedRun extends StartedRun {
  clock: VirtualClock;
  /** `action@seconds` of every invocation, in order. */
  starts: string[];
  /** The idempotency key of every invocation. */
  keys: string[];
}

export function startScripted(
  actions: object[],
  {
    settings = {},
    inputs = {},
    random = () => 0.5,
  }: { settings?: object; inputs?: JsonObject; random?: () => number } = {},
): ScriptedRun {
  const clock = new VirtualClock();
  const starts: string[] = [];
  const keys: string[] = [];
  const plan = preparePlan({ settings, actions }, scriptedTools);
  const run = startDirectRun(plan, {
    invoker: scriptedInvoker(clock, starts, keys),
    clock,
    inputs,
    runId: 'run-1',
    random,
  });
  return { ...run, clock, starts, keys };
}

/** Runs to the end; records by id, times in seconds since the start. */
export async function runScripted(...args: Parameters<typeof startScripted>) {
  const started = startScripted(...args);
  const run = await started.result;
  const record = (id: string): ActionRecord => run.records.find((candidate) => candidate.id === id)!;
  return { run, starts: started.starts, keys: started.keys, record, statuses: statusesOf(run) };
}

export function statusesOf({ records }: RunRecord): Record<string, string> {
  return Object.fromEntries(records.map(({ id, status }) => [id, status]));
}

function scriptedInvoker(clock: VirtualClock, starts: string[], keys: string[]): Invoker {
  const attempts = new Map<string, number>();
  return {
    async invoke({ event, mode, signal }: Invocation): Promise<Answer> {
      const { takes = 1, fails = [], gives } = (event.input ?? {}) as Script;
      const key = event.idempotency_key!;
      const attempt = attempts.get(key) ?? 0;
      attempts.set(key, attempt + 1);
      keys.push(key);
      starts.push(`${event.action_id}@${clock.now() / 1000}`);
      if (mode === 'request') await clock.sleep(takes * 1000, signal);
      const error = fails[attempt];
      if (error !== undefined) return { ok: false, error, message: `${error} happened` };
      return { ok: true, payload: gives ?? (event.input as Json) };
    },
  };
}
