/** Functions that do what the input of a call tells them: as tool Lambdas do, on a clock, behind the real Lambda client. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { MAX_PAYLOAD_BYTES } from '../../../../lib/asl/limits.ts';
import type { Clock } from '../../../../lib/core/clock.ts';
import type { Json } from '../../../../lib/core/json.ts';
import { functionNotFound, throttled } from '../../../../lib/local/lambda/errors.ts';
import { bounded } from '../../../../lib/local/lambda/function-errors.ts';
import { lambdaRequestHandler } from '../../../../lib/local/lambda/request-handler.ts';
import type { Invocation, InvocationResult, LambdaService } from '../../../../lib/local/lambda/service.ts';
import { TOOL_PERMANENT, TOOL_RETRYABLE, type ToolEvent } from '../../../../lib/tools/envelope.ts';
import { toolRegistry } from '../../../../lib/tools/registry.ts';
import { toolSpecSchema } from '../../../../lib/tools/spec.ts';
import { account } from '../../../local/states/_fixtures/states.ts';

/** What a call is told by its input. */
export interface Told {
  /** Seconds it takes; 1 if not given. */
  takes?: number;
  /** The result, in an envelope; its input if not given. */
  gives?: Json;
  /** The whole answer, without an envelope. */
  answers?: Json;
  /**
   * How its first attempts fail. `retryable`, `permanent`: as a tool fails. `returned`: with an envelope that is returned although
   * it was asked to throw. `throttled`: refused by Lambda. Any other: an error of this name.
   */
  fails?: string[];
  /** The message of these failures; `no` if not given. */
  says?: string;
  /** Characters of the stack trace. */
  trace?: number;
}

export const tools = toolRegistry([
  toolSpecSchema.parse({ name: 'work', idempotent: true }),
  toolSpecSchema.parse({ name: 'fragile', idempotent: false }),
  toolSpecSchema.parse({ name: 'pair', idempotent: true, concurrency_cap: 2 }),
  toolSpecSchema.parse({ name: 'missing', idempotent: true }),
  toolSpecSchema.parse({ name: 'large' }),
]);

/** Of every invocation, in order. */
export interface Invoked {
  id: string;
  key: string;
  at: number;
}

export interface ScriptedFunctions {
  client: LambdaClient;
  invoked: Invoked[];
  /** From now on every attempt does what it was told to do after its failures. */
  heal(): void;
}

export function scriptedFunctions(clock: Clock): ScriptedFunctions {
  const attempts = new Map<string, number>();
  const invoked: Invoked[] = [];
  let isHealed = false;

  const begin = ({ payload, target }: Invocation) => {
    const event = JSON.parse(payload) as ToolEvent;
    const told = (event.input ?? {}) as Told;
    const key = event.idempotency_key!;
    const attempt = attempts.get(key) ?? 0;
    attempts.set(key, attempt + 1);
    invoked.push({ id: event.action_id!, key, at: clock.now() });
    const failure = isHealed ? undefined : told.fails?.[attempt];
    if (failure === 'throttled') throw throttled('ConcurrentInvocationLimitExceeded');
    if (failure === 'missing') throw functionNotFound(target);
    return { event, told, failure };
  };
  const service: LambdaService = {
    check(target) {
      if (target.name === 'missing') throw functionNotFound(target);
    },
    async invoke(invocation, signal) {
      service.check(invocation.target);
      const { event, told, failure } = begin(invocation);
      await clock.sleep((told.takes ?? 1) * 1000, signal);
      return bounded(answerOf(event, told, failure));
    },
    enqueue: (invocation) => void begin(invocation),
  };
  const client = new LambdaClient({ ...account, requestHandler: lambdaRequestHandler(service) });
  return {
    client,
    invoked,
    heal() {
      isHealed = true;
    },
  };
}

function answerOf(event: ToolEvent, told: Told, failure: string | undefined): InvocationResult {
  const answer: Json = event.tool_name === 'large' ? 'x'.repeat(MAX_PAYLOAD_BYTES) : (event.input as Json);
  const { gives = answer, says = 'no', trace = 0 } = told;
  const thrown = (errorType: string, errorMessage: string): InvocationResult => ({
    payload: JSON.stringify({ errorType, errorMessage, trace: ['x'.repeat(trace)] }),
    functionError: 'Unhandled',
  });
  const returned = (payload: unknown): InvocationResult => ({ payload: JSON.stringify(payload) });
  const base = { tool_name: event.tool_name, execution_time_ms: 1 };
  if (failure === undefined)
    return returned('answers' in told ? told.answers : { success: true, result: gives, ...base });

  const isOfTool = ['retryable', 'permanent', 'returned'].includes(failure);
  if (!isOfTool) return thrown(failure, says);
  const retryable = failure === 'retryable';
  const envelope = {
    success: false,
    error: says,
    error_type: `${failure}_error`,
    retryable,
    status: 'failed',
    ...base,
  };
  if (failure === 'returned' || event.errors === 'return') return returned(envelope);
  return thrown(retryable ? TOOL_RETRYABLE : TOOL_PERMANENT, JSON.stringify(envelope));
}
