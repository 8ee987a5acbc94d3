/** A run as the history of its execution tells it: of a Standard machine, or of an Express one that is logged. */
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { PreparedPlan } from '../../compiler/prepare.ts';
import type { EventLog } from '../event-log.ts';
import { roundMs } from '../outcome.ts';
import type { RunRecord } from '../records.ts';
import type { EarlyEnd } from '../run-record.ts';
import { endOfRun } from './end.ts';
import { failureOf } from './failure.ts';
import { HistoryFollower, type Sight } from './history.ts';
import type { SeenAction, SeenCall } from './seen.ts';
import type { Settlement } from './settlement.ts';

export class HistoryRun {
  readonly #plan: PreparedPlan;
  readonly #settlement: Settlement;
  readonly #events: EventLog;
  readonly #follower = new HistoryFollower();
  readonly #started = new Set<string>();
  readonly #itemsDone = new Map<string, number>();
  /** The action in whose name the machine ended the run. */
  #stopper: string | undefined;

  constructor(plan: PreparedPlan, settlement: Settlement, events: EventLog) {
    this.#plan = plan;
    this.#settlement = settlement;
    this.#events = events;
  }

  get hasEnded(): boolean {
    return this.#follower.end !== undefined;
  }

  /** Events up to this one have been taken. */
  get lastEventId(): number {
    return this.#follower.lastId;
  }

  /** Takes the next events of the history, in order. */
  async follow(events: readonly HistoryEvent[]): Promise<void> {
    for (const sight of this.#follower.follow(events)) await this.#tell(sight);
  }

  /** Once it has ended: settles what is left. */
  async finish(warnings: readonly string[]): Promise<RunRecord> {
    const end = this.#follower.end!;
    const early = end.status === 'FAILED' ? await this.#whatStopped() : undefined;
    return this.#close(end.at, early ?? endOfRun(end, this.#plan), warnings);
  }

  /** Nobody waits for the execution any more. */
  abandon(reason: string, at: number, warnings: readonly string[]): Promise<RunRecord> {
    return this.#close(at, { status: 'cancelled', message: reason }, warnings);
  }

  async #close(at: number, earlyEnd: EarlyEnd | undefined, warnings: readonly string[]): Promise<RunRecord> {
    for (const id of this.#plan.dependencies.order) {
      if (this.#settlement.has(id)) continue;
      await this.#settlement.cancel(id, this.#follower.actions.get(id), at, earlyEnd?.message ?? 'the run ended');
    }
    const startedAt = this.#follower.startedAt ?? at;
    return this.#settlement.finish({ startedAt, finishedAt: at }, earlyEnd, warnings);
  }

  async #tell(sight: Sight): Promise<void> {
    switch (sight.kind) {
      case 'started':
        return this.#tellStart(sight.id, sight.at);
      case 'retried':
        return this.#tellRetry(sight);
      case 'item':
        return this.#tellItem(sight);
      case 'ended':
        return this.#settlement.settle(sight.id, this.#follower.actions.get(sight.id)!, sight.at);
      case 'won':
        return this.#tellWinner(sight.id, sight.at);
      case 'stopped':
        this.#stopper = sight.id;
    }
  }

  #tellStart(id: string, at: number): void {
    if (this.#started.has(id)) return;
    this.#started.add(id);
    const { tool } = this.#action(id);
    this.#events.emit({ type: 'action_started', action_id: id, tool_name: tool.name }, at);
  }

  #tellRetry({ id, item, at, call }: Extract<Sight, { kind: 'retried' }>): void {
    if (call.end === undefined || call.end.kind === 'result') return;
    const { errorType, message } = failureOf(call.end, this.#action(id).timeoutSeconds);
    const which = item === undefined ? '' : `item ${item}: `;
    const told = `${which}attempt ${call.attempts} failed, trying again: ${errorType}: ${message}`;
    const { attempts: attempt } = call;
    const delay = roundMs(at - (call.endedAt ?? at));
    const ofItem = item !== undefined && { item };
    this.#events.emit(
      {
        type: 'progress',
        action_id: id,
        message: told,
        attempt,
        delay_ms: delay,
        error_type: errorType,
        error: message,
        ...ofItem,
      },
      at,
    );
  }

  /** It ends its race, and with that all who are still in it. */
  async #tellWinner(id: string, at: number): Promise<void> {
    for (const member of this.#settlement.won(id)) {
      if (this.#settlement.has(member)) continue;
      await this.#settlement.cancel(member, this.#follower.actions.get(member), at, 'the run ended');
    }
  }

  #tellItem({ id, item, at, call }: Extract<Sight, { kind: 'item' }>): void {
    const done = (this.#itemsDone.get(id) ?? 0) + 1;
    this.#itemsDone.set(id, done);
    const message = `item ${item} ${call.end?.kind === 'result' ? 'succeeded' : 'failed'}`;
    const items = this.#follower.actions.get(id)!.items!.length;
    this.#events.emit({ type: 'progress', action_id: id, message, item, items_done: done, items }, at);
  }

  /** The action whose failure nothing caught, or in whose name the machine failed. */
  async #whatStopped(): Promise<EarlyEnd | undefined> {
    if (this.#stopper !== undefined) return this.#settlement.stoppedBy(this.#stopper);
    const { error, cause } = this.#follower.end!;
    const uncaught = [...this.#follower.actions].filter(([id]) => !this.#settlement.has(id));
    const failures = uncaught.flatMap(([id, seen]) => {
      const failed = failingCall(seen, error);
      return failed === undefined ? [] : [{ id, seen, failed, at: failed.endedAt! }];
    });
    // An error that is about to be caught at the same instant looks the same but for its cause.
    const same = failures.filter(({ failed: { end } }) => end?.kind === 'error' && end.cause === cause);
    const last = (same.length > 0 ? same : failures).sort((one, other) => one.at - other.at).at(-1);
    if (last === undefined) return undefined;
    await this.#settlement.settle(last.id, { ...last.seen, end: last.failed.end }, last.at);
    return this.#settlement.stoppedBy(last.id);
  }

  #action(id: string) {
    return this.#plan.actions.find((action) => action.id === id)!;
  }
}

/** The call of an action, or of an item of it, that failed with this error. */
function failingCall(seen: SeenAction, error: string | undefined): SeenCall | undefined {
  const calls = [seen, ...(seen.items ?? [])].filter((call) => call !== undefined);
  return calls.find(({ end }) => {
    if (end?.kind === 'returned') return true;
    return end?.kind === 'error' && end.error === error;
  });
}
