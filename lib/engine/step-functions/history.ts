/** Follows the history of a Standard execution: which call each event belongs to, and what became of it. */
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { readStateName } from '../../compiler/emit/state-names.ts';
import { isJsonObject, type Json } from '../../core/json.ts';
import { isEnvelope } from '../../tools/envelope.ts';
import type { SeenAction, SeenCall, SeenEnd } from './seen.ts';

/** How an execution ended. Times are milliseconds since the epoch. */
export interface SeenExecutionEnd {
  status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  at: number;
  error: string | undefined;
  cause: string | undefined;
}

/** What a batch of events brought, in order. */
export type Sight =
  /** The first call of an action was made. */
  | { kind: 'started'; id: string; at: number }
  | { kind: 'retried'; id: string; item: number | undefined; at: number; call: SeenCall }
  | { kind: 'item'; id: string; item: number; at: number; call: SeenCall }
  | { kind: 'ended'; id: string; at: number }
  /** A candidate has won its race. */
  | { kind: 'won'; id: string; at: number }
  /** The run ends because of this action. */
  | { kind: 'stopped'; id: string; at: number };

/** Of each event, what it belongs to. */
interface Context {
  call: SeenCall | undefined;
  action: string | undefined;
  item: number | undefined;
  list: string | undefined;
}

const NOWHERE: Context = { call: undefined, action: undefined, item: undefined, list: undefined };

export class HistoryFollower {
  readonly actions = new Map<string, SeenAction>();
  end: SeenExecutionEnd | undefined;
  lastId = 0;
  readonly #contexts = new Map<number, Context>();
  #startedAt: number | undefined;

  get startedAt(): number | undefined {
    return this.#startedAt;
  }

  /** Takes events in the order of their ids, none twice. */
  follow(events: readonly HistoryEvent[]): Sight[] {
    return events.flatMap((event) => this.#take(event));
  }

  #take(event: HistoryEvent): Sight[] {
    const id = event.id!;
    const at = event.timestamp!.valueOf();
    this.lastId = id;
    const before = this.#contexts.get(event.previousEventId ?? 0) ?? NOWHERE;
    const { context, sights } = this.#read(event, at, before);
    this.#contexts.set(id, context);
    return sights;
  }

  #read(event: HistoryEvent, at: number, context: Context): { context: Context; sights: Sight[] } {
    switch (event.type) {
      case 'ExecutionStarted':
        this.#startedAt = at;
        break;
      case 'TaskStateEntered':
        return this.#enterTask(event.stateEnteredEventDetails!.name!, at, context);
      case 'MapStateEntered':
        return this.#enterList(event.stateEnteredEventDetails!.name!, at, context);
      case 'FailStateEntered': {
        const state = readStateName(event.stateEnteredEventDetails!.name!);
        const kind = state?.role === 'won' ? 'won' : 'stopped';
        return { context: NOWHERE, sights: state === undefined ? [] : [{ kind, id: state.id, at }] };
      }
      case 'MapStateStarted':
        this.#list(context)!.items = Array.from({ length: event.mapStateStartedEventDetails?.length ?? 0 });
        return { context, sights: [{ kind: 'started', id: context.list!, at }] };
      case 'MapIterationStarted':
        return { context: { ...context, item: event.mapIterationStartedEventDetails!.index! }, sights: [] };
      case 'TaskScheduled':
        return { context, sights: this.#schedule(context, at) };
      case 'TaskSucceeded':
        endCall(context.call, answerOf(event.taskSucceededEventDetails?.output), at);
        break;
      case 'TaskFailed':
      case 'TaskStartFailed':
      case 'TaskSubmitFailed':
        endCall(context.call, errorOf(event.taskFailedEventDetails ?? event.taskStartFailedEventDetails), at);
        break;
      case 'TaskTimedOut':
        endCall(context.call, { kind: 'error', error: 'States.Timeout', cause: undefined }, at);
        break;
      case 'EvaluationFailed': {
        const failed = context.call ?? this.#list(context);
        // A failure that was returned is raised by the machine itself; what was returned says more.
        if (failed?.end?.kind !== 'returned') endCall(failed, errorOf(event.evaluationFailedEventDetails), at);
        // A condition that raises raises again where it is asked why the action did not run, and ends the run there.
        const state = readStateName(event.evaluationFailedEventDetails?.state ?? '');
        return { context, sights: state?.role === 'skipped' ? [{ kind: 'stopped', id: state.id, at }] : [] };
      }
      case 'TaskStateExited':
        return { context: { ...context, call: undefined }, sights: this.#exitTask(context, at) };
      case 'MapStateExited':
        return this.#exitList(context, at);
      case 'ExecutionSucceeded':
        this.end = { status: 'SUCCEEDED', at, error: undefined, cause: undefined };
        break;
      case 'ExecutionFailed':
        this.end = { status: 'FAILED', at, ...detailsOf(event.executionFailedEventDetails) };
        break;
      case 'ExecutionTimedOut':
        this.end = { status: 'TIMED_OUT', at, ...detailsOf(event.executionTimedOutEventDetails) };
        break;
      case 'ExecutionAborted':
        this.end = { status: 'ABORTED', at, ...detailsOf(event.executionAbortedEventDetails) };
        break;
      case 'ExecutionRedriven':
        this.end = undefined;
        break;
    }
    return { context, sights: [] };
  }

  #list({ list }: Context): SeenAction | undefined {
    return list === undefined ? undefined : this.actions.get(list);
  }

  #enterTask(state: string, at: number, context: Context) {
    const read = readStateName(state);
    const action = read?.role === 'task' ? read.id : undefined;
    const call: SeenCall = { enteredAt: at, endedAt: undefined, attempts: 0, end: undefined };
    const list = this.#list(context);
    if (list !== undefined && context.item !== undefined) list.items![context.item] = call;
    else if (action !== undefined) {
      const seen: SeenAction = { ...call, items: undefined };
      this.actions.set(action, seen);
      return { context: { ...context, call: seen, action }, sights: [] };
    }
    return { context: { ...context, call, action }, sights: [] };
  }

  #enterList(state: string, at: number, context: Context) {
    const read = readStateName(state);
    if (read?.role !== 'list') return { context, sights: [] };
    const list = read.id;
    this.actions.set(list, { enteredAt: at, endedAt: undefined, attempts: 0, end: undefined, items: undefined });
    return { context: { ...NOWHERE, list }, sights: [] };
  }

  #schedule({ call, action, item }: Context, at: number): Sight[] {
    if (call === undefined || action === undefined) return [];
    const sights: Sight[] = [];
    if (call.attempts === 0 && item === undefined) sights.push({ kind: 'started', id: action, at });
    if (call.attempts > 0) sights.push({ kind: 'retried', id: action, item, at, call: { ...call } });
    call.attempts++;
    call.end = undefined;
    call.endedAt = undefined;
    return sights;
  }

  #exitTask({ call, action, item }: Context, at: number): Sight[] {
    if (call === undefined || action === undefined) return [];
    call.endedAt = at;
    return [item === undefined ? { kind: 'ended', id: action, at } : { kind: 'item', id: action, item, at, call }];
  }

  #exitList(context: Context, at: number): { context: Context; sights: Sight[] } {
    const list = this.#list(context);
    if (list === undefined) return { context, sights: [] };
    list.endedAt = at;
    list.end ??= { kind: 'result', result: null };
    return {
      context: { ...context, list: undefined, item: undefined },
      sights: [{ kind: 'ended', id: context.list!, at }],
    };
  }
}

function endCall(call: SeenCall | undefined, end: SeenEnd, at: number): void {
  if (call === undefined) return;
  call.end = end;
  call.endedAt = at;
}

/** The answer within what `lambda:invoke` gives; of a call that was only handed over there is none. */
function answerOf(output: string | undefined): SeenEnd {
  const result: Json = JSON.parse(output ?? 'null');
  const payload = isJsonObject(result) ? (result['Payload'] ?? null) : result;
  if (!isEnvelope(payload)) return { kind: 'result', result: payload };
  if (payload.success) return { kind: 'result', result: payload.result ?? null };
  return { kind: 'returned', envelope: payload as Json };
}

function errorOf(details: { error?: string | undefined; cause?: string | undefined } | undefined): SeenEnd {
  return { kind: 'error', error: details?.error ?? 'States.TaskFailed', cause: details?.cause };
}

function detailsOf(details: { error?: string | undefined; cause?: string | undefined } | undefined) {
  return { error: details?.error, cause: details?.cause };
}
