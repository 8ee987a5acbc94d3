/** Starts a plan on the engine that is asked for. */
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { Engine } from '../../analysis/engine-choice.ts';
import { compilePlan, DEFAULT_PREFIX } from '../../compiler/compile.ts';
import { checkLimits } from '../../compiler/limits.ts';
import type { PreparedPlan } from '../../compiler/prepare.ts';
import type { Clock } from '../../core/clock.ts';
import type { JsonObject } from '../../core/json.ts';
import { startDirectRun } from '../direct/run.ts';
import { lambdaInvoker } from '../lambda-invoker.ts';
import type { RunRecord } from '../records.ts';
import type { StartedRun } from '../started-run.ts';
import { patiently } from '../step-functions/machines.ts';
import { type StepFunctionsRunOptions, startStepFunctionsRun } from '../step-functions/run.ts';
import { type ExecutionView, viewExecution } from './execution-view.ts';
import type { StoredEvent } from './stored-event.ts';
import type { StoredRun } from './stored-run.ts';

/** Where plans run. */
export interface EnginesOptions {
  lambda: LambdaClient;
  stepFunctions: Pick<StepFunctionsRunOptions, 'client' | 'arnPrefix' | 'roleArn' | 'prefix' | 'pollMs' | 'log'>;
  clock: Clock;
}

export interface EngineStart {
  runId: string;
  inputs: JsonObject;
  warnings: readonly string[];
  /** What it continues. */
  resume?: RunRecord;
}

export class Engines {
  readonly #options: EnginesOptions;

  constructor(options: EnginesOptions) {
    this.#options = options;
  }

  /** What the names of machines begin with. */
  get machinePrefix(): string {
    return this.#options.stepFunctions.prefix ?? DEFAULT_PREFIX;
  }

  /** The name of the machine that runs the plan, if one does; throws an `IssuesError` when Step Functions would not take it. */
  machineOf(plan: PreparedPlan, engine: Engine, inputs: JsonObject): string | undefined {
    if (engine === 'direct') return undefined;
    const type = engine === 'express' ? 'EXPRESS' : 'STANDARD';
    const compiled = compilePlan(plan, { type, inputs, prefix: this.machinePrefix });
    checkLimits(compiled, plan);
    return compiled.name;
  }

  start(plan: PreparedPlan, engine: Engine, start: EngineStart): StartedRun {
    const { lambda, stepFunctions, clock } = this.#options;
    if (engine === 'direct') return startDirectRun(plan, { invoker: lambdaInvoker(lambda), clock, ...start });
    return startStepFunctionsRun(plan, { ...stepFunctions, engine, clock, ...start });
  }

  /** A run on a Standard machine that another process has under way, or had. */
  view(plan: PreparedPlan, stored: StoredRun, written: readonly StoredEvent[]): Promise<ExecutionView | undefined> {
    const { stepFunctions, clock } = this.#options;
    return viewExecution({ ...stepFunctions, clock }, plan, stored, written);
  }

  /** Asks for the end of an execution that another process started. */
  async stop({ summary, machine }: StoredRun, cause: string): Promise<void> {
    const { client, arnPrefix } = this.#options.stepFunctions;
    const executions = arnPrefix.replace(/:stateMachine:$/, ':execution:');
    const executionArn = `${executions}${machine}:${summary.run_id}`;
    const command = new StopExecutionCommand({ executionArn, cause });
    await patiently(this.#options.clock, () => client.send(command));
  }
}
