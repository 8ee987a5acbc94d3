/** The events of a run as they are kept and streamed: those of its engine, the last one with a summary in place of the run. */
import * as z from 'zod';
import type { RunEvent } from '../events.ts';
import { actionRecordSchema } from '../records.ts';
import { runSummarySchema } from './summary.ts';

const base = {
  time: z.iso.datetime(),
  run_id: z.string(),
  sequence: z.int().positive().describe('1, 2, 3 … within the run, also over resumptions of it.'),
};
const action = { action_id: z.string() };
const ended = { ...action, record: actionRecordSchema };

export const storedEventSchema = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('run_started'),
    name: z.string(),
    actions: z.array(z.object({ id: z.string(), tool_name: z.string() })),
  }),
  z.object({ ...base, type: z.literal('action_started'), ...action, tool_name: z.string() }),
  z
    .object({
      ...base,
      type: z.literal('progress'),
      ...action,
      message: z.string().describe('All of it in words.'),
      item: z.int().nonnegative().optional().describe('Index of the item, in a list.'),
      attempt: z.int().positive().optional().describe('The attempt that failed; 1 is the first.'),
      delay_ms: z.number().nonnegative().optional(),
      error_type: z.string().optional(),
      error: z.string().optional(),
      items_done: z.int().nonnegative().optional(),
      items: z.int().nonnegative().optional(),
    })
    .describe('An attempt failed and another follows, or an item of a list has ended.'),
  z.object({ ...base, type: z.literal('action_completed'), ...ended }).describe('It succeeded or fell back.'),
  z.object({ ...base, type: z.literal('action_failed'), ...ended }).describe('Failed, timed out or cancelled.'),
  z.object({ ...base, type: z.literal('action_skipped'), ...ended }),
  z.object({ ...base, type: z.literal('run_completed'), run: runSummarySchema }).describe('No event follows.'),
]);

/** All but the end of the run are the engine's own. */
export type StoredEvent =
  | Exclude<RunEvent, { type: 'run_completed' }>
  | Extract<z.infer<typeof storedEventSchema>, { type: 'run_completed' }>;

/** An event that has no number yet. */
export type UnnumberedEvent = StoredEvent extends infer One
  ? One extends StoredEvent
    ? Omit<One, 'sequence'>
    : never
  : never;

/** Events of two places in order, each once. */
export function merged(some: readonly StoredEvent[], others: readonly StoredEvent[]): StoredEvent[] {
  const all = new Map([...some, ...others].map((event) => [event.sequence, event]));
  return [...all.values()].sort((a, b) => a.sequence - b.sequence);
}

/** Those of an attempt, which begin with its start. 0 is the first. */
export function eventsOfAttempt(events: readonly StoredEvent[], attempt: number): StoredEvent[] {
  const starts = events.flatMap(({ type }, index) => (type === 'run_started' ? [index] : []));
  const start = starts[attempt];
  return start === undefined ? [] : events.slice(start, starts[attempt + 1]);
}
