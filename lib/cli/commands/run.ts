/** `stepweave run PLAN`: runs a plan on this machine. */

import type { PreparedPlan } from '../../compiler/prepare.ts';
import { startDirectRun } from '../../engine/direct/run.ts';
import { lambdaInvoker } from '../../engine/lambda-invoker.ts';
import type { RunRecord } from '../../engine/records.ts';
import type { StartedRun } from '../../engine/started-run.ts';
import { criticalPath } from '../../graph/longest-path.ts';
import { type DocumentOptions, readBehaviours, readInputs, readPlan } from '../documents.ts';
import { checkEngine } from '../engine-choice.ts';
import { exitStatusOf } from '../exit.ts';
import { parseFunctionOptions } from '../function-option.ts';
import { type CliIo, widthOf } from '../io.ts';
import { type LocalLambda, openLocalLambda, unservedWarnings } from '../local-lambda.ts';
import { FunctionOutput } from '../render/function-output.ts';
import { createProgress, type Progress } from '../render/progress.ts';
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

/** Runs a plan and shows it; resolves with the exit status. */
export async function runCommand(planFile: string, options: RunOptions, io: CliIo): Promise<number> {
  const plan = await readPlan(planFile, options, io);
  const inputs = await readInputs(options.input, io);
  const behaviours = await readBehaviours(options.lambdas, io);
  const extraFunctions = await parseFunctionOptions(options.function);
  const tools = plan.actions.map(({ tool }) => tool);
  const ofHere = [...checkEngine(options.engine, plan), ...unservedWarnings(tools, { extraFunctions, behaviours })];

  const progress = progressOf(io);
  const notice = (text: string) => void (options.quiet || progress.line(text));
  for (const warning of ofHere) notice(`Warning: ${warning}`);
  const output = new FunctionOutput((line) => progress.line(line));
  const lambda = await openLocalLambda({
    dataFolder: options.data,
    tools,
    extraFunctions,
    behaviours,
    onNotice: notice,
    onLog: (entry) => void (options.verbose && output.add(entry)),
  });
  try {
    const started = startDirectRun(plan, {
      invoker: lambdaInvoker(lambda.client),
      inputs,
      warnings: [...ofHere, ...plan.warnings],
    });
    const run = await follow(started, options.quiet ? undefined : progress, io);
    io.stdout.write(`${JSON.stringify(run, null, 2)}\n`);
    if (!options.quiet) showRun(run, plan, io);
    if (run.status !== 'cancelled') await awaitUnawaited(lambda, notice, io);
    return exitStatusOf(run.status);
  } finally {
    await lambda.close();
    output.end();
  }
}

function progressOf(io: CliIo): Progress {
  return createProgress(io.stderr, {
    style: styleFor(io.stderr, io.env),
    isTty: canRedraw(io.stderr, io.env),
    columns: () => io.stderr.columns,
    rows: () => io.stderr.rows,
    now: Date.now,
  });
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

/** Shows a run as it goes on, to its end. */
async function follow(started: StartedRun, progress: Progress | undefined, io: CliIo): Promise<RunRecord> {
  const stopListening = io.onInterrupt(() => started.cancel('the run was interrupted'));
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
