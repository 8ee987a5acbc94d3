/** The Step Functions engine: compiles a plan, starts its machine, and follows the execution to its end. */
import { randomUUID } from 'node:crypto';
import {
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  type StartSyncExecutionCommandOutput,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type CompiledPlan, type CompileOptions, compilePlan } from '../../compiler/compile.ts';
import { checkLimits } from '../../compiler/limits.ts';
import type { PreparedPlan } from '../../compiler/prepare.ts';
import { realClock } from '../../core/clock.ts';
import { StepweaveError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { EventLog } from '../event-log.ts';
import type { RunRecord } from '../records.ts';
import { type Continuation, continuationOf } from '../resume.ts';
import type { StartedRun } from '../started-run.ts';
import { settleExpress } from './express.ts';
import { HistoryRun } from './history-run.ts';
import { type MachinePlace, patiently, startOn } from './machines.ts';
import { LAST_EVENTS, wouldRunAgain } from './redrive.ts';
import { Settlement } from './settlement.ts';

export interface StepFunctionsRunOptions extends Omit<MachinePlace, 'clock'> {
  engine: 'express' | 'standard';
  /** What the names of machines begin with. Default: `stepweave-`. */
  prefix?: string;
  clock?: MachinePlace['clock'];
  /** What `$inputs` stands for. */
  inputs?: JsonObject;
  /** Also the name of the execution. */
  runId?: string;
  warnings?: readonly string[];
  /** Milliseconds between two looks at the history of a Standard execution. AWS allows an account about 20 looks a second. */
  pollMs?: number;
  /**
   * Events of an Express execution as they happen, if they are logged. Without it such a run is silent until it has ended.
   */
  log?: (executionName: string, signal: AbortSignal) => AsyncIterable<HistoryEvent>;
  /**
   * An earlier run of this plan, of which this one does what is left. A Standard execution that was stopped by a failure is
   * redriven; any other run is continued by a new execution.
   */
  resume?: RunRecord;
}

const DEFAULT_POLL_MS = 1000;

/** Starts a plan. What fails in it is told by its records; `result` rejects if Step Functions itself refuses. */
export function startStepFunctionsRun(plan: PreparedPlan, options: StepFunctionsRunOptions): StartedRun {
  const run = new StepFunctionsRun(plan, options);
  return { runId: run.runId, events: run.events, result: run.start(), cancel: (reason) => run.cancel(reason) };
}

class StepFunctionsRun {
  readonly runId: string;
  /** Each execution has a name of its own. */
  readonly #executionName: string;
  readonly #continued: Continuation | undefined;
  readonly events: EventLog;
  readonly #plan: PreparedPlan;
  /** Undefined where an earlier run has done everything. */
  readonly #compiled: CompiledPlan | undefined;
  readonly #options: StepFunctionsRunOptions;
  readonly #place: MachinePlace;
  readonly #warnings: readonly string[];
  #settlement: Settlement;
  /** The reason to stop, once there is one. */
  readonly #stop = Promise.withResolvers<string>();
  readonly #abort = new AbortController();

  constructor(plan: PreparedPlan, options: StepFunctionsRunOptions) {
    const { engine, inputs = {}, prefix, clock = realClock } = options;
    this.#continued = options.resume && continuationOf(plan, options.resume);
    this.runId = this.#continued?.runId ?? options.runId ?? randomUUID();
    this.#executionName = this.#continued === undefined ? this.runId : randomUUID();
    this.#plan = plan;
    this.#options = options;
    this.#place = { ...options, clock };
    this.#warnings = [...(options.warnings ?? plan.warnings), ...(this.#continued?.warnings ?? [])];
    this.events = new EventLog(this.runId, clock);
    this.#compiled = this.#isComplete
      ? undefined
      : compileWithinLimits(plan, {
          type: engine === 'express' ? 'EXPRESS' : 'STANDARD',
          inputs,
          ...(prefix !== undefined && { prefix }),
          ...(this.#continued && { resume: this.#continued }),
        });
    this.#settlement = this.#settlementFrom(this.#continued);
  }

  cancel(reason = 'the run was cancelled'): void {
    this.#stop.resolve(reason);
    this.#abort.abort();
  }

  async start(): Promise<RunRecord> {
    const { name, actions } = this.#plan;
    const listed = actions.map(({ id, tool }) => ({ id, tool_name: tool.name }));
    this.events.emit({ type: 'run_started', name, actions: listed });
    try {
      const run = await this.#run();
      this.events.emit({ type: 'run_completed', run });
      return run;
    } finally {
      this.events.close();
    }
  }

  /** Whether the run that is continued has left nothing to do but to say how it ended. */
  get #isComplete(): boolean {
    return this.#continued?.kept.size === this.#plan.actions.length;
  }

  #run(): Promise<RunRecord> {
    if (this.#compiled === undefined) return this.#finishAtOnce();
    return this.#options.engine === 'express' ? this.#runExpress(this.#compiled) : this.#runStandard(this.#compiled);
  }

  async #finishAtOnce(): Promise<RunRecord> {
    const now = this.#place.clock.now();
    return this.#settlement.finish({ startedAt: now, finishedAt: now }, undefined, this.#warnings);
  }

  /** One call, which answers when the execution has ended. It cannot be stopped; to cancel the run is not to wait for it. */
  async #runExpress(compiled: CompiledPlan): Promise<RunRecord> {
    const { clock } = this.#place;
    const startedAt = clock.now();
    const over = new AbortController();
    const log = this.#options.log?.(this.#executionName, over.signal);
    const answered = startOn(this.#place, compiled, (stateMachineArn) =>
      this.#place.client.send(
        new StartSyncExecutionCommand({
          stateMachineArn,
          name: this.#executionName,
          input: JSON.stringify(compiled.input),
        }),
        { abortSignal: this.#abort.signal },
      ),
    );
    answered.catch(() => {}); // if nobody waits for it any more
    if (log !== undefined) return this.#followLog(log, answered, over);
    const ended = await Promise.race([answered, this.#stop.promise]);
    const end = typeof ended === 'string' ? abandoned(ended, startedAt, clock.now()) : expressEnd(ended);
    return settleExpress(this.#plan, this.#settlement, end, this.#warnings);
  }

  /** `over` ends the log. */
  async #followLog(
    log: AsyncIterable<HistoryEvent>,
    answered: Promise<unknown>,
    over: AbortController,
  ): Promise<RunRecord> {
    const run = new HistoryRun(this.#plan, this.#settlement, this.events);
    let refusal: unknown;
    answered.catch((thrown) => {
      refusal = thrown;
      over.abort();
    });
    for await (const event of log) {
      if (this.#abort.signal.aborted) break;
      await run.follow([event]);
      if (run.hasEnded) return run.finish(this.#warnings);
    }
    if (!this.#abort.signal.aborted) throw refusal;
    return run.abandon(await this.#stop.promise, this.#place.clock.now(), this.#warnings);
  }

  async #runStandard(compiled: CompiledPlan): Promise<RunRecord> {
    const executionArn = (await this.#redrive()) ?? (await this.#startStandard(compiled));
    void this.#stopWhenAsked(executionArn);
    const run = new HistoryRun(this.#plan, this.#settlement, this.events);
    for (;;) {
      await run.follow(await this.#eventsAfter(executionArn, run.lastEventId));
      if (run.hasEnded) return run.finish(this.#warnings);
      await this.#place.clock.sleep(this.#options.pollMs ?? DEFAULT_POLL_MS);
    }
  }

  async #startStandard(compiled: CompiledPlan): Promise<string> {
    const input = JSON.stringify(compiled.input);
    const { executionArn } = await startOn(this.#place, compiled, (stateMachineArn) =>
      this.#place.client.send(new StartExecutionCommand({ stateMachineArn, name: this.#executionName, input })),
    );
    return executionArn!;
  }

  /** Reruns what failed, in the execution that it failed in. Its history then tells the run from its first start. */
  async #redrive(): Promise<string | undefined> {
    const { resume, inputs, prefix } = this.#options;
    if (resume?.engine !== 'standard' || this.#plan.settings.on_failure !== 'stop') return undefined;
    const { name } = compilePlan(this.#plan, {
      type: 'STANDARD',
      ...(inputs && { inputs }),
      ...(prefix !== undefined && { prefix }),
    });
    const machines = this.#place.arnPrefix.replace(/:stateMachine:$/, ':execution:');
    const executionArn = `${machines}${name}:${resume.run_id}`;
    const { client, clock } = this.#place;
    const last = new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: LAST_EVENTS });
    const redrive = new RedriveExecutionCommand({ executionArn, clientToken: randomUUID() });
    try {
      const { events = [] } = await patiently(clock, () => client.send(last));
      if (!wouldRunAgain(this.#plan, resume, events)) return undefined;
      await patiently(clock, () => client.send(redrive));
    } catch (refused) {
      if (isRefusedRedrive(refused)) return undefined;
      throw refused;
    }
    this.#settlement = this.#settlementFrom(undefined);
    return executionArn;
  }

  #settlementFrom(continued: Continuation | undefined): Settlement {
    const { engine, inputs = {} } = this.#options;
    return new Settlement({ plan: this.#plan, runId: this.runId, engine, inputs, events: this.events, continued });
  }

  async #stopWhenAsked(executionArn: string): Promise<void> {
    const cause = await this.#stop.promise;
    const command = new StopExecutionCommand({ executionArn, cause });
    await patiently(this.#place.clock, () => this.#place.client.send(command)).catch(() => {}); // it has ended by itself
  }

  /** New events in order. They are read from the end backwards, until one that is known: nothing is read twice. */
  async #eventsAfter(executionArn: string, lastId: number): Promise<HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await patiently(this.#place.clock, () =>
        this.#place.client.send(
          new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1000, nextToken }),
        ),
      );
      const unknown = (page.events ?? []).filter(({ id }) => id! > lastId);
      events.push(...unknown);
      const reachedKnown = unknown.length < (page.events?.length ?? 0);
      nextToken = reachedKnown ? undefined : page.nextToken;
    } while (nextToken !== undefined);
    return events.reverse();
  }
}

/** The execution is gone, has succeeded after all, was itself continued, or is too old. */
function isRefusedRedrive(thrown: unknown): boolean {
  const cause = thrown instanceof StepweaveError ? thrown.cause : thrown;
  return cause instanceof ExecutionNotRedrivable || cause instanceof ExecutionDoesNotExist;
}

function compileWithinLimits(plan: PreparedPlan, options: CompileOptions): CompiledPlan {
  const compiled = compilePlan(plan, options);
  checkLimits(compiled, plan);
  return compiled;
}

function expressEnd({ status, error, cause, output, startDate, stopDate }: StartSyncExecutionCommandOutput) {
  return {
    end: { status: status!, error, cause },
    output: JSON.parse(output ?? 'null'),
    startedAt: startDate!.valueOf(),
    finishedAt: stopDate!.valueOf(),
  };
}

function abandoned(cause: string, startedAt: number, finishedAt: number) {
  return { end: { status: 'ABORTED' as const, error: undefined, cause }, output: null, startedAt, finishedAt };
}
