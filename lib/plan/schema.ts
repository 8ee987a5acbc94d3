/** The plan as a document: its fields, their types and their meaning. Plan types come from here. */
import * as z from 'zod';
import type { Json } from '../core/json.ts';
import { RETRY_LIMITS, retrySchema } from '../tools/retry.ts';
import { NAME_MAX_LENGTH, NAME_PATTERN, NAME_RULE } from './names.ts';

/** Step Functions' largest TimeoutSeconds: https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html */
export const MAX_TIMEOUT_SECONDS = RETRY_LIMITS.number;

/** The types that are known; only `tool` can be run yet. */
export const ACTION_TYPES = ['tool', 'agent', 'llm', 'workflow', 'relic'] as const;

const json = z.custom<Json>((value) => value !== undefined);
const id = z.string().max(NAME_MAX_LENGTH).regex(NAME_PATTERN, NAME_RULE);
const seconds = z.int().min(1).max(MAX_TIMEOUT_SECONDS);
const resources = z.array(z.string().min(1));

/** One action as it is written. */
export const actionSchema = z.strictObject({
  id: id.describe('Names the action within the plan.'),
  type: z.enum(ACTION_TYPES).default('tool'),
  tool: z.string().min(1).describe('The tool to call.'),
  input: json.default({}).describe('Input of the tool: JSON with references to results of other actions.'),
  literal_input: z
    .boolean()
    .default(false)
    .describe('true: the input is taken as it stands; nothing in it is a reference or an expression.'),
  depends_on: z
    .array(z.string())
    .default([])
    .describe('Ids of actions that must succeed first, beside those referred to.'),
  join: z
    .enum(['all', 'any'])
    .default('all')
    .describe('any: start when one dependency has succeeded; $winner is its result.'),
  mode: z
    .enum(['async', 'sync', 'fire_and_forget'])
    .default('async')
    .describe('sync: all listed after it wait for it. fire_and_forget: started, never awaited, no result.'),
  output_key: id.optional().describe('The name under which others refer to its result; else its id.'),
  when: z
    .union([z.string().min(1), z.boolean()])
    .optional()
    .describe('Runs only if this expression holds, as `$count($a.lines) > 0`.'),
  for_each: z
    .union([z.string(), z.array(json)])
    .optional()
    .describe('A list or a reference to one: runs once per item, with $item and $index.'),
  timeout_seconds: seconds.optional().describe('Limit of each attempt, and of each item.'),
  retry: retrySchema.optional(),
  fallback: json.optional().describe('The result to use when every attempt failed.'),
  priority: z.number().default(0).describe('Higher first where fewer may run at once than could.'),
  expected_seconds: z.number().nonnegative().optional().describe('An estimate of how long it takes.'),
  reads: resources.optional(),
  writes: resources.optional(),
});

/** What holds for the run as a whole. */
export const settingsSchema = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  parallel: z.boolean().default(true).describe('false: one after another in listed order.'),
  max_parallel: z.int().min(1).optional().describe('At most this many calls at once.'),
  on_failure: z
    .enum(['continue', 'stop'])
    .default('continue')
    .describe('continue: only what requires a failed action is skipped. stop: the first failure ends the run.'),
  timeout_seconds: seconds.optional().describe('Limit of the whole run.'),
  retry: retrySchema.optional().describe('Defaults for actions that set none of their own.'),
  engine: z.enum(['auto', 'express', 'standard', 'direct']).default('auto'),
});

/** A plan whose actions are read one by one. */
export const planSchema = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  settings: settingsSchema.prefault({}),
  actions: z.array(z.unknown()).min(1),
});

/** An action with its defaults. */
export type Action = z.output<typeof actionSchema>;
/** Settings with their defaults. */
export type Settings = z.output<typeof settingsSchema>;
