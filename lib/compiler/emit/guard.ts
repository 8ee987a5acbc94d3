/** Whether an action may run: a condition inside its own state, so that on the way of success it costs nothing. */
import type { ResolvedAction } from '../../plan/resolve.ts';
import type { Records, Variables } from './variables.ts';

/**
 * JSONata that is true if all that the action requires has a result (of a join: one has) and its `when` holds; undefined for
 * an action that always runs. Where it is false the state yields nothing for a field, which raises.
 */
export function guardOf(
  { action, when }: ResolvedAction,
  required: readonly ResolvedAction[],
  records: Records,
  variables: Variables,
): string | undefined {
  const results = required.map(({ id }) => `$exists(${records.get(id)!}.r)`);
  const conditions: string[] = [];
  if (results.length === 1) conditions.push(results[0]!);
  // A list instead of a chain of operators: evaluation goes only about a hundred levels deep.
  else if (action.join === 'any') conditions.push(`true in [${results.join(',')}]`);
  else if (results.length > 1) conditions.push(`$not(false in [${results.join(',')}])`);
  if (when !== undefined) conditions.push(variables.sourceOf(when));
  return conditions.length === 0 ? undefined : conditions.join(' and ');
}
