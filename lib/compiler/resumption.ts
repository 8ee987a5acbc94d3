/** What a run that is resumed need not do again. */
import type { Json } from '../core/json.ts';
import type { PreparedPlan } from './prepare.ts';

export interface Resumption {
  /** Of the run that is continued: its calls keep their idempotency keys. */
  runId: string;
  /** By action: what it ended with. Actions that are not listed run. */
  kept: ReadonlyMap<string, KeptAction>;
}

export interface KeptAction {
  /** Undefined for what was cut off by a race that is over. */
  result: Json | undefined;
  /** Milliseconds since the epoch. */
  endedAt: number;
}

/** Of the actions without a result those that are not to run: the race they were in is won. */
export function losersOf({ actions, races }: PreparedPlan, hasResult: (id: string) => boolean): Set<string> {
  const losers = new Set<string>();
  for (const { id } of actions) {
    const race = races.before(id);
    if (!race?.firstWins || !race.candidates.some(hasResult)) continue;
    for (const member of race.members) if (!hasResult(member)) losers.add(member);
  }
  return losers;
}
