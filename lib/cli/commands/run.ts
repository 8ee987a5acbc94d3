/** `stepweave run PLAN`: runs a plan on this machine. */

import type { LambdaClient } from '@aws-sdk/client-lambda';
import { chooseEngine, type Engine } from '../../analysis/engine-choice.ts';
import type { PreparedPlan } from '../../compiler/prepare.ts';
import type { JsonObject } from '../../core/json.ts';
import { startDirectRun } from '../../engine/direct/run.ts';
import { lambdaInvoker } from '../../engine/lambda-invoker.ts';
import type { RunRecord } from '../../engine/records.ts';
import { continuationOf } from '../../engine/resume.ts';
import type { StartedRun } from '../../engine/started-run.ts';
import { startStepFunctionsRun } from '../../engine/step-functions/run.ts';
import { criticalPath } from '../../graph/longest-path.ts';
import type { Settings } from '../../plan/schema.ts';
import { type DocumentOptions, readBehaviours, readInputs, readPlan, readRun } from '../documents.ts';
import { exitStatusOf } from '../exit.ts';
import { parseFunctionOptions } from '../function-option.ts';
import { type CliIo, widthOf } from '../io.ts';
import { type LocalLambda, openLocalLambda, unservedWarnings } from '../local-lambda.ts';
import { openLocalMachines } from '../local-states.ts';
import { FunctionOutput } from '../render/function-output.ts';
import { createProgress, type Progress } from '../render/progress.ts';
import { renderResults } from '../render/results.ts';
import { canRedraw, styleFor } from '../render/style.ts';
import { renderTimeline } from '../render/timeline.ts';

export interface RunOptions extends DocumentOptions {
  engine?: Settings['engine'];
  /** Folder of the embedded store. */
  data: string;
  /** Further functions to serve, as `name=module`. */
  function: string[];
  /** A file with the run that is continued. */
  resume?: string;
  quiet?: boolean;
  verbose?: boolean;
}

/** Runs a plan and shows it; resolves with the exit status. */
export async function runCommand(planFile: string, options: RunOptions, io: CliIo): Promise<number> {
  const plan = await readPlan(planFile, options, io);
  const inputs = await readInputs(options.input, io);
  const behaviours = await readBehaviours(options.lambdas, io);
  const previous = await readRun(options.resume, io);
  if (previous !== undefined) continuationOf(plan, previous); // says at once what cannot be continued
  const extraFunctions = await parseFunctionOptions(options.function);
  const tools = plan.actions.map(({ tool }) => tool);
  const { engine } = chooseEngine(plan, options.engine);
  const ofHere = unservedWarnings(tools, { extraFunctions, behaviours });

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
    const started = start(plan, engine, lambda.client, {
      inputs,
      warnings: [...ofHere, ...plan.warnings],
      ...(previous && { resume: previous }),
    });
    const run = await follow(started, options.quiet ? undefined : progress, io);
    await started.close();
    io.stdout.write(`${JSON.stringify(run, null, 2)}\n`);
    if (!options.quiet) showRun(run, plan, io);
    if (run.status !== 'cancelled') await awaitUnawaited(lambda, notice, io);
    return exitStatusOf(run.status);
  } finally {
    await lambda.close();
    output.end();
  }
}

/** Milliseconds between two looks at a history that is in this process. */
const POLL_MS = 25;

interface LocalRun extends StartedRun {
  close(): Promise<void>;
}

function start(
  plan: PreparedPlan,
  engine: Engine,
  lambda: LambdaClient,
  options: { inputs: JsonObject; warnings: readonly string[]; resume?: RunRecord },
): LocalRun {
  if (engine === 'direct') {
    return { ...startDirectRun(plan, { invoker: lambdaInvoker(lambda), ...options }), close: async () => {} };
  }
  const machines = openLocalMachines(lambda);
  const started = startStepFunctionsRun(plan, { ...machines, engine, pollMs: POLL_MS, ...options });
  return { ...started, close: () => machines.close() };
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
function measuredCriticalPathMs({ records, started_at }: RunRecord, { dependencies }: PreparedPlan): number {
  // What an earlier run did, of which this one is the rest, took no time here.
  const isOfBefore = (at: string | null) => at !== null && Date.parse(at) < Date.parse(started_at);
  const took = new Map(
    records.map((record) => [record.id, isOfBefore(record.started_at) ? 0 : record.execution_time_ms]),
  );
  return criticalPath(dependencies.graph, dependencies.order, (id) => took.get(id)!).length;
}
