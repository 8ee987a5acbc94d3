/** Map, inline: one iteration per item, at most 40 of them at the same time. */
import type { MapState } from '../../asl/definition.ts';
import { MAX_INLINE_MAP_CONCURRENCY } from '../../asl/limits.ts';
import type { Json } from '../../core/json.ts';
import { runChildren } from '../children.ts';
import { type StatesError, toleranceError } from '../errors.ts';
import { processorOf } from '../processor.ts';
import { checkedResult } from '../result.ts';
import { withRetries } from '../retry.ts';
import type { Finished, MapItems, Scope, StateVisit, Transition } from '../types.ts';

export function runMap(state: MapState, visit: StateVisit): Promise<Transition> {
  return withRetries(state, visit, () => attempt(state, visit));
}

async function attempt(state: MapState, visit: StateVisit): Promise<Finished> {
  const { resumption } = visit;
  const items = await visit.language.mapItems(state, visit);
  const count = items.items.length;
  const concurrency = await visit.language.number(state, 'MaxConcurrency', visit);
  const isTolerated = await tolerance(state, visit, count);
  const startedId =
    resumption?.startedId ?? visit.tell('MapStateStarted', { mapStateStartedEventDetails: { length: count } });
  const iteration = (index: number) => ({ index, name: visit.name });
  const { history } = visit.run;
  let failures = 0;
  const result = await runChildren(visit, {
    count,
    concurrency: Math.min(concurrency || MAX_INLINE_MAP_CONCURRENCY, MAX_INLINE_MAP_CONCURRENCY),
    startedId,
    item: (index) => ({ Index: index, Value: items.items[index]! }),
    run: (index, scope) => runIteration(state, visit, items, index, scope),
    succeeded(index, scope) {
      if (resumption?.children?.get(index)?.kind === 'completed') return;
      history.add(scope, 'MapIterationSucceeded', { mapIterationSucceededEventDetails: iteration(index) });
    },
    failed(index, scope, error) {
      history.addBeside(scope, 'MapIterationFailed', { mapIterationFailedEventDetails: iteration(index) });
      failures += 1;
      return isTolerated(failures, error);
    },
    aborted: (index) => visit.tellBeside('MapIterationAborted', { mapIterationAbortedEventDetails: iteration(index) }),
  });
  visit.tellBeside('MapStateSucceeded');
  visit.isDecided = true;
  return visit.language.finish(state, visit, checkedResult(result, visit.name));
}

async function runIteration(
  state: MapState,
  visit: StateVisit,
  items: MapItems,
  index: number,
  scope: Scope,
): Promise<Json> {
  const resumption = visit.resumption?.children?.get(index);
  if (resumption !== undefined) return visit.run.runMachine(processorOf(state), null, scope, resumption);
  visit.run.history.add(scope, 'MapIterationStarted', {
    mapIterationStartedEventDetails: { index, name: visit.name },
  });
  let input: Json;
  try {
    input = await items.input(index);
  } catch (thrown) {
    throw visit.failure(thrown, scope);
  }
  return visit.run.runMachine(processorOf(state), input, scope);
}

/** Says of so many failures, the latest with this error, which error they end the Map with; undefined while they do not. */
async function tolerance(
  state: MapState,
  visit: StateVisit,
  count: number,
): Promise<(failures: number, latest: StatesError) => StatesError | undefined> {
  const most = await visit.language.number(state, 'ToleratedFailureCount', visit);
  const percentage = await visit.language.number(state, 'ToleratedFailurePercentage', visit);
  if (!most && !percentage) return (_, latest) => latest;
  const isExceeded = (failures: number) =>
    (most !== undefined && failures > most) || (percentage !== undefined && (failures * 100) / count > percentage);
  return (failures) => (isExceeded(failures) ? toleranceError() : undefined);
}
