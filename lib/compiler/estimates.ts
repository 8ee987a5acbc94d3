/** What is known beforehand of the calls of an action. */
import type { ResolvedAction } from '../plan/resolve.ts';

/** How many items the list of an action has; null when only the run can tell. */
export function itemsOf({ forEach }: ResolvedAction): number | null {
  if (forEach?.kind === 'list') return forEach.elements.length;
  return forEach?.kind === 'literal' && Array.isArray(forEach.value) ? forEach.value.length : null;
}

/** Of one call. It never takes longer than its timeout, whatever its estimate. */
export function callMs({ estimatedSeconds, timeoutSeconds }: ResolvedAction): number {
  return Math.round(Math.min(estimatedSeconds, timeoutSeconds) * 1000);
}
