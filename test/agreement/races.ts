/** Whom the races of a random plan may cut off, and whose result hangs on them; by the generator's own account. */
import type { RunRecord } from '../../lib/engine/records.ts';
import { type RandomAction, type RandomPlan, required } from '../support/random-plan.ts';

export class Races {
  readonly #plan: RandomPlan;
  readonly #members = new Set<string>();

  constructor(plan: RandomPlan) {
    this.#plan = plan;
    const requiredBy = new Map(plan.actions.map(({ id }) => [id, [] as string[]]));
    for (const action of plan.actions) for (const id of required(action)) requiredBy.get(id)!.push(action.id);
    for (const { id } of plan.actions.toReversed()) {
      const by = requiredBy.get(id)!;
      const joins = by.filter((other) => plan.actions.some((it) => it.id === other && it.join === 'any'));
      if (by.length > 0 && by.every((other) => joins.includes(other) || this.#members.has(other)))
        this.#members.add(id);
    }
  }

  get isEmpty(): boolean {
    return this.#plan.actions.every(({ join }) => join === 'all');
  }

  /** Whether it is a candidate that nobody else needs, or only such candidates need it. */
  has(id: string): boolean {
    return this.#members.has(id);
  }

  /** Whether it, or something before it, is the join of a race. */
  dependOnRace(id: string): boolean {
    const action = this.#plan.actions.find((it) => it.id === id)!;
    return action.join === 'any' || required(action).some((other) => this.dependOnRace(other));
  }

  /** Actions before which another candidate has won in one of the runs than in the other. */
  divergedIn(one: RunRecord, other: RunRecord): ReadonlySet<string> {
    const diverged = new Set<string>();
    for (const action of this.#plan.actions) {
      const needed = required(action);
      const isOtherWinner = action.join === 'any' && winnerOf(action, one) !== winnerOf(action, other);
      if (isOtherWinner || needed.some((id) => diverged.has(id))) diverged.add(action.id);
    }
    return diverged;
  }
}

/** Of the candidates that have a result the one that had it first; of equal ones the one listed first. */
function winnerOf(join: RandomAction, { records }: RunRecord): string | undefined {
  const candidates = required(join);
  const ended = records.filter(({ id, success }) => candidates.includes(id) && success);
  const first = Math.min(...ended.map(({ finished_at }) => Date.parse(finished_at!)));
  return ended.find(({ finished_at }) => Date.parse(finished_at!) === first)?.id;
}
