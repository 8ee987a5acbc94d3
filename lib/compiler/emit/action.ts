/** The states of one action: a Task, or a Map of Tasks, and those it goes to when it wins a race or does not succeed. */
import type { StateDefinition } from '../../asl/definition.ts';
import type { ResolvedAction } from '../../plan/resolve.ts';
import { type ActionPlace, actionPlace, detailOf, fallbackOf, recordOfCall } from './action-place.ts';
import { callState } from './call.ts';
import { catching, skippedOrFailed } from './catching.ts';
import type { Emission } from './emission.ts';
import { listState } from './list.ts';
import { assign, leave, type Place } from './place.ts';
import { listsEnd, winnersEnd, withinCause } from './race.ts';
import { listed } from './records.ts';
import { stateNames } from './state-names.ts';

/** The states of an action by name. */
export function actionStates(
  action: ResolvedAction,
  place: Place,
  emission: Emission,
): Record<string, StateDefinition> {
  const at = actionPlace(action, place, emission);
  const isList = action.forEach !== undefined;
  const names = stateNames(action.id);
  const record = isList ? recordOfList(at) : recordOfCall(at);
  const main = { ...(isList ? listState(at) : callState(at)), ...catching(at) };
  const variable = emission.variableOf(action.id);
  if (emission.roleOf(action).wins) {
    const next = isList ? names.ended : names.won;
    return {
      [entryOf(action)]: { ...main, ...assign(variable, withinCause(at, record)), Next: next },
      ...(isList && { [names.ended]: listsEnd(at) }),
      [names.won]: winnersEnd(at),
      ...skippedOrFailed(at),
    };
  }
  return {
    [entryOf(action)]: { ...main, ...leave(place, variable, { id: action.id, source: record }) },
    ...skippedOrFailed(at),
  };
}

/** The state that an action begins with. */
export function entryOf({ id, forEach }: ResolvedAction): string {
  return forEach === undefined ? id : stateNames(id).list;
}

function recordOfList(at: ActionPlace): string {
  const isAwaited = at.action.action.mode !== 'fire_and_forget';
  return listed(detailOf(at), { fallback: fallbackOf(at), isAwaited });
}
