/** What a scope (the machine, a branch) hands on when it ends: the records of all that ran in it, each once. */
import { quoted } from '../../asl/expression.ts';

/** A part of an output: `'id':record` for one action, or the variable of a join, which holds several. */
export type Piece = { id: string; source: string } | { joined: string };

/** JSONata for one object of all records. */
export function gathered(pieces: readonly Piece[]): string {
  const entries = pieces.flatMap((piece) => ('id' in piece ? [`${quoted(piece.id)}:${piece.source}`] : []));
  const joined = pieces.flatMap((piece) => ('joined' in piece ? [piece.joined] : []));
  const own = `{${entries.join(',')}}`;
  if (joined.length === 0) return own;
  if (joined.length === 1 && entries.length === 0) return joined[0]!;
  return `$merge([${[...(entries.length > 0 ? [own] : []), ...joined].join(',')}])`;
}
