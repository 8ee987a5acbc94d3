/**
 * What `join: any` means for the actions before it. Candidates that nobody else requires, and what only they require, run
 * a race: when one has won the others are cancelled, and a failure among them counts only if there is no winner.
 */
import type { ResolvedAction } from '../plan/resolve.ts';
import type { Dependencies } from './dependencies.ts';

export interface Race {
  /** In listed order. */
  candidates: readonly string[];
  /** Whether no candidate is required by another action: then the first to succeed wins at once. */
  firstWins: boolean;
  /** Candidates and what leads to them that nothing outside the race requires. */
  members: ReadonlySet<string>;
}

/** Every race of a plan. */
export class Races {
  readonly #races = new Map<string, Race>();
  /** The innermost race of each member, by the id of its join. */
  readonly #joinOf = new Map<string, string>();

  constructor(actions: readonly ResolvedAction[], dependencies: Dependencies) {
    const requiredBy = new Map<string, string[]>(actions.map(({ id }) => [id, []]));
    for (const [id, required] of dependencies.requires) for (const other of required) requiredBy.get(other)!.push(id);

    for (const { id, action } of actions) {
      if (action.join !== 'any') continue;
      const candidates = dependencies.requires.get(id)!;
      const own = candidates.filter((candidate) => requiredBy.get(candidate)!.every((by) => by === id));
      const members = new Set(own);
      // Backwards through the order: who requires an action is decided before the action itself.
      for (const other of dependencies.order.toReversed()) {
        const by = requiredBy.get(other)!;
        if (by.length > 0 && by.every((requirer) => members.has(requirer))) members.add(other);
      }
      this.#races.set(id, { candidates, firstWins: own.length === candidates.length, members });
    }
    const smallestFirst = [...this.#races].sort(([, a], [, b]) => a.members.size - b.members.size);
    for (const [join, { members }] of smallestFirst) {
      for (const member of members) if (!this.#joinOf.has(member)) this.#joinOf.set(member, join);
    }
  }

  /** The race before a join; undefined for an ordinary action. */
  before(join: string): Race | undefined {
    return this.#races.get(join);
  }

  /** The innermost join whose race an action runs in. */
  joinOf(id: string): string | undefined {
    return this.#joinOf.get(id);
  }

  /** The joins whose races an action runs in, from the innermost; only those within the race of `outermost` if that is given. */
  around(id: string, outermost?: string): string[] {
    const joins: string[] = [];
    for (let join = this.joinOf(id); join !== undefined && join !== outermost; join = this.joinOf(join))
      joins.push(join);
    return joins;
  }
}
