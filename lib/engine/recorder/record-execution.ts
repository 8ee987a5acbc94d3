/** Ends runs that no process follows any more: writes the record that the history of their execution tells. */
import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { preparePlan } from '../../compiler/prepare.ts';
import type { Clock } from '../../core/clock.ts';
import { isJsonObject } from '../../core/json.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import { continuationOf } from '../resume.ts';
import type { RunStore } from '../run-store/run-store.ts';
import { readExecution } from '../runs/execution-view.ts';
import type { StoredEvent } from '../runs/stored-event.ts';
import type { StoredRun } from '../runs/stored-run.ts';
import { summaryOf } from '../runs/summary.ts';
import { patiently } from '../step-functions/machines.ts';

export interface RecorderOptions {
  store: RunStore;
  client: SFNClient;
  tools: ToolRegistry;
  clock: Clock;
  /** Milliseconds in which a process that follows the run may write its end itself. Default: 10 seconds. */
  patienceMs?: number;
}

/** A Standard execution that has ended. */
export interface EndedExecution {
  executionArn: string;
  /** That of its run, unless it continues one. */
  name: string;
}

/** `known`: somebody else wrote the end of the run. `foreign`: it is of no run. `running`: it was redriven meanwhile. */
export type Recorded = 'recorded' | 'known' | 'foreign' | 'running';

const DEFAULT_PATIENCE_MS = 10_000;

/** Doing it twice, or beside a process that follows the run, changes nothing: the same history gives the same record. */
export async function recordExecution(options: RecorderOptions, execution: EndedExecution): Promise<Recorded> {
  const { store, clock, patienceMs = DEFAULT_PATIENCE_MS } = options;
  const run = (await store.get(execution.name)) ?? (await continuedRun(options, execution));
  if (run === undefined) return 'foreign';
  if (run.summary.status !== 'running') return 'known';
  await clock.sleep(patienceMs);
  const stored = await store.get(run.summary.run_id);
  if (stored?.summary.status !== 'running' || stored.attempt !== run.attempt) return 'known';
  return writeEnd(options, stored, execution);
}

async function writeEnd(
  { store, client, tools, clock }: RecorderOptions,
  stored: StoredRun,
  { executionArn, name }: EndedExecution,
): Promise<Recorded> {
  const { summary, source, record: previous, attempt } = stored;
  const runId = summary.run_id;
  const plan = preparePlan(source.plan, tools);
  const written = await store.events(runId);
  const continued = name === runId || previous === undefined ? undefined : continuationOf(plan, previous);
  const view = await readExecution({ client, clock }, plan, stored, written, { executionArn, continued });
  if (view?.record === undefined) return 'running';
  const { record, events } = view;
  const end: StoredEvent = {
    time: record.finished_at ?? new Date(clock.now()).toISOString(),
    run_id: runId,
    sequence: ((events.at(-1) ?? written.at(-1))?.sequence ?? 0) + 1,
    type: 'run_completed',
    run: summaryOf(record),
  };
  return (await store.finish(runId, { attempt, record, events: [...events, end] })) ? 'recorded' : 'known';
}

/** An execution that continues a run has the id of the run in its input. */
async function continuedRun(
  { store, client, clock }: RecorderOptions,
  { executionArn }: EndedExecution,
): Promise<StoredRun | undefined> {
  const description = await patiently(clock, () => client.send(new DescribeExecutionCommand({ executionArn })));
  const input: unknown = JSON.parse(description.input ?? 'null');
  const runId = isJsonObject(input) ? input['run_id'] : undefined;
  return typeof runId === 'string' ? store.get(runId) : undefined;
}
