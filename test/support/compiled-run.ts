/** Runs a random plan as its compiled machine, on the interpreter and the virtual clock; read both ways. */
import { validateDefinition } from '../../lib/asl/validate.ts';
import { type CompiledPlan, compilePlan, type MachineType } from '../../lib/compiler/compile.ts';
import { type PreparedPlan, preparePlan } from '../../lib/compiler/prepare.ts';
import { VirtualClock } from '../../lib/core/clock.ts';
import { isJsonObject, type Json } from '../../lib/core/json.ts';
import { EventLog } from '../../lib/engine/event-log.ts';
import type { RunRecord } from '../../lib/engine/records.ts';
import { type Continuation, continuationOf } from '../../lib/engine/resume.ts';
import { settleExpress } from '../../lib/engine/step-functions/express.ts';
import { HistoryRun } from '../../lib/engine/step-functions/history-run.ts';
import { Settlement } from '../../lib/engine/step-functions/settlement.ts';
import { type ExecutionEnd, startExecution } from '../../lib/interpreter/execution.ts';
import type { HistoryEvent } from '../../lib/interpreter/history.ts';
import type { TaskResult, TaskService } from '../../lib/interpreter/tasks.ts';
import type { ToolEvent } from '../../lib/tools/envelope.ts';
import { asDocument, type RandomPlan } from './random-plan.ts';
import { INPUTS } from './rich-plan.ts';
import { type RunOptions, randomTools, type Scripted, scripted } from './virtual-run.ts';

export interface CompiledRun {
  plan: PreparedPlan;
  compiled: CompiledPlan;
  end: ExecutionEnd;
  history: HistoryEvent[];
  calls: Scripted['calls'];
  continued: Continuation | undefined;
}

export interface CompiledRunOptions extends RunOptions {
  /** A run of the same machine that failed and is redriven. */
  redrive?: CompiledRun;
}

export async function runCompiled(
  random: RandomPlan,
  type: MachineType,
  { resume, redrive }: CompiledRunOptions = {},
): Promise<CompiledRun> {
  const clock = new VirtualClock(redrive?.history.at(-1)?.timestamp);
  const plan = preparePlan(asDocument(random), randomTools(random.cap));
  const continued = resume && continuationOf(plan, resume);
  const compiled = compilePlan(plan, { type, inputs: INPUTS, ...(continued && { resume: continued }) });
  const refused = validateDefinition(compiled.definition, { type });
  if (refused.length > 0) throw new Error(`not a valid definition: ${JSON.stringify(refused)}`);
  const script = scripted(random.actions, clock);
  const history: HistoryEvent[] = [...(redrive?.history ?? [])];
  const execution = startExecution({
    definition: compiled.definition,
    input: compiled.input,
    type,
    context: {
      Execution: {
        Id: 'arn:aws:states:us-east-1:000000000000:execution:m:run',
        Name: 'run',
        RoleArn: 'arn:aws:iam::000000000000:role/r',
        StartTime: new Date(0).toISOString(),
      },
      StateMachine: { Id: 'arn:aws:states:us-east-1:000000000000:stateMachine:m', Name: 'm' },
    },
    tasks: tasksOf(script),
    clock,
    random: () => 0.5,
    onEvent: (event) => history.push(event),
    ...(redrive && { redriveFrom: redrive.history }),
  });
  return { plan, compiled, end: await execution.ended, history, calls: script.calls, continued };
}

function tasksOf({ invoker }: Scripted): TaskService {
  return {
    supports: () => true,
    async call({ arguments: given, signal }): Promise<TaskResult> {
      if (!isJsonObject(given)) throw new Error('a call without arguments');
      const mode = given['InvocationType'] === 'Event' ? 'event' : 'request';
      const event = given['Payload'] as unknown as ToolEvent;
      const answer = await invoker.invoke({ functionName: String(given['FunctionName']), event, mode, signal });
      if (answer.ok) return { ok: true, output: { StatusCode: mode === 'event' ? 202 : 200, Payload: answer.payload } };
      const cause = JSON.stringify({ errorType: answer.error, errorMessage: answer.message, trace: [] });
      return { ok: false, error: answer.error, cause };
    },
  };
}

/** As the engine reads an Express machine. */
export async function readAsExpress({ plan, end, history, continued }: CompiledRun): Promise<RunRecord> {
  const settlement = settlementOf(plan, 'express', continued);
  const details = end.status === 'SUCCEEDED' ? {} : end;
  return settleExpress(
    plan,
    settlement,
    {
      end: { error: undefined, cause: undefined, ...details, status: end.status },
      output: end.status === 'SUCCEEDED' ? end.output : (null as Json),
      startedAt: 0,
      finishedAt: history.at(-1)!.timestamp,
    },
    plan.warnings,
  );
}

/** As the engine reads a Standard machine. */
export async function readAsStandard({ plan, history, continued }: CompiledRun): Promise<RunRecord> {
  const run = new HistoryRun(plan, settlementOf(plan, 'standard', continued), new EventLog('run', new VirtualClock()));
  await run.follow(history.map((event) => ({ ...event, timestamp: new Date(event.timestamp) })));
  return run.finish(plan.warnings);
}

function settlementOf(
  plan: PreparedPlan,
  engine: RunRecord['engine'],
  continued: Continuation | undefined,
): Settlement {
  return new Settlement({
    plan,
    runId: 'run',
    engine,
    inputs: INPUTS,
    continued,
    events: new EventLog('run', new VirtualClock()),
  });
}
