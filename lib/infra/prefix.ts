/** What everything in a stack is named by, so that several stacks live in one account. */
import { StepweaveError } from '../core/errors.ts';

/**
 * Lower case, digits and hyphens, ending in a hyphen. With it the longest name, of a machine with its 32 hexadecimal digits, stays
 * within the 80 characters of Step Functions, and that of a function within the 64 of Lambda.
 */
const PREFIX = /^[a-z][a-z0-9-]{0,30}-$/;

/** Throws a {@link StepweaveError} `invalid_prefix`. */
export function checkPrefix(prefix: string): string {
  if (PREFIX.test(prefix)) return prefix;
  const message = `a prefix has 2 to 32 of a-z, 0-9 and -, begins with a letter and ends with a hyphen; got ${JSON.stringify(prefix)}`;
  throw new StepweaveError('invalid_prefix', 'user', message);
}

/** `acme-plans-` names the stack `acme-plans`. */
export function stackNameOf(prefix: string): string {
  return prefix.slice(0, -1);
}

/** `inventory` is the construct `Inventory`. */
export function constructId(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
