/** What a tool Lambda is invoked with and what it answers: the contract between engines and tools of any language. */
import * as z from 'zod';
import { isJsonObject, type Json } from '../core/json.ts';

/** The event of a tool Lambda. */
export const toolEventSchema = z.object({
  tool_name: z.string(),
  input: z.unknown().optional(),
  run_id: z.string().default(''),
  action_id: z.string().default(''),
  idempotency_key: z.string().default(''),
  errors: z.enum(['throw', 'return']).default('return'),
});

/** A {@link toolEventSchema} as an engine writes it. */
export type ToolEvent = z.input<typeof toolEventSchema>;

/** The answer of a tool that succeeded. */
export interface SuccessEnvelope {
  success: true;
  result: Json;
  tool_name: string;
  execution_time_ms: number;
}

/** The answer of a tool that failed. */
export interface FailureEnvelope {
  success: false;
  error: string;
  error_type: string;
  retryable: boolean;
  status: 'failed';
  tool_name: string;
  execution_time_ms: number;
}

/** The answer of a tool. */
export type Envelope = SuccessEnvelope | FailureEnvelope;

/** Names under which a tool failure is thrown, so that Retry and Catch of a state machine see which kind it is. */
export const TOOL_RETRYABLE = 'ToolRetryable';
export const TOOL_PERMANENT = 'ToolPermanent';

/** Whether an answer is an envelope; anything else is the result of a function that was not written for Stepweave. */
export function isEnvelope(answer: unknown): answer is Partial<Envelope> & { success: boolean } {
  return isJsonObject(answer) && typeof answer['success'] === 'boolean';
}
