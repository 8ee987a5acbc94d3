/** What an action needs of the ones before it: who won its race, whether it may run, and the values it refers to. */
import type { Json, JsonObject } from '../../core/json.ts';
import { Scope } from '../../plan/evaluate.ts';
import type { ResolvedAction } from '../../plan/resolve.ts';
import { type Ended, hasResult, verb } from '../outcome.ts';

/** Of the candidates that have succeeded the one that ended first; of equal ones the one listed first. */
export function winnerOf(candidates: readonly string[], ended: ReadonlyMap<string, Ended>): string | undefined {
  let winner: string | undefined;
  for (const candidate of candidates) {
    const end = ended.get(candidate);
    if (end === undefined || !hasResult(end.outcome)) continue;
    if (winner === undefined || end.at < ended.get(winner)!.at) winner = candidate;
  }
  return winner;
}

/** Why an action cannot run: what it requires did not succeed. `required` must have ended. */
export function obstacleOf(
  { action }: ResolvedAction,
  required: readonly string[],
  winner: string | undefined,
  ended: ReadonlyMap<string, Ended>,
): string | undefined {
  const unmet = required.filter((id) => !hasResult(ended.get(id)!.outcome));
  const told = unmet.map((id) => `${id}, which ${verb(ended.get(id)!.outcome)}`).join('; ');
  if (action.join === 'any') return winner === undefined ? `requires one of ${told}` : undefined;
  return unmet.length === 0 ? undefined : `requires ${told}`;
}

/** The variables of an action: results by output key, null for the losers of its race, and the run's inputs. */
export function scopeOf(
  { action }: ResolvedAction,
  required: readonly ResolvedAction[],
  winner: string | undefined,
  ended: ReadonlyMap<string, Ended>,
  inputs: JsonObject,
): Scope {
  const losers = action.join === 'any' ? required.filter(({ id }) => id !== winner) : [];
  const variables: [string, Json | undefined][] = [['inputs', inputs]];
  for (const { id, outputKey } of required) {
    const lost = action.join === 'any' && id !== winner;
    variables.push([outputKey, lost ? null : ended.get(id)?.outcome.result]);
  }
  if (winner !== undefined) variables.push(['winner', ended.get(winner)!.outcome.result]);
  return new Scope(variables, { losers: losers.map(({ outputKey }) => outputKey) });
}
