/** What happens where an action fails, or is not to run. */
import type { Catcher, StateDefinition } from '../../asl/definition.ts';
import { expression, quoted } from '../../asl/expression.ts';
import { type ActionPlace, detailOf, fallbackOf } from './action-place.ts';
import { assign, goOn, leaveByError } from './place.ts';
import { failed, QUERY_ERROR } from './records.ts';
import { stateNames } from './state-names.ts';

/**
 * Under `continue`, and within a race, every failure is recorded and the way goes on. Under `stop` a failure is caught only
 * if a fallback stands in for it, so that it ends the run and can be redriven.
 */
export function catching(at: ActionPlace): { Catch?: Catcher[] } {
  const { action, place, emission, guard } = at;
  const names = stateNames(action.id);
  const variable = emission.variableOf(action.id);
  const fallback = fallbackOf(at);
  const caught = (error: string, standsIn?: string): Catcher => {
    const source = failed(detailOf(at), standsIn);
    const piece = source === undefined ? undefined : { id: action.id, source };
    return { ErrorEquals: [error], ...leaveByError(place, variable, piece) };
  };
  const won = {
    ErrorEquals: ['States.ALL'],
    ...assign(variable, failed(detailOf(at), fallback)!),
    Next: names.won,
  };
  if (!emission.roleOf(action).stopsRun) {
    if (fallback === undefined) return { Catch: [caught('States.ALL')] };
    return { Catch: [caught(QUERY_ERROR), emission.roleOf(action).wins ? won : caught('States.ALL', fallback)] };
  }
  const decide = {
    ...assign(variable, failed({ ...detailOf(at), hasError: true })!),
    Next: guard === undefined ? names.failed : names.skipped,
  };
  const catchers: Catcher[] = [];
  if (guard !== undefined || fallback !== undefined) catchers.push({ ErrorEquals: [QUERY_ERROR], ...decide });
  if (fallback !== undefined) catchers.push(caught('States.ALL', fallback));
  return catchers.length === 0 ? {} : { Catch: catchers };
}

/** Under `stop`: tells a guard that did not hold from an expression that raised, which ends the run. */
export function skippedOrFailed(at: ActionPlace): Record<string, StateDefinition> {
  const { action, place, emission, guard } = at;
  if (!emission.roleOf(action).stopsRun || (guard === undefined && fallbackOf(at) === undefined)) return {};
  const names = stateNames(action.id);
  const record = `$${emission.variableOf(action.id)}`;
  const end: StateDefinition = { Type: 'Fail', Error: expression(`${record}.e`), Cause: expression(`${record}.c`) };
  if (guard === undefined) return { [names.failed]: end };
  const onward = goOn(place, { id: action.id, source: record });
  return {
    [names.skipped]: {
      Type: 'Choice',
      Choices: [{ Condition: expression(`(${guard})?false:${isSkip(at)}`), ...onward }],
      Default: names.failed,
    },
    [names.failed]: end,
  };
}

/**
 * JSONata for "a guard that does not hold means no more than that". Of a join that nobody has won it means that the failures
 * of its race count after all.
 */
function isSkip({ action, place, emission }: ActionPlace): string {
  const race = emission.plan.races.before(action.id);
  if (race === undefined || race.members.size === 0) return 'true';
  const recordOf = (id: string) => place.records.get(id)!;
  const hasWinner = race.candidates.map((id) => `$exists(${recordOf(id)}.r)`);
  const members = Array.from(race.members, recordOf);
  const failures = `[${members.join(',')}][$not($exists(r)) and $not(e=${quoted(QUERY_ERROR)})]`;
  return `true in [${hasWinner.join(',')}]?true:$not($exists(${failures}))`;
}
