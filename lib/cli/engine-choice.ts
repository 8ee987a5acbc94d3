/** Which engine runs a plan here. */
import type { PreparedPlan } from '../compiler/prepare.ts';
import { StepweaveError } from '../core/errors.ts';

const PRESENT: readonly string[] = ['auto', 'direct'];
const TO_COME: readonly string[] = ['express', 'standard'];

/** Only `direct` runs yet: asking for another one is refused; a plan that prefers another runs all the same, and says so. */
export function checkEngine(asked: string | undefined, { settings }: PreparedPlan): string[] {
  if (asked !== undefined && !PRESENT.includes(asked)) {
    const what = TO_COME.includes(asked)
      ? `the engine "${asked}" cannot be chosen yet`
      : `there is no engine "${asked}"`;
    const message = `${what} (allowed: ${PRESENT.join(', ')})\n      -> leave --engine away, or say --engine direct`;
    throw new StepweaveError('unsupported_engine', 'user', message);
  }
  if (PRESENT.includes(settings.engine) || asked === 'direct') return [];
  return [`the plan asks for the engine ${settings.engine}, which is not there yet; it runs on direct`];
}
