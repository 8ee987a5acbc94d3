/** The analysis of a plan, as the API gives it. */
import * as z from 'zod';
import type { Analysis } from '../../analysis/analysis.ts';

const seconds = z.number().nonnegative();
const ids = z.array(z.string());

const analysedAction = z.object({
  id: z.string(),
  tool_name: z.string(),
  type: z.enum(['tool', 'agent', 'llm', 'workflow', 'relic']),
  estimated_seconds: seconds.describe('Of one call, which is ended by its timeout at the latest.'),
  wave: z.int().positive(),
  earliest_start_seconds: seconds,
  earliest_finish_seconds: seconds,
  slack_seconds: seconds.describe('How much longer it may take without making the plan take longer.'),
  on_critical_path: z.boolean(),
  loses_to: z.string().nullable().describe('The candidate of the same `join: any` that is expected to win.'),
  mode: z.enum(['async', 'sync', 'fire_and_forget']),
  join: z.enum(['all', 'any']),
  when: z.string().nullable(),
  for_each: z.object({ items: z.int().nonnegative().nullable() }).nullable(),
  lanes: z.object({ items_in_order: z.boolean(), concurrency_cap: z.int().nullable(), priority: z.number() }),
  reads: ids,
  writes: ids,
});

export const analysisSchema = z.object({
  name: z.string(),
  actions: z.array(analysedAction),
  edges: z
    .array(
      z.object({
        from: z.string(),
        to: z.string(),
        kinds: z.array(z.enum(['data', 'explicit', 'fence', 'conflict'])).describe('Every reason there is for it.'),
        resource: z.string().exactOptional().describe('Of a conflict.'),
        redundant: z.boolean().describe('Whether the other edges imply it.'),
      }),
    )
    .describe('What waits for what, and why.'),
  waves: z.array(ids).describe('Ids by wave: all that a wave waits for is in the waves before it.'),
  critical_path: z.object({ ids, seconds }),
  sequential_seconds: seconds.describe('All calls one after another.'),
  parallel_seconds: seconds.describe('As the direct engine runs it.'),
  wave_seconds: seconds.describe('Wave by wave.'),
  compiled_seconds: seconds.describe('As its state machine runs it.'),
  speedup: z.number(),
  max_parallel: z.int().nullable(),
  engine: z.object({ engine: z.enum(['express', 'standard', 'direct']), reasons: z.array(z.string()) }),
  state_machine: z.object({
    type: z.enum(['EXPRESS', 'STANDARD']),
    definition_bytes: z.int(),
    transitions: z.int(),
    history_events: z.int(),
  }),
  price_per_run_usd: z.object({ standard: z.number(), express: z.number(), direct: z.number() }),
  warnings: z.array(z.string()),
}) satisfies z.ZodType<Analysis>;
