/** A run on a Standard machine as the history of its execution tells it, whoever started it. */
import { ExecutionDoesNotExist, GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import type { PreparedPlan } from '../../compiler/prepare.ts';
import type { Clock } from '../../core/clock.ts';
import { StepweaveError } from '../../core/errors.ts';
import { EventLog } from '../event-log.ts';
import type { RunRecord } from '../records.ts';
import type { Continuation } from '../resume.ts';
import { HistoryRun } from '../step-functions/history-run.ts';
import { type MachinePlace, patiently } from '../step-functions/machines.ts';
import { Settlement } from '../step-functions/settlement.ts';
import type { StoredEvent, UnnumberedEvent } from './stored-event.ts';
import type { StoredRun } from './stored-run.ts';

export interface ExecutionView {
  /** Those that the process which followed the run has not written, numbered on from those that it has. */
  events: StoredEvent[];
  /** Undefined while the execution goes on. */
  record: RunRecord | undefined;
  /** Whether the service that ran it was ended: nothing goes on, and nothing more is known. */
  isBrokenOff: boolean;
}

/** What the local service ends executions with that ran when its process was ended. */
const SERVICE_STOPPED = 'Stepweave.ServiceStopped';

/** Undefined when there is no execution of the name of the run, or it is not of this attempt. */
export async function viewExecution(
  place: Pick<MachinePlace, 'client' | 'arnPrefix'> & { clock: Clock },
  plan: PreparedPlan,
  stored: StoredRun,
  written: readonly StoredEvent[],
): Promise<ExecutionView | undefined> {
  const { summary, machine, attempt } = stored;
  // An attempt that was not redriven is an execution of another name, which nobody has written.
  const isOfThisName = attempt === 0 || plan.settings.on_failure === 'stop';
  if (summary.engine !== 'standard' || machine === undefined || !isOfThisName) return undefined;
  const executions = place.arnPrefix.replace(/:stateMachine:$/, ':execution:');
  return readExecution(place, plan, stored, written, { executionArn: `${executions}${machine}:${summary.run_id}` });
}

/** The same of an execution that is known by its ARN. `continued`: what it was given of the attempt before. */
export async function readExecution(
  place: Pick<MachinePlace, 'client'> & { clock: Clock },
  plan: PreparedPlan,
  stored: StoredRun,
  written: readonly StoredEvent[],
  { executionArn, continued }: { executionArn: string; continued?: Continuation | undefined },
): Promise<ExecutionView | undefined> {
  const { summary, source, attempt } = stored;
  const history = await historyOf(place, executionArn);
  if (history === undefined) return undefined;

  const log = new EventLog(summary.run_id, place.clock);
  const { inputs } = source;
  const settlement = new Settlement({
    plan,
    runId: summary.run_id,
    engine: 'standard',
    inputs,
    events: log,
    continued,
  });
  const run = new HistoryRun(plan, settlement, log);
  const actions = plan.actions.map(({ id, tool }) => ({ id, tool_name: tool.name }));
  log.emit({ type: 'run_started', name: plan.name, actions }, history[0]?.timestamp?.valueOf());
  await run.follow(history);
  const isBrokenOff = history.at(-1)?.executionFailedEventDetails?.error === SERVICE_STOPPED;
  const record = run.hasEnded && !isBrokenOff ? await run.finish(stored.warnings) : undefined;
  return { events: unwritten(await drained(log), written, attempt), record, isBrokenOff };
}

async function drained(log: EventLog): Promise<UnnumberedEvent[]> {
  log.close();
  const events: UnnumberedEvent[] = [];
  for await (const { sequence: _, ...event } of log) {
    if (event.type !== 'run_completed') events.push(event as UnnumberedEvent);
  }
  return events;
}

/** The same history tells the same events, so that those that are written already are known by their number. */
function unwritten(told: readonly UnnumberedEvent[], written: readonly StoredEvent[], attempt: number): StoredEvent[] {
  const last = written.at(-1)?.sequence ?? 0;
  const starts = written.filter(({ type }) => type === 'run_started');
  const before = starts.length > attempt ? starts.at(-1)!.sequence - 1 : last;
  const numbered = told.map((event, index) => ({ ...event, sequence: before + index + 1 }) as StoredEvent);
  return numbered.filter(({ sequence }) => sequence > last);
}

async function historyOf(
  { client, clock }: Pick<MachinePlace, 'client'> & { clock: Clock },
  executionArn: string,
): Promise<HistoryEvent[] | undefined> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  try {
    do {
      const command = new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, nextToken });
      const page = await patiently(clock, () => client.send(command));
      events.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return events;
  } catch (thrown) {
    if (thrown instanceof StepweaveError && thrown.cause instanceof ExecutionDoesNotExist) return undefined;
    throw thrown;
  }
}
