/** What a list of runs shows of each. */
import * as z from 'zod';
import { excerpt } from '../../core/json.ts';
import { type RunRecord, runRecordSchema } from '../records.ts';

export const runSummarySchema = runRecordSchema
  .pick({
    run_id: true,
    name: true,
    status: true,
    engine: true,
    started_at: true,
    finished_at: true,
    makespan_ms: true,
  })
  .extend({
    actions: z.int().nonnegative().describe('How many actions its plan has.'),
    error: z.string().nullable().describe('Why the run ended early or failed; long messages are cut.'),
  });

export type RunSummary = z.infer<typeof runSummarySchema>;

const MAX_ERROR_CHARACTERS = 500;

export function summaryOf({ records, error, ...run }: RunRecord): RunSummary {
  const { run_id, name, status, engine, started_at, finished_at, makespan_ms } = run;
  const shortError = error === null ? null : excerpt(error, MAX_ERROR_CHARACTERS);
  const times = { started_at, finished_at, makespan_ms };
  return { run_id, name, status, engine, ...times, actions: records.length, error: shortError };
}
