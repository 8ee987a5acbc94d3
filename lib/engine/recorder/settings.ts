/** What the recorder is told by its environment and by EventBridge. */
import * as z from 'zod';
import { isCompiledName } from '../compiled-name.ts';
import { parseEnvironment } from '../environment.ts';
import type { EndedExecution } from './record-execution.ts';

const environmentSchema = z.object({ STEPWEAVE_PREFIX: z.string().min(1), STEPWEAVE_RUN_TABLE: z.string().min(1) });

/** Throws a `StepweaveError` `invalid_environment`. */
export function recorderSettings(environment: NodeJS.ProcessEnv): { prefix: string; runTable: string } {
  const { STEPWEAVE_PREFIX: prefix, STEPWEAVE_RUN_TABLE: runTable } = parseEnvironment(environmentSchema, environment);
  return { prefix, runTable };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
const eventSchema = z.object({
  detail: z.object({ executionArn: z.string(), stateMachineArn: z.string(), name: z.string() }),
});

/** Undefined where the machine is not one of the prefix: a rule can look at the beginning of its name only. */
export function endedExecution(event: unknown, prefix: string): EndedExecution | undefined {
  const { executionArn, stateMachineArn, name } = eventSchema.parse(event).detail;
  return isCompiledName(stateMachineArn.split(':').at(-1)!, prefix) ? { executionArn, name } : undefined;
}
