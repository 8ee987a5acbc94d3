/** Parts of requests and responses that several routes share. */
import * as z from 'zod';
import type { Json, JsonObject } from '../../core/json.ts';
import { runRecordSchema } from '../../engine/records.ts';
import { runSummarySchema } from '../../engine/runs/summary.ts';
import { actionSchema, planSchema, settingsSchema } from '../../plan/schema.ts';

export const json = z.custom<Json>((value) => value !== undefined);
export const jsonObject = z.record(z.string(), json) as z.ZodType<JsonObject>;

/** The plan for the document alone: requests are checked by the plan's own parser, which finds all issues at once. */
export const planDocument = planSchema.extend({
  settings: settingsSchema.optional(),
  actions: z.array(actionSchema).min(1),
});

export const engine = settingsSchema.shape.engine.unwrap();
export const runSchema = runRecordSchema;
export const summarySchema = runSummarySchema;

export const runIdParameter = z.strictObject({ run_id: z.uuid().describe('As `run_id` of the run says.') });
