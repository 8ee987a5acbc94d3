/** Where a run stands, kept up to date by its events. Times are those of the events, not of their arrival. */
import type { RunEvent } from '../../engine/events.ts';
import type { ActionStatus } from '../../engine/records.ts';
import { isFailure } from './status.ts';

export interface RunningAction {
  id: string;
  toolName: string;
  startedAt: number;
  /** The newest that its progress said, or empty. */
  message: string;
  /** When the next attempt begins, while it waits for one. */
  retryAt: number | undefined;
  /** The attempt that runs now or is waited for. */
  attempt: number;
}

export class RunState {
  name = '';
  startedAt = Number.NaN;
  /** Ids in the order of the plan. */
  ids: string[] = [];
  readonly running = new Map<string, RunningAction>();
  readonly #ended = new Map<string, ActionStatus>();

  apply(event: RunEvent): void {
    const time = Date.parse(event.time);
    switch (event.type) {
      case 'run_started':
        this.name = event.name;
        this.startedAt = time;
        this.ids = event.actions.map(({ id }) => id);
        this.running.clear();
        this.#ended.clear();
        break;
      case 'action_started':
        this.running.set(event.action_id, {
          id: event.action_id,
          toolName: event.tool_name,
          startedAt: time,
          message: '',
          retryAt: undefined,
          attempt: 1,
        });
        break;
      case 'progress':
        this.#progress(event, time);
        break;
      case 'action_completed':
      case 'action_failed':
      case 'action_skipped':
        this.running.delete(event.action_id);
        this.#ended.set(event.action_id, event.record.status);
        break;
      case 'run_completed':
        this.running.clear();
        break;
    }
  }

  #progress(event: Extract<RunEvent, { type: 'progress' }>, time: number): void {
    const action = this.running.get(event.action_id);
    if (action === undefined) return;
    action.message = event.items === undefined ? event.message : `${event.items_done ?? 0}/${event.items} items`;
    action.retryAt = event.delay_ms === undefined ? undefined : time + event.delay_ms;
    if (event.delay_ms !== undefined) action.attempt = (event.attempt ?? action.attempt) + 1;
  }

  get total(): number {
    return Math.max(this.ids.length, this.#ended.size + this.running.size);
  }

  get done(): number {
    return this.#ended.size;
  }

  get failed(): number {
    return [...this.#ended.values()].filter(isFailure).length;
  }
}
