/** Where a run stands, kept up to date by its events. Times are those of the events, not of their arrival. */
import type { RunEvent } from '../../engine/events.ts';
import type { ActionStatus } from '../../engine/records.ts';
import { isFailedStatus, type ProgressEvent, retryReason } from './status.ts';

export interface RunningAction {
  id: string;
  toolName: string;
  startedAt: number;
  /** The newest that its progress said, or empty. */
  message: string;
  /** The newest attempt that follows a failed one. */
  retry: Retry | undefined;
}

export interface Retry {
  /** When it begins. */
  at: number;
  /** 2 is the first that can be one. */
  attempt: number;
  /** Of a list: which of its items it is for. */
  item: number | undefined;
  /** Why the attempt before failed. */
  why: string;
}

/** What is known of a run after the events that were applied so far. */
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
          retry: undefined,
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

  #progress(event: ProgressEvent, time: number): void {
    const action = this.running.get(event.action_id);
    if (action === undefined) return;
    const { delay_ms, attempt = action.retry?.attempt ?? 1, item, items, items_done = 0 } = event;
    if (delay_ms !== undefined) {
      action.retry = { at: time + delay_ms, attempt: attempt + 1, item, why: retryReason(event) };
    } else {
      action.message = items === undefined ? event.message : `${items_done}/${items} items`;
    }
  }

  get total(): number {
    return Math.max(this.ids.length, this.#ended.size + this.running.size);
  }

  get done(): number {
    return this.#ended.size;
  }

  get failed(): number {
    return [...this.#ended.values()].filter(isFailedStatus).length;
  }
}
