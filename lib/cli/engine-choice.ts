/** Which engine runs a plan here. */
import type { PreparedPlan } from '../compiler/prepare.ts';
import { StepweaveError } from '../core/errors.ts';

/** Only `direct` runs yet: asking for another one is refused; a plan that prefers another runs all the same, and says so. */
export function checkEngine(asked: string | undefined, { settings }: PreparedPlan): string[] {
  if (asked !== undefined && asked !== 'auto' && asked !== 'direct') {
    const message = `the engine "${asked}" cannot be chosen yet\n      -> leave --engine away, or say --engine direct`;
    throw new StepweaveError('unsupported_engine', 'user', message);
  }
  if (settings.engine === 'auto' || settings.engine === 'direct' || asked === 'direct') return [];
  return [`the plan asks for the engine ${settings.engine}, which is not there yet; it runs on direct`];
}
