/** The events of states that end because one beside them has failed. */
import type { Scope } from './types.ts';

const ABORTABLE = new Set(['Task', 'Wait', 'Parallel', 'Map'] as const);

/** Tells, from the inside out, that what is under way in a branch or an iteration is aborted. */
export function tellAborted(scope: Scope): void {
  const { visit } = scope;
  if (visit === undefined) return;
  const { children } = visit;
  children?.scopes.forEach((child, index) => {
    if (child === undefined) return;
    tellAborted(child);
    children.aborted?.(index);
  });
  const type = visit.state.Type as typeof ABORTABLE extends Set<infer T> ? T : never;
  if (ABORTABLE.has(type) && !visit.isDecided) visit.tellBeside(`${type}StateAborted`);
}
