/** Where a state stands in its scope: what comes before and after it, and what is wanted of it. */
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
  /** Whether a later state uses what this one leaves behind, and whether the scope hands it on. */
  isUsed: boolean;
  isHandedOn: boolean;
  /** The state that follows; undefined where the scope ends. */
  next: string | undefined;
  /** A state that ends the scope, for those that cannot end it themselves. */
  end(): string;
}

/**
 * How a state ends that leaves this piece behind: it assigns it for those that follow, or the scope ends with it. Without a
 * piece there is nothing to leave.
 */
export function leave(place: Place, variable: string, piece: Piece | undefined) {
  if (place.next === undefined) {
    // Nobody uses it then, but to look at an answer is what tells that it is a failure.
    const looks = place.isUsed && !place.isHandedOn;
    return { ...(piece && looks && assigned(variable, piece)), Output: outputWith(place, piece), End: true as const };
  }
  return { ...(piece && place.isUsed && assigned(variable, piece)), Output: {}, Next: place.next };
}

/** The same where a state is left by an error, after which no state can end. */
export function leaveByError(place: Place, variable: string, piece: Piece | undefined) {
  if (place.next === undefined) return goOn(place, piece);
  return { ...(piece && place.isUsed && assigned(variable, piece)), Output: {}, Next: place.next };
}

/** The same from a state that found the piece in its variable already. */
export function goOn(place: Place, piece: Piece | undefined) {
  return place.next !== undefined ? { Next: place.next } : { Output: outputWith(place, piece), Next: place.end() };
}

/** A variable, and nothing handed to the next state. */
export function assign(variable: string, source: string) {
  return { Assign: { [variable]: expression(source) }, Output: {} };
}

function assigned(variable: string, piece: Piece) {
  return { Assign: { [variable]: expression('id' in piece ? piece.source : piece.joined) } };
}

function outputWith({ before, isHandedOn }: Place, piece: Piece | undefined) {
  const pieces = [...before, ...(piece && isHandedOn ? [piece] : [])];
  return pieces.length === 0 ? {} : expression(gathered(pieces));
}
