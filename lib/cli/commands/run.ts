/** `stepweave run PLAN`: runs a plan on this machine. */

import type { PreparedPlan } from '../../compiler/prepare.ts';
import { startDirectRun } from '../../engine/direct/run.ts';
import { lambdaInvoker } from '../../engine/lambda-invoker.ts';
import type { RunRecord } from '../../engine/records.ts';
import { criticalPath } from '../../graph/longest-path.ts';
import { functionOf } from '../../tools/spec.ts';
import { type DocumentOptions, readBehaviours, readInputs, readPlan } from '../documents.ts';
import { checkEngine } from '../engine-choice.ts';
import { exitStatusOf } from '../exit.ts';
import { type CliIo, widthOf } from '../io.ts';
import { type LocalLambda, openLocalLambda } from '../local-lambda.ts';
import { createProgress } from '../render/progress.ts';
import { renderResults } from '../render/results.ts';
import { canRedraw, styleFor } from '../render/style.ts';
import { renderTimeline } from '../render/timeline.ts';

export interface RunOptions extends DocumentOptions {
  engine?: string;
  /** Folder of the embedded store. */
  data: string;
  /** Further functions to serve, as `name=module`. */
  function: string[];
  quiet?: boolean;
  verbose?: boolean;
}

export async function runCommand(planFile: string, options: RunOptions, io: CliIo): Promise<number> {
  const plan = await readPlan(planFile, options, io);
  const inputs = await readInputs(options.input, io);
  const behaviours = await readBehaviours(options.lambdas, io);
  const engineWarnings = checkEngine(options.engine, plan);

  const notice = (text: string) => void (options.quiet || io.stderr.write(`${text}\n`));
  const lambda = await openLocalLambda({
    dataFolder: options.data,
    neededFunctions: plan.actions.map(({ tool }) => functionOf(tool)),
    extraFunctions: options.function,
    behaviours,
    onNotice: notice,
    onLog: ({ functionName, text }) => void (options.verbose && io.stderr.write(`[${functionName}] ${text}\n`)),
  });
  try {
    const run = await follow(plan, lambda.client, inputs, [...engineWarnings, ...plan.warnings], options, io);
    io.stdout.write(`${JSON.stringify(run, null, 2)}\n`);
    if (!options.quiet) showRun(run, plan, io);
    if (run.status !== 'cancelled') await awaitUnawaited(lambda, notice, io);
    return exitStatusOf(run.status);
  } finally {
    await lambda.close();
  }
}

/** This process takes its functions along when it ends, so it stays until those that nobody awaits have ended. */
async function awaitUnawaited(lambda: LocalLambda, notice: (text: string) => void, io: CliIo): Promise<void> {
  const interrupted = Promise.withResolvers<void>();
  const stopListening = io.onInterrupt(interrupted.resolve);
  const slow = setTimeout(() => notice('Waiting for calls that were fired and not awaited; Ctrl-C ends them.'), 500);
  await Promise.race([lambda.drain(), interrupted.promise]);
  clearTimeout(slow);
  stopListening();
}

async function follow(
  plan: PreparedPlan,
  client: Parameters<typeof lambdaInvoker>[0],
  inputs: Awaited<ReturnType<typeof readInputs>>,
  warnings: string[],
  options: RunOptions,
  io: CliIo,
): Promise<RunRecord> {
  const started = startDirectRun(plan, { invoker: lambdaInvoker(client), inputs, warnings });
  const stopListening = io.onInterrupt(() => started.cancel('the run was interrupted'));
  const progress = options.quiet
    ? undefined
    : createProgress(io.stderr, {
        style: styleFor(io.stderr, io.env),
        isTty: canRedraw(io.stderr, io.env),
        columns: () => io.stderr.columns,
        rows: () => io.stderr.rows,
        now: Date.now,
      });
  try {
    for await (const event of started.events) progress?.onEvent(event);
    return await started.result;
  } finally {
    progress?.close();
    stopListening();
  }
}

/** Lines of each result: enough to recognise it. */
const LINES_PER_RESULT = 4;

/** The results and the timeline, for people. */
export function showRun(run: RunRecord, plan: PreparedPlan, io: CliIo): void {
  const options = { style: styleFor(io.stderr, io.env), width: widthOf(io.stderr, io.env) };
  const results = renderResults(run, { ...options, maxLines: LINES_PER_RESULT });
  const timeline = renderTimeline(run, { ...options, criticalPathMs: measuredCriticalPathMs(run, plan) });
  // The timeline comes last: it is what should stand on the screen when everything has scrolled by.
  io.stderr.write(`${results && `\n${results}\n`}\n${timeline}\n`);
}

/** The longest chain of the times that were measured: what no order of these calls could have been faster than. */
function measuredCriticalPathMs({ records }: RunRecord, { dependencies }: PreparedPlan): number {
  const took = new Map(records.map(({ id, execution_time_ms }) => [id, execution_time_ms]));
  return criticalPath(dependencies.graph, dependencies.order, (id) => took.get(id)!).length;
}
