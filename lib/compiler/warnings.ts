/** What is allowed but perhaps not meant. */
import { formatPath, type Json, preview } from '../core/json.ts';
import { isProblem } from '../plan/expression.ts';
import type { ResolvedAction } from '../plan/resolve.ts';
import { resourceName } from '../plan/resources.ts';
import { parseReferenceOrExpression } from '../plan/template.ts';
import type { Dependencies } from './dependencies.ts';
import type { Races } from './races.ts';

/** Each a sentence that names its action. */
export function planWarnings(actions: readonly ResolvedAction[], dependencies: Dependencies, races: Races): string[] {
  return [
    ...actions.flatMap(unawaitedWrites(dependencies)),
    ...actions.flatMap(retriedWrites),
    ...actions.flatMap(idleFallback),
    ...actions.flatMap(literalFallback),
    ...actions.flatMap(nearlyReferences(actions)),
    ...cancelledWrites(actions, races),
  ];
}

/** What follows a fire_and_forget action waits until it was accepted, not until it has ended. */
function unawaitedWrites({ edges }: Dependencies): (action: ResolvedAction) => string[] {
  return ({ id, action }) => {
    if (action.mode !== 'fire_and_forget') return [];
    return edges
      .filter((edge) => edge.from === id && edge.kinds.includes('conflict'))
      .map(({ to, resource }) => `${id} is never awaited, so ${to} may overlap with it on ${resource}`);
  };
}

function retriedWrites({ id, tool, action }: ResolvedAction): string[] {
  if (tool.idempotent || action.retry === undefined || action.retry.max_attempts === 0) return [];
  return [`${id}: ${tool.name} is not idempotent, so its retry applies only to errors that say it never ran`];
}

/** What is never awaited cannot be seen to fail, and its result is null. */
function idleFallback({ id, action }: ResolvedAction): string[] {
  if (action.mode !== 'fire_and_forget' || action.fallback === undefined) return [];
  return [`${id}: its fallback has no effect, because a fire_and_forget action has no result`];
}

/** A fallback is a literal; something that looks like a reference was probably meant as one. */
function literalFallback({ id, action }: ResolvedAction): string[] {
  if (typeof action.fallback !== 'string' || action.mode === 'fire_and_forget') return [];
  const reference = parseReferenceOrExpression(action.fallback);
  if (reference === undefined || isProblem(reference)) return [];
  return [`${id}: its fallback is the text "${action.fallback}"; references have no meaning in a fallback`];
}

/** Texts that are sent as they stand, although they look as if something in them was to be replaced. */
function nearlyReferences(actions: readonly ResolvedAction[]): (action: ResolvedAction) => string[] {
  const known = new Set([...actions.map(({ outputKey }) => outputKey), 'inputs', 'item', 'index', 'winner']);
  const isNearly = (text: string) => {
    if (text.startsWith('$$') || parseReferenceOrExpression(text) !== undefined) return false;
    return text.includes('{%') || known.has(/^\$([A-Za-z]\w*)/.exec(text)?.[1] ?? '');
  };
  return ({ id, action }) =>
    [...stringsIn(action.literal_input ? null : action.input, ['input'])]
      .filter(([, text]) => isNearly(text))
      .map(([path, text]) => {
        const where = `${id}: ${formatPath(path)}`;
        return `${where} is the plain text ${preview(text)}; a reference or {% … %} has to be the whole string`;
      });
}

function* stringsIn(value: Json, path: PropertyKey[]): Iterable<[PropertyKey[], string]> {
  if (typeof value === 'string') yield [path, value];
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      yield* stringsIn(inner, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  }
}

/** Whoever runs in a race that the first to succeed wins at once may be cut off. */
function cancelledWrites(actions: readonly ResolvedAction[], races: Races): string[] {
  return actions.flatMap(({ id: join }) => {
    const race = races.before(join);
    if (race === undefined || !race.firstWins) return [];
    return actions
      .filter(({ id, resources }) => race.members.has(id) && resources.writes.length > 0)
      .map(({ id, resources }) => {
        const written = resourceName(resources.writes[0]!);
        return `${id} writes ${written} and may be cancelled half-way when another candidate of ${join} wins`;
      });
  });
}
