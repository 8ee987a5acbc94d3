/** Everything that the parts of an action's states are made from. */
import type { ResolvedAction } from '../../plan/resolve.ts';
import type { Emission } from './emission.ts';
import { guardOf } from './guard.ts';
import type { Place } from './place.ts';
import { accepted, answered, type RecordDetail, type WhenReturned } from './records.ts';
import { type Variables, variablesOf } from './variables.ts';

export interface ActionPlace {
  action: ResolvedAction;
  place: Place;
  emission: Emission;
  variables: Variables;
  guard: string | undefined;
}

export function actionPlace(action: ResolvedAction, place: Place, emission: Emission): ActionPlace {
  const required = emission.requiredBy(action);
  const variables = variablesOf(action, required, place.records);
  return { action, place, emission, variables, guard: guardOf(action, required, place.records, variables) };
}

/** JSONata for the literal that stands in when every attempt failed. */
export function fallbackOf({ action, emission }: ActionPlace): string | undefined {
  const { fallback, mode } = action.action;
  if (fallback === undefined || mode === 'fire_and_forget') return undefined;
  return emission.literals.whole(action.id, 'fallback', fallback);
}

/** How much of an action its record has to tell. */
export function detailOf({ action, emission }: ActionPlace): RecordDetail {
  return emission.detailOf(action);
}

/** JSONata for the record of one call that came to an end. */
export function recordOfCall(at: ActionPlace): string {
  if (at.action.action.mode === 'fire_and_forget') return accepted(detailOf(at));
  return answered(whenReturned(at), detailOf(at));
}

function whenReturned(at: ActionPlace): WhenReturned {
  const { stopsRun, wins } = at.emission.roleOf(at.action);
  const isCall = at.action.forEach === undefined;
  const fallback = isCall ? fallbackOf(at) : undefined; // that of a list stands in for all of it
  if (fallback !== undefined) return { fallback };
  return stopsRun || (wins && isCall) ? 'raise' : 'keep';
}
