/** Branches and iterations: they run side by side, and a failure that is not tolerated ends them all. */
import type { Json } from '../core/json.ts';
import { tellAborted } from './abort.ts';
import { StatesError } from './errors.ts';
import { createScope } from './scope.ts';
import type { MapItem, Scope, StateVisit } from './types.ts';

export interface ChildrenOptions {
  count: number;
  /** How many run at the same time. */
  concurrency: number;
  /** The event that the first one of each child follows. */
  startedId: number;
  item?: (index: number) => MapItem;
  run(index: number, scope: Scope): Promise<Json>;
  succeeded?(index: number, scope: Scope): void;
  /** Told of each failure; the error that ends all, or undefined if this one is tolerated. */
  failed?(index: number, scope: Scope, error: StatesError): StatesError | undefined;
  /** Told of each child that another one's failure has ended. */
  aborted?(index: number): void;
}

/** Runs the children, in order where not all at once; gives their outputs, without those of failures that are tolerated. */
export function runChildren(visit: StateVisit, options: ChildrenOptions): Promise<Json[]> {
  const { count, concurrency } = options;
  const outputs = new Map<number, Json>();
  const scopes: (Scope | undefined)[] = [];
  const group = new AbortController();
  const outer = visit.scope.signal;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let [started, running] = [0, 0];

  const end = (thrown: unknown) => {
    reject(thrown);
    group.abort(thrown);
  };
  const onOuterAbort = () => end(outer.reason);

  const startMore = () => {
    while (running < concurrency && started < count && !group.signal.aborted) start(started++);
    if (running === 0) resolve();
  };
  const start = (index: number) => {
    const scope = createScope(options.startedId, group.signal, visit.scope, options.item?.(index));
    scopes[index] = scope;
    running += 1;
    options.run(index, scope).then(
      (output) => attempted(() => succeeded(index, scope, output)),
      (thrown: unknown) => attempted(() => failed(index, scope, thrown)),
    );
  };
  /** What events cannot tell any more ends all. */
  const attempted = (work: () => void) => {
    if (group.signal.aborted) return;
    try {
      work();
    } catch (thrown) {
      end(thrown);
    }
  };
  const succeeded = (index: number, scope: Scope, output: Json) => {
    options.succeeded?.(index, scope);
    outputs.set(index, output);
    leave(index, scope);
    startMore();
  };
  const failed = (index: number, scope: Scope, thrown: unknown) => {
    visit.scope.last = scope.last;
    if (!(thrown instanceof StatesError) || thrown.options.isTerminal) return end(thrown);
    const error = options.failed === undefined ? thrown : options.failed(index, scope, thrown);
    if (error === undefined) {
      leave(index, scope);
      return startMore();
    }
    scopes.forEach((child, at) => {
      if (child === undefined) return;
      // An iteration's failure has been told already; that of a branch leaves its state to be told.
      if (at !== index || options.failed === undefined) tellAborted(child);
      if (at !== index) options.aborted?.(at);
    });
    end(error.seenFromOutside());
  };
  const leave = (index: number, scope: Scope) => {
    visit.scope.last = scope.last;
    scopes[index] = undefined;
    running -= 1;
  };

  visit.children = { scopes, ...(options.aborted && { aborted: (index) => options.aborted?.(index) }) };
  outer.addEventListener('abort', onOuterAbort, { once: true });
  startMore();
  return promise
    .then(() =>
      Array.from({ length: count }, (_, index) => outputs.get(index)).filter((output) => output !== undefined),
    )
    .finally(() => {
      outer.removeEventListener('abort', onOuterAbort);
      visit.children = undefined;
    });
}
