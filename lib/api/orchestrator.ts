/** The orchestrator on AWS: the API of a Lambda function, with services as its environment names them. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { DEFAULT_PREFIX } from '../compiler/compile.ts';
import { realClock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import { parseEnvironment } from '../engine/environment.ts';
import { RunStore } from '../engine/run-store/run-store.ts';
import { Engines } from '../engine/runs/engines.ts';
import { RunService } from '../engine/runs/service.ts';
import type { ToolRegistry } from '../tools/registry.ts';
import { createApi } from './app.ts';
import { bufferedHandler, streamingHandler } from './lambda.ts';
import { type ApiServices, DEFAULT_LIMITS } from './services.ts';

const positive = (value: number) => z.coerce.number().positive().default(value);

/** API Gateway ends an answer that is not streamed after 29 seconds. */
const MAX_WAIT_SECONDS = 25;
/** A function runs for at most 15 minutes: what it had under way then is lost. */
const LEASE_MS = 16 * 60_000;

const environmentSchema = z.object({
  STEPWEAVE_PREFIX: z.string().min(1).default(DEFAULT_PREFIX),
  STEPWEAVE_RUN_TABLE: z.string().min(1),
  STEPWEAVE_MACHINE_ARN_PREFIX: z.string().regex(/^arn:[^:]+:states:[^:]+:\d*:stateMachine:$/),
  STEPWEAVE_ROLE_ARN: z.string().min(1),
  STEPWEAVE_RETENTION_DAYS: positive(30),
  STEPWEAVE_MAX_WAIT_SECONDS: positive(MAX_WAIT_SECONDS),
  STEPWEAVE_MAX_ACTIONS: positive(DEFAULT_LIMITS.maxActions),
  STEPWEAVE_REQUESTS_PER_SECOND: positive(50),
});

export interface Orchestrator {
  /** For integrations that answer at once. */
  handler: ReturnType<typeof bufferedHandler>;
  /** For integrations that stream. Where the runtime is not Lambda's own it answers at once, too. */
  streamHandler: unknown;
}

/** The handlers of an orchestrator with these tools. */
export function orchestrator(tools: ToolRegistry, environment: NodeJS.ProcessEnv): Orchestrator {
  const api = createApi(orchestratorServices(tools, environment), { onFault: logFault });
  const handler = bufferedHandler(api);
  return { handler, streamHandler: canStream() ? streamingHandler(api) : handler };
}

/** The SDK, too, keeps things under this name. */
function canStream(): boolean {
  const { awslambda: runtime } = globalThis as { awslambda?: { streamifyResponse?: unknown } };
  return typeof runtime?.streamifyResponse === 'function';
}

/** On stderr, which Lambda takes into the log of the function. */
function logFault(fault: unknown): void {
  const { message, stack } = fault instanceof Error ? fault : { message: messageOf(fault), stack: undefined };
  process.emitWarning(message, { type: 'StepweaveFault', ...(stack && { detail: stack }) });
}

/** Throws a `StepweaveError` `invalid_environment` that names every variable that is wrong. */
export function orchestratorServices(tools: ToolRegistry, environment: NodeJS.ProcessEnv): ApiServices {
  const settings = parseEnvironment(environmentSchema, environment);
  const clock = realClock;
  const store = new RunStore({
    table: settings.STEPWEAVE_RUN_TABLE,
    endpoint: environment['AWS_ENDPOINT_URL_DYNAMODB'],
    clock,
    retentionDays: settings.STEPWEAVE_RETENTION_DAYS,
  });
  const engines = new Engines({
    // Whether a call may be repeated is decided by the engine.
    lambda: new LambdaClient({ maxAttempts: 1 }),
    stepFunctions: {
      // Of an endpoint of one's own there is only one host.
      client: new SFNClient({ maxAttempts: 1, disableHostPrefix: environment['AWS_ENDPOINT_URL_SFN'] !== undefined }),
      arnPrefix: settings.STEPWEAVE_MACHINE_ARN_PREFIX,
      roleArn: settings.STEPWEAVE_ROLE_ARN,
      prefix: settings.STEPWEAVE_PREFIX,
    },
    clock,
  });
  const runs = new RunService({ store, engines, tools, clock, background: false, leaseMs: LEASE_MS });
  const perSecond = settings.STEPWEAVE_REQUESTS_PER_SECOND;
  const limits = {
    ...DEFAULT_LIMITS,
    maxActions: settings.STEPWEAVE_MAX_ACTIONS,
    maxWaitSeconds: settings.STEPWEAVE_MAX_WAIT_SECONDS,
    rate: { perSecond, burst: 2 * perSecond },
  };
  return { runs, tools, clock, limits };
}
