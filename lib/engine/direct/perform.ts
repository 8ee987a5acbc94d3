/** One action from its condition to its outcome, once all that it waits for has ended. */
import { MAX_INLINE_MAP_CONCURRENCY } from '../../asl/limits.ts';
import type { Json } from '../../core/json.ts';
import { conditionHolds, resolveList, type Scope } from '../../plan/evaluate.ts';
import type { ResolvedAction } from '../../plan/resolve.ts';
import { AbortGroup } from '../abort-group.ts';
import { type Call, cancelled, type Fault, hasFailed, outcomeOfCall, outcomeOfList, triesOf } from '../calls.ts';
import type { Outcome } from '../outcome.ts';
import { type ActionServices, attempt, performCall, whyAborted } from './perform-call.ts';

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
    if (call.status === 'cancelled') return this.#cancelled({ attempts: call.attempts });
    return this.#ended(outcomeOfCall(this.#action, call));
  }

  async #runList(list: readonly Json[]): Promise<Outcome> {
    if (list.length === 0) this.#begin();
    const calls = await this.#runItems(list);
    if (this.#signal.aborted) return this.#cancelled(triesOf(calls));
    return this.#ended(outcomeOfList(this.#action, calls));
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
      return await inTurns(list, this.#action.itemsInOrder ? 1 : MAX_INLINE_MAP_CONCURRENCY, runItem);
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

  #cancelled(tried: Pick<Outcome, 'attempts' | 'items'>): Outcome {
    const outcome = cancelled(whyAborted(this.#signal), tried, this.#startedAt !== undefined);
    return this.#startedAt === undefined ? outcome : { ...outcome, startedAt: this.#startedAt };
  }

  #notInvoked(error: Fault): Outcome {
    return this.#ended({ status: 'failed', attempts: 0, error });
  }
}

/** At most so many at a time, the next in order as soon as one has ended; the results in order. */
async function inTurns<Item, Result>(
  items: readonly Item[],
  most: number,
  run: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  const worker = async () => {
    for (const [index, item] of left) results[index] = await run(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}
