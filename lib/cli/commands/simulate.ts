/** `stepweave simulate PLAN`: runs a plan in virtual time, invoking nothing. */
import { simulate } from '../../engine/simulate.ts';
import { type DocumentOptions, readBehaviours, readDurations, readInputs, readPlan } from '../documents.ts';
import { exitStatusOf } from '../exit.ts';
import type { CliIo } from '../io.ts';
import { showRun } from './run.ts';

export interface SimulateCommandOptions extends DocumentOptions {
  quiet?: boolean;
}

/** Simulates a plan and shows the run; resolves with the exit status. */
export async function simulateCommand(planFile: string, options: SimulateCommandOptions, io: CliIo): Promise<number> {
  const plan = await readPlan(planFile, options, io);
  const inputs = await readInputs(options.input, io);
  const durations = await readDurations(options.durations, plan, io);
  const behaviours = await readBehaviours(options.lambdas, io);
  const run = await simulate(plan, { inputs, durations, ...(behaviours && { behaviours }) }).result;
  io.stdout.write(`${JSON.stringify(run, null, 2)}\n`);
  if (!options.quiet) showRun(run, plan, io);
  return exitStatusOf(run.status);
}
