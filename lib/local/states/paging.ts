/** Pages of a list: an opaque token says after which element the next one begins. */
import { invalidToken } from './errors.ts';
import { DEFAULT_PAGE_SIZE } from './limits.ts';

/** How many results a page has; 0 and nothing mean the default. */
export function pageSize(maxResults: number | undefined, defaultSize = DEFAULT_PAGE_SIZE): number {
  return maxResults || defaultSize;
}

/** A token is valid only for the list that it was made for: `list` names it, with all that selects its elements. */
export function tokenAfter(position: string | number, list: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([position, ...list])).toString('base64url');
}

/** The position in a token; undefined without one. Throws InvalidToken for one of another list. */
export function positionOf(token: string | undefined, list: readonly unknown[]): string | number | undefined {
  if (token === undefined) return undefined;
  const [position, ...madeFor] = contentOf(token);
  const isOurs = typeof position === 'string' || typeof position === 'number';
  if (!isOurs || JSON.stringify(madeFor) !== JSON.stringify(list)) throw invalidToken();
  return position;
}

function contentOf(token: string): unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(content) ? content : [];
  } catch {
    return [];
  }
}
