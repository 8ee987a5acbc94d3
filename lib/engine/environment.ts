/** What a Lambda function is told by its environment. */
import type { z } from 'zod';
import { StepweaveError } from '../core/errors.ts';

/** Throws a {@link StepweaveError} `invalid_environment` that names every variable that is wrong. */
export function parseEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: NodeJS.ProcessEnv,
): z.output<Schema> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new StepweaveError('invalid_environment', 'user', `the environment is wrong: ${wrong}`);
}
