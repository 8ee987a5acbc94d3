/** What became of a run and of each of its actions, in the wire format that `run`, `simulate` and the API print. */
import * as z from 'zod';
import type { Json } from '../core/json.ts';

const json = z.custom<Json>((value) => value !== undefined);
const status = z.enum(['succeeded', 'fallback', 'failed', 'timeout', 'skipped', 'cancelled']);
const time = z.iso.datetime();
const milliseconds = z.number().nonnegative();

const itemRecordSchema = z.object({
  index: z.int().nonnegative(),
  status,
  attempts: z.int().nonnegative(),
  execution_time_ms: milliseconds.describe('From its first attempt to its end, waits between attempts included.'),
  result: json.optional(),
  error: z.string().optional(),
  error_type: z.string().optional(),
});

/** One action. Every field is always there; what does not apply is null. */
export const actionRecordSchema = z.object({
  id: z.string(),
  status,
  success: z.boolean().describe('Whether it has a result to use: `succeeded` or `fallback`.'),
  result: json,
  tool_name: z.string(),
  attempts: z.int().nonnegative().describe('Times it was invoked; of a list, the most that an item was.'),
  execution_time_ms: milliseconds.describe('From `started_at` to `finished_at`, waits between attempts included.'),
  started_at: time.nullable().describe('When it was begun; null when it never was.'),
  finished_at: time.nullable(),
  error: z.string().nullable(),
  error_type: z.string().nullable(),
  reason: z.string().nullable().describe('Why it was skipped, cancelled or fell back.'),
  items: z.array(itemRecordSchema).optional().describe('Only of a `for_each` action.'),
});

export const runRecordSchema = z.object({
  run_id: z.string().min(1),
  name: z.string(),
  status: z.enum(['running', 'succeeded', 'partial', 'failed', 'timed_out', 'cancelled']),
  engine: z.enum(['express', 'standard', 'direct']),
  started_at: time,
  finished_at: time.nullable(),
  makespan_ms: milliseconds,
  sequential_ms: milliseconds.describe('What the same calls would have taken one after another.'),
  speedup: z.number().describe('`sequential_ms` / `makespan_ms`.'),
  results: z.record(z.string(), json),
  records: z.array(actionRecordSchema).describe('In the order of the plan.'),
  error: z.string().nullable().describe('Why the run ended early or failed, in one sentence.'),
  warnings: z.array(z.string()),
});

/** One item of a `for_each` action. */
export type ItemRecord = z.infer<typeof itemRecordSchema>;
export type ActionRecord = z.infer<typeof actionRecordSchema>;
export type RunRecord = z.infer<typeof runRecordSchema>;
export type ActionStatus = ActionRecord['status'];
export type RunStatus = RunRecord['status'];
