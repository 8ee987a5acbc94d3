/** What happens where an action fails, or is not to run. */
import type { Catcher, ChoiceRule, StateDefinition } from '../../asl/definition.ts';
import { expression, quoted } from '../../asl/expression.ts';
import type { ResolvedAction } from '../../plan/resolve.ts';
import { type ActionPlace, detailOf, fallbackOf } from './action-place.ts';
import type { Emission } from './emission.ts';
import { assign, goOn, leaveByError, type Place } from './place.ts';
import { failed, QUERY_ERROR, RETURNED } from './records.ts';
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
    Next: guard === undefined && !mayReturnFailures(at) ? names.failed : names.skipped,
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
  const choices: ChoiceRule[] = [];
  if (mayReturnFailures(at)) {
    const returned = expression(`$contains(${record}.c,${quoted(RETURNED)})`);
    const source = `$merge([${record},{'r':${fallbackOf(at)}}])`;
    const onward = leaveByError(place, emission.variableOf(action.id), { id: action.id, source });
    choices.push({ Condition: returned, ...onward });
  }
  if (guard !== undefined) {
    const onward = goOn(place, { id: action.id, source: record });
    choices.push({ Condition: expression(`(${guard})?false:${isSkip(at)}`), ...onward });
  }
  if (choices.length === 0) return { [names.failed]: end };
  return {
    [names.skipped]: { Type: 'Choice', Choices: choices, Default: names.failed },
    [names.failed]: end,
  };
}

/** The items of a list raise what was returned; then the fallback of the list stands in, as for any failure of the tool. */
function mayReturnFailures(at: ActionPlace): boolean {
  return at.action.forEach !== undefined && fallbackOf(at) !== undefined;
}

/**
 * JSONata for "a guard that does not hold means no more than that". Of a join that nobody has won it means that the failures
 * of its race count after all.
 */
function isSkip({ action, place, emission }: ActionPlace): string {
  const { races } = emission.plan;
  const race = races.before(action.id);
  if (race === undefined || race.members.size === 0) return 'true';
  const failures = Array.from(race.members, (id) => {
    const inner = races.around(id, action.id).flatMap((join) => races.before(join)!.candidates);
    const failed = hasFailed(emission.action(id), place, emission);
    return inner.length === 0 ? failed : `${anyHasResult(inner, place)}?false:(${failed})`;
  });
  return `${anyHasResult(race.candidates, place)}?true:$not(true in [${failures.join(',')}])`;
}

function anyHasResult(ids: readonly string[], place: Place): string {
  return `true in [${ids.map((id) => hasResult(id, place)).join(',')}]`;
}

function hasResult(id: string, { records }: Place): string {
  return `$exists(${records.get(id)!}.r)`;
}

/**
 * JSONata for "it failed" of a member of a race, which is not skipped: total, so that it cannot ask a `when` once more. That
 * something is wrong with its expressions is therefore seen only of those without one.
 */
function hasFailed(member: ResolvedAction, place: Place, emission: Emission): string {
  const required = emission.requiredBy(member).map(({ id }) => id);
  const isAny = member.action.join === 'any';
  const mayRun = isAny
    ? anyHasResult(required, place)
    : `$not(false in [${required.map((id) => hasResult(id, place)).join(',')}])`;
  const record = place.records.get(member.id)!;
  const raised = member.when === undefined ? mayRun : `$contains(${record}.c,${quoted(RETURNED)})`;
  return `${hasResult(member.id, place)}?false:${record}.e=${quoted(QUERY_ERROR)}?${raised}:true`;
}
