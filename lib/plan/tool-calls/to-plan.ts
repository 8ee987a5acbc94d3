/** The plan that runs the calls of one turn. */
import type { z } from 'zod';
import type { Json } from '../../core/json.ts';
import type { planSchema, settingsSchema } from '../schema.ts';
import type { ToolCall } from './tool-call.ts';

export interface ToolCallPlan {
  /** A call alone has the engine `direct`: it is invoked with no state machine in between. */
  document: z.input<typeof planSchema>;
  /** Which call each action is, by the ids of the actions. */
  callIds: Record<string, string>;
}

/**
 * The plan of those calls that can be run, in their order; undefined when none can. Ids are `call_1`, `call_2`, … so that
 * turns that call the same tools have one shape. `settings` are those of the plan, and win.
 */
export function planOfToolCalls(
  calls: readonly ToolCall[],
  settings: z.input<typeof settingsSchema> = {},
): ToolCallPlan | undefined {
  const runnable = calls.filter(({ issues }) => issues.length === 0);
  if (runnable.length === 0) return undefined;
  const named = runnable.map((call, index) => ({ id: `call_${index + 1}`, call }));
  return {
    document: {
      settings: { ...(runnable.length === 1 && { engine: 'direct' as const }), ...settings },
      actions: named.map(({ id, call }) => actionOf(id, call)),
    },
    callIds: Object.fromEntries(named.map(({ id, call }) => [id, call.callId])),
  };
}

/** Calls of one turn know nothing of each other's results: a text that looks like a reference is a text. */
export function actionOf(id: string, { tool, input }: { tool: string; input: Json }) {
  return { id, tool, input, literal_input: true };
}
