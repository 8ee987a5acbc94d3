/** What an action needs of the ones before it: who won its race, whether it may run, and the values it refers to. */
import type { Json } from '../core/json.ts';
import type { Scope } from '../plan/evaluate.ts';
import type { ResolvedAction } from '../plan/resolve.ts';
import { type Ended, hasResult, verb } from './outcome.ts';

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

/** What an action may refer to: the results of those it requires by output key, null for the losers of its race. */
export function scopeOf(
  { action }: ResolvedAction,
  required: readonly ResolvedAction[],
  winner: string | undefined,
  ended: ReadonlyMap<string, Ended>,
  run: Scope,
): Scope {
  const losers = action.join === 'any' ? required.filter(({ id }) => id !== winner) : [];
  const variables = required.map(({ id, outputKey }): [string, Json | undefined] => [
    outputKey,
    ended.get(id)?.outcome.result,
  ]);
  if (winner !== undefined) variables.push(['winner', ended.get(winner)!.outcome.result]);
  return run.with(variables, { losers: losers.map(({ outputKey }) => outputKey) });
}
