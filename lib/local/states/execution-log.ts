/** Hands on the events of Express executions to whoever follows one of them. */
import type { HistoryEvent as SdkEvent } from '@aws-sdk/client-sfn';
import type { HistoryEvent } from '../../interpreter/history.ts';

export class ExecutionLog {
  readonly #followed = new Map<string, { events: SdkEvent[]; changed: PromiseWithResolvers<void> }>();

  /** For `createLocalStates({ log })`. Events that nobody has asked for yet are dropped. */
  readonly log = (executionName: string, { timestamp, ...event }: HistoryEvent): void => {
    const followed = this.#followed.get(executionName);
    if (followed === undefined) return;
    followed.events.push({ ...event, timestamp: new Date(timestamp) });
    followed.changed.resolve();
    followed.changed = Promise.withResolvers();
  };

  /** The events of the execution of this name from now on, until the signal is aborted. */
  readonly follow = (executionName: string, signal: AbortSignal): AsyncIterable<SdkEvent> => {
    const followed = { events: [] as SdkEvent[], changed: Promise.withResolvers<void>() };
    this.#followed.set(executionName, followed);
    const onAbort = () => followed.changed.resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    const end = () => {
      signal.removeEventListener('abort', onAbort);
      this.#followed.delete(executionName);
    };
    return (async function* () {
      try {
        while (!signal.aborted) {
          yield* followed.events.splice(0);
          if (followed.events.length === 0 && !signal.aborted) await followed.changed.promise;
        }
      } finally {
        end();
      }
    })();
  };
}
