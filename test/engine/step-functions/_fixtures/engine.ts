/** One plan on all engines: the real clients, the local Step Functions service and scripted functions, in virtual time. */
import { type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import type { HttpHandler } from '@smithy/core/protocols';
import { beforeAll } from 'vitest';
import { type PreparedPlan, preparePlan } from '../../../../lib/compiler/prepare.ts';
import { VirtualClock } from '../../../../lib/core/clock.ts';
import { startDirectRun } from '../../../../lib/engine/direct/run.ts';
import type { RunEvent } from '../../../../lib/engine/events.ts';
import { lambdaInvoker } from '../../../../lib/engine/lambda-invoker.ts';
import type { ActionRecord, RunRecord } from '../../../../lib/engine/records.ts';
import type { StartedRun } from '../../../../lib/engine/started-run.ts';
import { type StepFunctionsRunOptions, startStepFunctionsRun } from '../../../../lib/engine/step-functions/run.ts';
import { ExecutionLog } from '../../../../lib/local/states/execution-log.ts';
import { lambdaTasks } from '../../../../lib/local/states/lambda-tasks.ts';
import { account, ROLE, statesOf } from '../../../local/states/_fixtures/states.ts';
import { type ScriptedFunctions, scriptedFunctions, type Told, tools } from './functions.ts';

/** `logged`: Express, with its log followed. */
export type Engine = 'direct' | 'express' | 'logged' | 'standard';
export const ENGINES: readonly Engine[] = ['direct', 'express', 'logged', 'standard'];

export type RunOptions = Partial<Pick<StepFunctionsRunOptions, 'runId' | 'inputs' | 'resume' | 'pollMs' | 'log'>>;

/** How AWS answers in place of the service: with an exception of this name, or not at all. */
export type Refusal = { name: string; message?: string; status?: number } | 'no answer';

/** Says of a request, the n-th (from 0) of its operation, how it is refused; undefined lets it through. */
export type Refuse = (operation: string, nth: number) => Refusal | undefined;

export interface Place {
  clock: VirtualClock;
  functions: ScriptedFunctions;
  /** The operations that were asked for, in order. */
  requests: string[];
  refuse(refuse: Refuse): void;
  start(engine: Engine, plan: PreparedPlan, options?: RunOptions): StartedRun;
  run(engine: Engine, plan: PreparedPlan, options?: RunOptions): Promise<RunRecord>;
}

export const START = Date.parse('2026-03-04T05:06:07.000Z');
export const ARN_PREFIX = 'arn:aws:states:us-east-1:000000000000:stateMachine:';

export function place(): Place {
  const clock = new VirtualClock(START);
  const functions = scriptedFunctions(clock);
  const log = new ExecutionLog();
  const states = statesOf({ clock, tasks: lambdaTasks(functions.client), log: log.log, random: () => 0.5 });
  const requests: string[] = [];
  const refusals: Refuse[] = [];
  const requestHandler = refusing(states.requestHandler, requests, refusals);
  const client = new SFNClient({ ...account, requestHandler });
  const start = (engine: Engine, plan: PreparedPlan, options: RunOptions = {}): StartedRun => {
    if (engine === 'direct') {
      return startDirectRun(plan, { invoker: lambdaInvoker(functions.client), clock, random: () => 0.5, ...options });
    }
    const common = { client, clock, arnPrefix: ARN_PREFIX, roleArn: ROLE, ...options };
    if (engine === 'logged') return startStepFunctionsRun(plan, { log: log.follow, ...common, engine: 'express' });
    return startStepFunctionsRun(plan, { ...common, engine });
  };
  return {
    clock,
    functions,
    requests,
    refuse: (refuse) => refusals.push(refuse),
    start,
    run: (engine, plan, options) => start(engine, plan, options).result,
  };
}

/** What the SDK loads at its first call of each kind takes real time, in which virtual time would run ahead. */
async function warmUp(): Promise<void> {
  const plan = planOf([action('a'), action('b', { fails: ['Crash', 'throttled'] }, { mode: 'fire_and_forget' })]);
  for (const engine of ENGINES) await place().run(engine, plan);
}
beforeAll(warmUp);

/** Notes each request, and answers those that are refused as AWS would. */
function refusing(inner: HttpHandler, requests: string[], refusals: Refuse[]): HttpHandler {
  return {
    ...inner,
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    async handle(request, options) {
      const operation = request.headers['x-amz-target']!.split('.')[1]!;
      const nth = requests.filter((other) => other === operation).length;
      requests.push(operation);
      const refusal = refusals.map((refuse) => refuse(operation, nth)).find((one) => one !== undefined);
      if (refusal === undefined) return inner.handle(request, options);
      if (refusal === 'no answer') throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      const { name, message = `${name} happened`, status = 400 } = refusal;
      const body = Buffer.from(JSON.stringify({ __type: name, message }));
      return { response: { statusCode: status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body } };
    },
  };
}

/** An action that is one call of `work`, unless `fields` says otherwise. */
export function action(id: string, told: Told | object = {}, fields: object = {}): object {
  return { id, tool: 'work', input: told, ...fields };
}

export function planOf(actions: object[], settings: object = {}): PreparedPlan {
  return preparePlan({ name: 'test', settings, actions }, tools);
}

export function recordOf({ records }: RunRecord, id: string): ActionRecord {
  return records.find((record) => record.id === id)!;
}

export function statusesOf({ records }: RunRecord): Record<string, string> {
  return Object.fromEntries(records.map(({ id, status }) => [id, status]));
}

export async function eventsOf({ events }: StartedRun): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** A log that somebody else writes. */
export type Log = (name: string, signal: AbortSignal) => AsyncIterable<HistoryEvent>;
