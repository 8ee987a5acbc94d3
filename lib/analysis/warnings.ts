/** What the estimate does not know, and what it says will go wrong. */
import { itemsOf } from '../compiler/estimates.ts';
import type { PreparedPlan } from '../compiler/prepare.ts';
import type { ResolvedAction } from '../plan/resolve.ts';

/** The plan's own warnings, then those of the analysis; each a sentence that names its action. */
export function analysisWarnings(plan: PreparedPlan, parallelMs: number): string[] {
  return [
    ...plan.warnings,
    ...plan.actions.flatMap(unknownList),
    ...plan.actions.flatMap(cutOff),
    ...plan.actions.flatMap(awaitsEveryCandidate(plan)),
    ...runTooLong(plan, parallelMs),
  ];
}

function unknownList(action: ResolvedAction): string[] {
  if (action.forEach === undefined || itemsOf(action) !== null) return [];
  return [`${action.id}: its list is known only at run time; it is counted as one item`];
}

function cutOff({ id, estimatedSeconds, timeoutSeconds }: ResolvedAction): string[] {
  if (estimatedSeconds <= timeoutSeconds) return [];
  return [
    `${id}: its estimate of ${estimatedSeconds} s is longer than its timeout of ${timeoutSeconds} s, which counts instead`,
  ];
}

/** Two results are needed where the first was meant to be enough. */
function awaitsEveryCandidate({ races }: PreparedPlan): (action: ResolvedAction) => string[] {
  return ({ id }) => {
    const race = races.before(id);
    if (race === undefined || race.firstWins) return [];
    const needed = race.candidates.filter((candidate) => !race.members.has(candidate));
    const verb = needed.length === 1 ? 'is' : 'are';
    return [`${id} waits for all of its candidates, because ${needed.join(', ')} ${verb} required elsewhere too`];
  };
}

function runTooLong({ settings }: PreparedPlan, parallelMs: number): string[] {
  const limit = settings.timeout_seconds;
  if (limit === undefined || parallelMs <= limit * 1000) return [];
  return [`the plan is estimated to take ${parallelMs / 1000} s, longer than its limit of ${limit} s`];
}
