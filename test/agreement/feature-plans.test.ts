/** The plans of feature-plans.ts on every engine, through the SDK clients and the services of this machine. */
import { afterAll, describe, expect, it } from 'vitest';
import { openLocalMachines } from '../../lib/cli/local-states.ts';
import { preparePlan } from '../../lib/compiler/prepare.ts';
import type { Json } from '../../lib/core/json.ts';
import { startDirectRun } from '../../lib/engine/direct/run.ts';
import { lambdaInvoker } from '../../lib/engine/lambda-invoker.ts';
import type { RunRecord } from '../../lib/engine/records.ts';
import { startStepFunctionsRun } from '../../lib/engine/step-functions/run.ts';
import { toolRegistry } from '../../lib/tools/registry.ts';
import { toolSpecSchema } from '../../lib/tools/spec.ts';
import { lambdaClientFor } from '../support/function-client.ts';
import { FEATURE_PLANS } from './feature-plans.ts';

const tools = toolRegistry([toolSpecSchema.parse({ name: 'work' })]);
const inputs = { who: 'Ada', n: 21 };
const lambda = lambdaClientFor(work);
const machines = openLocalMachines(lambda);
afterAll(() => machines.close());

/** Does what its input says. */
function work(event: Json): Json {
  const { tool_name, input } = event as { tool_name: string; input: Record<string, Json> };
  if ('throws' in input) throw Object.assign(new Error('as it was told'), { name: input['throws'] });
  if ('answers' in input) return input['answers']!;
  const result = 'give' in input ? input['give']! : input;
  return { success: true, result, tool_name, execution_time_ms: 1 };
}

/** What is the same on every engine. */
function told({ status, error, results, records }: RunRecord) {
  const accounts = records.map(({ execution_time_ms, started_at, finished_at, items, ...account }) => ({
    ...account,
    items: items?.map(({ execution_time_ms: _, ...item }) => item),
  }));
  return { status, error, results, records: accounts };
}

describe.each(Object.entries(FEATURE_PLANS))('%s', (_, document) => {
  const plan = preparePlan(document, tools);

  it.each(['standard', 'express'] as const)('mean on %s what they mean on direct', async (engine) => {
    const direct = startDirectRun(plan, { invoker: lambdaInvoker(lambda), inputs });
    const compiled = startStepFunctionsRun(plan, { ...machines, engine, inputs, pollMs: 2 });

    expect(told(await compiled.result)).toEqual(told(await direct.result));
  });
});
