/** What the janitor is told by its environment. */
import * as z from 'zod';
import { parseEnvironment } from '../environment.ts';
import { MIN_UNUSED_DAYS } from './retire.ts';

const schema = z.object({
  STEPWEAVE_PREFIX: z.string().min(1),
  STEPWEAVE_RUN_TABLE: z.string().min(1),
  STEPWEAVE_UNUSED_DAYS: z.coerce.number().int().min(MIN_UNUSED_DAYS),
});

export interface JanitorSettings {
  prefix: string;
  runTable: string;
  unusedDays: number;
}

/** Throws a `StepweaveError` `invalid_environment`. */
export function janitorSettings(environment: NodeJS.ProcessEnv): JanitorSettings {
  const { STEPWEAVE_PREFIX, STEPWEAVE_RUN_TABLE, STEPWEAVE_UNUSED_DAYS } = parseEnvironment(schema, environment);
  return { prefix: STEPWEAVE_PREFIX, runTable: STEPWEAVE_RUN_TABLE, unusedDays: STEPWEAVE_UNUSED_DAYS };
}
