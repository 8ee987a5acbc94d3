/** The record of a run that has not come to its end: as far as its events tell. */
import { isJsonObject, type Json } from '../../core/json.ts';
import { roundMs } from '../outcome.ts';
import type { ActionRecord, RunRecord, RunStatus } from '../records.ts';
import type { StoredEvent } from './stored-event.ts';
import type { RunSource } from './stored-run.ts';
import type { RunSummary } from './summary.ts';

export interface PartialRun {
  summary: RunSummary;
  source: RunSource;
  warnings: readonly string[];
  /** Of an attempt before: what succeeded then is kept. */
  previous: RunRecord | undefined;
  events: readonly StoredEvent[];
}

/** A run that goes on: it has the records of the actions that have ended. `now` in milliseconds since the epoch. */
export function runningRecord(run: PartialRun, now: number): RunRecord {
  const records = endedRecords(run);
  const listed = actionsOf(run.source).flatMap(({ id }) => records.get(id) ?? []);
  return recordOf(run, listed, { status: 'running', finishedAt: undefined, error: null, now });
}

/** A run that nobody has under way any more: what had not ended is cancelled, for it is unknown what became of it. */
export function lostRecord(run: PartialRun, reason: string, now: number): RunRecord {
  const records = endedRecords(run);
  const begun = new Set(run.events.flatMap((event) => (event.type === 'action_started' ? [event.action_id] : [])));
  const listed = actionsOf(run.source).map(
    ({ id, tool }) => records.get(id) ?? cancelledRecord(id, tool, reason, begun.has(id)),
  );
  return recordOf(run, listed, { status: 'cancelled', finishedAt: now, error: reason, now });
}

/** A run that no engine would take: nothing of it was started, or nobody knows. */
export function refusedRecord(run: PartialRun, reason: string, now: number): RunRecord {
  return { ...lostRecord(run, reason, now), status: 'failed' };
}

interface ListedAction {
  id: string;
  tool: string;
  outputKey: string;
}

/** The plan was accepted once, so that its fields are what they have to be. */
function actionsOf({ plan }: RunSource): ListedAction[] {
  const actions = isJsonObject(plan) && Array.isArray(plan['actions']) ? plan['actions'] : [];
  return actions.filter(isJsonObject).map(({ id, tool, output_key: key }) => ({
    id: String(id),
    tool: String(tool),
    outputKey: typeof key === 'string' ? key : String(id),
  }));
}

function endedRecords({ previous, events }: PartialRun): Map<string, ActionRecord> {
  const kept = (previous?.records ?? []).filter(({ success }) => success);
  const records = new Map(kept.map((record) => [record.id, record]));
  for (const event of events) if ('record' in event) records.set(event.record.id, event.record);
  return records;
}

function cancelledRecord(id: string, tool: string, reason: string, hasBegun: boolean): ActionRecord {
  return {
    id,
    status: 'cancelled',
    success: false,
    result: null,
    tool_name: tool,
    attempts: hasBegun ? 1 : 0,
    execution_time_ms: 0,
    started_at: null,
    finished_at: null,
    error: null,
    error_type: null,
    reason: `${reason}; its outcome is unknown`,
  };
}

interface End {
  status: RunStatus;
  finishedAt: number | undefined;
  error: string | null;
  now: number;
}

function recordOf(run: PartialRun, records: ActionRecord[], { status, finishedAt, error, now }: End): RunRecord {
  const { run_id, name, engine, started_at } = run.summary;
  const byId = new Map(records.map((record) => [record.id, record]));
  const results: [string, Json][] = actionsOf(run.source).flatMap(({ id, outputKey }) => {
    const record = byId.get(id);
    return record?.success ? [[outputKey, record.result]] : [];
  });
  const makespan = Math.max(0, now - Date.parse(started_at));
  const sequential = records.reduce((sum, record) => sum + record.execution_time_ms, 0);
  return {
    run_id,
    name,
    status,
    engine,
    started_at,
    finished_at: finishedAt === undefined ? null : new Date(finishedAt).toISOString(),
    makespan_ms: roundMs(makespan),
    sequential_ms: roundMs(sequential),
    speedup: makespan === 0 ? 1 : Math.round((sequential / makespan) * 100) / 100,
    results: Object.fromEntries(results),
    records,
    error,
    warnings: [...run.warnings],
  };
}
