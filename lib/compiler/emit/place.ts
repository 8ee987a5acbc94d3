/** Where a state stands in its scope: what comes before and after it. */
import { expression } from '../../asl/expression.ts';
import { gathered, type Piece } from './scope.ts';
import type { Records } from './variables.ts';

export interface Place {
  /** The records that can be seen. */
  records: Records;
  /** What the scope will hand on, as far as it has come, without this state. */
  before: readonly Piece[];
  /** The same of the scopes around it that belong to the same race; it ends with them when somebody wins. */
  aroundInRace: readonly Piece[];
  /** The state that follows; undefined where the scope ends. */
  next: string | undefined;
  /** A state that ends the scope, for those that cannot end it themselves. */
  end(): string;
}

/** How a state ends that leaves this piece behind: it assigns it for those that follow, or the scope ends with it. */
export function leave({ next, before }: Place, variable: string, piece: Piece) {
  if (next === undefined) return { Output: expression(gathered([...before, piece])), End: true as const };
  return { ...assign(variable, sourceOf(piece)), Next: next };
}

/** The same where a state is left by an error, after which no state can end. */
export function leaveByError(place: Place, variable: string, piece: Piece) {
  if (place.next === undefined) return goOn(place, piece);
  return { ...assign(variable, sourceOf(piece)), ...goOn(place, piece) };
}

/** The same from a state that found the piece in its variable already. */
export function goOn({ next, before, end }: Place, piece: Piece) {
  if (next !== undefined) return { Next: next };
  return { Output: expression(gathered([...before, piece])), Next: end() };
}

/** One variable, and nothing handed to the next state. */
export function assign(variable: string, source: string) {
  return { Assign: { [variable]: expression(source) }, Output: {} };
}

function sourceOf(piece: Piece): string {
  return 'id' in piece ? piece.source : piece.joined;
}
