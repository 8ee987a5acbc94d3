/**
 * How a race ends. The first candidate to succeed fails its branch, which stops all others as any uncaught error does; the
 * cause of the error carries the records that are known by then out of the race.
 */
import type { StateDefinition } from '../../asl/definition.ts';
import { expression, quoted } from '../../asl/expression.ts';
import { MAX_CAUSE_LENGTH } from '../../asl/limits.ts';
import type { ActionPlace } from './action-place.ts';
import { goOn } from './place.ts';
import { gathered } from './scope.ts';
import { stateNames } from './state-names.ts';

/** The error that ends a race. */
export const WON = 'Stepweave.Won';

/** The message of the error that a winner gets whose result does not fit into a cause. */
export const TOO_LARGE = 'result_too_large';

/** JSONata for what the race is left with; within it the records of JavaScript's numbers keep 15 digits. */
export const RECORDS_OF_RACE = '$parse($states.errorOutput.Cause)';

/** The state in which a candidate ends that wins. */
export function winnersEnd(at: ActionPlace): StateDefinition {
  const own = `$${at.emission.variableOf(at.action.id)}`;
  return { Type: 'Fail', Error: WON, Cause: expression(`$string(${allWith(at, own)})`) };
}

/** A list ends also when some of its items failed; only if it has a result it has won. */
export function listsEnd({ action, place, emission }: ActionPlace): StateDefinition {
  const own = `$${emission.variableOf(action.id)}`;
  const onward = goOn(place, { id: action.id, source: own });
  const lost = { Condition: expression(`$not($exists(${own}.r))`), ...onward };
  return { Type: 'Choice', Choices: [lost], Default: stateNames(action.id).won };
}

/** The record of a candidate, or an error where it is too long to be handed on. */
export function withinCause(at: ActionPlace, record: string): string {
  const fits = `$length($string(${allWith(at, '$_r')}))<=${MAX_CAUSE_LENGTH}`;
  return `($_r:=${record};${fits}?$_r:$error(${quoted(TOO_LARGE)}))`;
}

function allWith({ action, place }: ActionPlace, record: string): string {
  return gathered([...place.aroundInRace, ...place.before, { id: action.id, source: record }]);
}
