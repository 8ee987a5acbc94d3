/** The events of an execution, as GetExecutionHistory tells them. */
import type * as sfn from '@aws-sdk/client-sfn';
import { MAX_HISTORY_EVENTS } from '../asl/limits.ts';
import type { Clock } from '../core/clock.ts';
import { runtimeError } from './errors.ts';

export type HistoryEventType = sfn.HistoryEventType;

/** The member of an event that says more, such as `stateEnteredEventDetails`: at most one of them is there. */
export type HistoryEventDetails = Omit<sfn.HistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html */
export interface HistoryEvent extends HistoryEventDetails {
  /** From 1, without gaps. */
  id: number;
  /** The event that led to this one: the one before it in the same branch or iteration. 0 for the first. */
  previousEventId: number;
  /** Milliseconds since the epoch. */
  timestamp: number;
  type: HistoryEventType;
}

/**
 * Express has no limit on AWS; here a machine that goes round without waiting must end before the memory does. On AWS the
 * five minutes of an Express execution would be over about then.
 */
const MAX_EXPRESS_EVENTS = 500_000;

/** The events of one branch, one iteration, or the outermost machine: each has its own chain. */
export interface Trail {
  /** The id of the event that the next one follows. */
  last: number;
  /** Once it is aborted the trail has ended. */
  readonly signal: AbortSignal;
}

export interface HistoryOptions {
  type: 'STANDARD' | 'EXPRESS';
  clock: Clock;
  onEvent?: ((event: HistoryEvent) => void) | undefined;
  /** Of the execution that is continued. */
  lastId?: number;
}

/** Numbers the events of one execution and hands them on. */
export class History {
  #lastId: number;
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #onEvent: (event: HistoryEvent) => void;

  constructor({ type, clock, onEvent, lastId = 0 }: HistoryOptions) {
    this.#lastId = lastId;
    this.#limit = type === 'STANDARD' ? MAX_HISTORY_EVENTS : MAX_EXPRESS_EVENTS;
    this.#clock = clock;
    this.#onEvent = onEvent ?? (() => {});
  }

  /** Adds an event and gives its id. The last event that there may be is kept for the end of the execution. */
  add(trail: Trail, type: HistoryEventType, details?: HistoryEventDetails): number {
    trail.last = this.#record(trail, type, details);
    return trail.last;
  }

  /** The same for an event that the next one of its trail does not follow. */
  addBeside(trail: Trail, type: HistoryEventType, details?: HistoryEventDetails): void {
    this.#record(trail, type, details);
  }

  /** The event that ends the execution, or the one that continues it. */
  addOutside(previousEventId: number, type: HistoryEventType, details: HistoryEventDetails): void {
    this.#write(previousEventId, type, details);
  }

  #record(trail: Trail, type: HistoryEventType, details?: HistoryEventDetails): number {
    trail.signal.throwIfAborted();
    if (this.#lastId + 1 >= this.#limit) {
      throw runtimeError(`The execution reached the maximum number of history events (${this.#limit}).`);
    }
    return this.#write(trail.last, type, details);
  }

  #write(previousEventId: number, type: HistoryEventType, details?: HistoryEventDetails): number {
    const id = ++this.#lastId;
    this.#onEvent({ id, previousEventId, timestamp: this.#clock.now(), type, ...details });
    return id;
  }
}
