/** One action from its condition to its outcome, once all that it waits for has ended. */
import type { Json } from '../../core/json.ts';
import { conditionHolds, resolveList, type Scope } from '../../plan/evaluate.ts';
import type { ResolvedAction } from '../../plan/resolve.ts';
import { AbortGroup } from '../abort-group.ts';
import { type Outcome, roundMs } from '../outcome.ts';
import type { ItemRecord } from '../records.ts';
import { type ActionServices, attempt, type Call, type Fault, hasFailed, performCall } from './perform-call.ts';

/** Why an action was cancelled: the reason of its abort signal. */
export class Cancellation extends Error {}

/** Rejects only for a fault of the engine itself: whatever else happens is an outcome. */
export function performAction(
  action: ResolvedAction,
  scope: Scope,
  services: ActionServices,
  signal: AbortSignal,
): Promise<Outcome> {
  return new Performance(action, scope, services, signal).run();
}

class Performance {
  readonly #action: ResolvedAction;
  readonly #scope: Scope;
  readonly #services: ActionServices;
  readonly #signal: AbortSignal;
  #startedAt: number | undefined;

  constructor(action: ResolvedAction, scope: Scope, services: ActionServices, signal: AbortSignal) {
    this.#action = action;
    this.#scope = scope;
    this.#services = services;
    this.#signal = signal;
  }

  async run(): Promise<Outcome> {
    const { when, forEach } = this.#action;
    if (when !== undefined) {
      const holds = await attempt(() => conditionHolds(when, this.#scope));
      if ('fault' in holds) return this.#notInvoked(holds.fault);
      if (!holds.value) {
        const reason = `its condition does not hold: ${when.text}`;
        return { status: 'skipped', attempts: 0, reason, conditionFalse: true };
      }
    }
    if (forEach === undefined) return this.#runOnce();
    const list = await attempt(() => resolveList(forEach, this.#scope));
    return 'fault' in list ? this.#notInvoked(list.fault) : this.#runList(list.value);
  }

  async #runOnce(): Promise<Outcome> {
    const call = await this.#call(undefined, this.#scope, this.#signal);
    const { attempts } = call;
    if (call.status === 'cancelled') return this.#cancelled({ attempts });
    if (call.status === 'succeeded') return this.#ended({ status: 'succeeded', result: call.result, attempts });
    return this.#orFallback({ status: call.status, error: call.fault, attempts }, call.ofPlan);
  }

  async #runList(list: readonly Json[]): Promise<Outcome> {
    if (list.length === 0) this.#begin();
    const calls = await this.#runItems(list);
    const attempts = calls.reduce((most, call) => Math.max(most, call.attempts), 0);
    const items = calls.map(itemRecord);
    if (this.#signal.aborted) return this.#cancelled({ attempts, items });

    const failed = calls.filter(hasFailed);
    const first = failed[0];
    if (first === undefined) {
      const results = calls.map((call) => (call.status === 'succeeded' ? call.result : null));
      const result = this.#action.action.mode === 'fire_and_forget' ? null : results;
      return this.#ended({ status: 'succeeded', result, attempts, items });
    }
    const which = `${failed.length} of ${calls.length} items failed; item ${calls.indexOf(first)}`;
    const error = { type: first.fault.type, message: `${which}: ${first.fault.message}` };
    const ofPlan = failed.some((call) => call.ofPlan);
    return this.#orFallback({ status: 'failed', error, attempts, items }, ofPlan);
  }

  async #runItems(list: readonly Json[]): Promise<Call[]> {
    const group = new AbortGroup(this.#signal);
    let done = 0;
    const runItem = async (item: Json, index: number): Promise<Call> => {
      const variables: [string, Json][] = [
        ['item', item],
        ['index', index],
      ];
      const call = await group.run((signal) => this.#call(index, this.#scope.with(variables), signal));
      if (hasFailed(call) && this.#services.stopOnFailure) group.abort(new Cancellation(`item ${index} failed`));
      if (call.status !== 'cancelled') this.#announceItem(index, call.status, ++done, list.length);
      return call;
    };
    try {
      if (!this.#action.itemsInOrder) return await Promise.all(list.map(runItem));
      const calls: Call[] = [];
      for (const [index, item] of list.entries()) calls.push(await runItem(item, index));
      return calls;
    } finally {
      group.close();
    }
  }

  #call(index: number | undefined, scope: Scope, signal: AbortSignal): Promise<Call> {
    return performCall({ action: this.#action, index, scope, services: this.#services, signal }, () => this.#begin());
  }

  /** The first invocation of the action is about to be made. */
  #begin(): void {
    if (this.#startedAt !== undefined) return;
    this.#startedAt = this.#services.clock.now();
    const { id, tool } = this.#action;
    this.#services.emit({ type: 'action_started', action_id: id, tool_name: tool.name });
  }

  #announceItem(index: number, status: string, done: number, items: number): void {
    const message = `item ${index} ${status}`;
    this.#services.emit({
      type: 'progress',
      action_id: this.#action.id,
      message,
      item: index,
      items_done: done,
      items,
    });
  }

  #ended(outcome: Outcome): Outcome {
    return { ...outcome, startedAt: this.#startedAt ?? this.#services.clock.now() };
  }

  /** The fallback stands in where the tool failed; a mistake of the plan itself stays a failure. */
  #orFallback(failed: Outcome, ofPlan: boolean): Outcome {
    const { fallback, mode } = this.#action.action;
    if (fallback === undefined || ofPlan || mode === 'fire_and_forget') return this.#ended(failed);
    const reason = 'every attempt failed; this is its fallback';
    return this.#ended({ ...failed, status: 'fallback', result: fallback, reason });
  }

  #cancelled(begun: Pick<Outcome, 'attempts' | 'items'>): Outcome {
    const reason = whyCancelled(this.#signal, this.#startedAt !== undefined);
    if (this.#startedAt === undefined) return { status: 'cancelled', reason, ...begun };
    return { status: 'cancelled', reason, ...begun, startedAt: this.#startedAt };
  }

  #notInvoked(error: Fault): Outcome {
    return this.#ended({ status: 'failed', attempts: 0, error });
  }
}

function whyCancelled({ reason }: AbortSignal, hadStarted: boolean): string {
  const why = reason instanceof Error ? reason.message : 'the run ended';
  return `${why}; ${hadStarted ? 'its outcome is unknown' : 'it had not started'}`;
}

function itemRecord(call: Call, index: number): ItemRecord {
  const { status, attempts } = call;
  const item = { index, status, attempts, execution_time_ms: roundMs(call.executionMs) };
  if (call.status === 'succeeded') return { ...item, result: call.result };
  if (call.status === 'cancelled') return { ...item, error: whyCancelled(call.signal, attempts > 0) };
  return { ...item, error: call.fault.message, error_type: call.fault.type };
}
