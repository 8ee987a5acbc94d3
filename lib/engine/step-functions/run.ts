/** The Step Functions engine: compiles a plan, starts its machine, and follows the execution to its end. */
import { randomUUID } from 'node:crypto';
import {
  GetExecutionHistoryCommand,
  type HistoryEvent,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  type StartSyncExecutionCommandOutput,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type CompiledPlan, compilePlan } from '../../compiler/compile.ts';
import type { PreparedPlan } from '../../compiler/prepare.ts';
import { realClock } from '../../core/clock.ts';
import type { JsonObject } from '../../core/json.ts';
import { EventLog } from '../event-log.ts';
import type { RunRecord } from '../records.ts';
import type { StartedRun } from '../started-run.ts';
import { settleExpress } from './express.ts';
import { type MachinePlace, patiently, startOn } from './machines.ts';
import { Settlement } from './settlement.ts';
import { StandardRun } from './standard.ts';

export interface StepFunctionsRunOptions extends Omit<MachinePlace, 'clock'> {
  engine: 'express' | 'standard';
  clock?: MachinePlace['clock'];
  /** What `$inputs` stands for. */
  inputs?: JsonObject;
  /** Also the name of the execution. */
  runId?: string;
  warnings?: readonly string[];
  /** Milliseconds between two looks at the history of a Standard execution. AWS allows an account about 20 looks a second. */
  pollMs?: number;
}

const DEFAULT_POLL_MS = 1000;

/** Starts a plan. What fails in it is told by its records; `result` rejects if Step Functions itself refuses. */
export function startStepFunctionsRun(plan: PreparedPlan, options: StepFunctionsRunOptions): StartedRun {
  const run = new StepFunctionsRun(plan, options);
  return { runId: run.runId, events: run.events, result: run.start(), cancel: (reason) => run.cancel(reason) };
}

class StepFunctionsRun {
  readonly runId: string;
  readonly events: EventLog;
  readonly #plan: PreparedPlan;
  readonly #compiled: CompiledPlan;
  readonly #options: StepFunctionsRunOptions;
  readonly #place: MachinePlace;
  readonly #warnings: readonly string[];
  readonly #settlement: Settlement;
  /** The reason to stop, once there is one. */
  readonly #stop = Promise.withResolvers<string>();
  readonly #abort = new AbortController();

  constructor(plan: PreparedPlan, options: StepFunctionsRunOptions) {
    const { engine, inputs = {}, clock = realClock } = options;
    this.runId = options.runId ?? randomUUID();
    this.#plan = plan;
    this.#options = options;
    this.#place = { ...options, clock };
    this.#warnings = options.warnings ?? plan.warnings;
    this.events = new EventLog(this.runId, clock);
    this.#compiled = compilePlan(plan, { type: engine === 'express' ? 'EXPRESS' : 'STANDARD', inputs });
    this.#settlement = new Settlement({ plan, runId: this.runId, engine, inputs, events: this.events });
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
      const run = this.#options.engine === 'express' ? await this.#runExpress() : await this.#runStandard();
      this.events.emit({ type: 'run_completed', run });
      return run;
    } finally {
      this.events.close();
    }
  }

  /** One call, which answers when the execution has ended. It cannot be stopped; to cancel the run is not to wait for it. */
  async #runExpress(): Promise<RunRecord> {
    const { clock } = this.#place;
    const startedAt = clock.now();
    const answered = startOn(this.#place, this.#compiled, (stateMachineArn) =>
      this.#place.client.send(
        new StartSyncExecutionCommand({
          stateMachineArn,
          name: this.runId,
          input: JSON.stringify(this.#compiled.input),
        }),
        { abortSignal: this.#abort.signal },
      ),
    );
    answered.catch(() => {}); // if nobody waits for it any more
    const ended = await Promise.race([answered, this.#stop.promise]);
    const end = typeof ended === 'string' ? abandoned(ended, startedAt, clock.now()) : expressEnd(ended);
    return settleExpress(this.#plan, this.#settlement, end, this.#warnings);
  }

  async #runStandard(): Promise<RunRecord> {
    const { executionArn } = await startOn(this.#place, this.#compiled, (stateMachineArn) =>
      this.#place.client.send(
        new StartExecutionCommand({ stateMachineArn, name: this.runId, input: JSON.stringify(this.#compiled.input) }),
      ),
    );
    void this.#stopWhenAsked(executionArn!);
    const run = new StandardRun(this.#plan, this.#settlement, this.events);
    for (;;) {
      await run.follow(await this.#eventsAfter(executionArn!, run.lastEventId));
      if (run.hasEnded) return run.finish(this.#warnings);
      await this.#place.clock.sleep(this.#options.pollMs ?? DEFAULT_POLL_MS);
    }
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
