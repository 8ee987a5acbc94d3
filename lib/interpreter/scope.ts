/** Where a machine, a branch or an iteration runs. */
import type { Scope } from './types.ts';
import { Variables } from './variables.ts';

/** `last` is the event that its first one follows. */
export function createScope(last: number, signal: AbortSignal, outer?: Scope, item = outer?.item): Scope {
  return { last, signal, variables: new Variables(outer?.variables), item, visit: undefined };
}
