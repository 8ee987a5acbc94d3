/** Runs a plan in virtual time without invoking anything: an hour of calls, waits and retries in milliseconds. */

import type { PreparedPlan } from '../compiler/prepare.ts';
import { VirtualClock } from '../core/clock.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { type Behaviours, delaySeconds, type FakeFunctions, fakeFunctions, respond } from '../local/lambda/fakes.ts';
import { parseFunctionName } from '../local/lambda/names.ts';
import { startDirectRun } from './direct/run.ts';
import type { Answer, Invocation, Invoker } from './invoker.ts';
import type { StartedRun } from './started-run.ts';

export interface SimulateOptions {
  inputs?: JsonObject;
  /** Seconds per attempt and item, by action id; the estimate where none is given. */
  durations?: Readonly<Record<string, number>>;
  /** What listed functions do; a function that is not listed echoes its input. */
  behaviours?: Behaviours;
}

/** Virtual time begins at the epoch, so that the times of the records read as offsets and are the same each time. */
export function simulate(plan: PreparedPlan, { inputs, durations = {}, behaviours }: SimulateOptions = {}): StartedRun {
  const clock = new VirtualClock();
  const given = new Map(Object.entries(durations));
  const seconds = new Map(plan.actions.map(({ id, estimatedSeconds }) => [id, given.get(id) ?? estimatedSeconds]));
  const invoker = new SimulatedInvoker(fakeFunctions(behaviours ?? new Map()), seconds, clock);
  return startDirectRun(plan, { invoker, clock, runId: 'simulation', random: () => 0.5, ...(inputs && { inputs }) });
}

class SimulatedInvoker implements Invoker {
  readonly #functions: FakeFunctions;
  readonly #seconds: ReadonlyMap<string, number>;
  readonly #clock: VirtualClock;

  constructor(functions: FakeFunctions, seconds: ReadonlyMap<string, number>, clock: VirtualClock) {
    this.#functions = functions;
    this.#seconds = seconds;
    this.#clock = clock;
  }

  async invoke({ functionName, event, mode, signal }: Invocation): Promise<Answer> {
    signal.throwIfAborted();
    const behaviour = this.#functions.next(parseFunctionName(functionName)?.name ?? functionName);
    const outcome = behaviour === undefined ? undefined : respond(behaviour, event as JsonObject);
    if (outcome?.ok === false && 'missing' in outcome) return missing(functionName);
    if (mode === 'event') return { ok: true, payload: null };

    const waits = behaviour?.behavior === 'timeout' ? delaySeconds(behaviour) : this.#seconds.get(event.action_id!)!;
    await this.#clock.sleep(waits * 1000, signal);
    if (outcome === undefined) return echoOf(event, waits);
    if (outcome.ok) return { ok: true, payload: outcome.value };
    return { ok: false, error: outcome.error.errorType, message: outcome.error.errorMessage };
  }
}

function echoOf(event: Invocation['event'], seconds: number): Answer {
  const result = (event.input ?? null) as Json;
  return {
    ok: true,
    payload: { success: true, result, tool_name: event.tool_name, execution_time_ms: seconds * 1000 },
  };
}

function missing(functionName: string): Answer {
  const message = `Function not found: ${functionName}`;
  return { ok: false, error: 'Lambda.ResourceNotFoundException', message };
}
