/** An orchestrator for tools of one's own, beside functions that are there already. */
import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { PlanOrchestrator } from '../../lib/infra/orchestrator.ts';
import type { ServedTools } from '../../lib/infra/served-tools.ts';
import { ToolFunction } from '../../lib/infra/tool-function.ts';
import { defineTool } from '../../lib/tools/define.ts';
import { toolSpecSchema } from '../../lib/tools/spec.ts';
import { statementsOf } from './statements.ts';
import { synthesize } from './synthesize.ts';

const ENTRY = fileURLToPath(new URL('../../lambdas/inventory/index.ts', import.meta.url));
const greet = defineTool({
  name: 'greet',
  description: 'Greets somebody.',
  input: z.strictObject({ name: z.string() }),
  output: z.strictObject({ text: z.string() }),
  idempotent: true,
  latency: 'fast',
  timeoutSeconds: 5,
  handler: async ({ name }) => ({ text: `Hello ${name}` }),
});

/** A tool function, and `billing`, which was deployed by somebody else and is called as the plan says. */
function deploy(billing: (stack: Stack) => ServedTools) {
  return synthesize((app) => {
    const stack = new Stack(app, 'acme');
    const greetings = new ToolFunction(stack, 'Greet', {
      prefix: 'acme-',
      name: 'greetings',
      entry: ENTRY,
      tools: [greet],
    });
    new PlanOrchestrator(stack, 'Plans', { prefix: 'acme-', tools: [greetings, billing(stack)] });
    return stack;
  });
}

it('plans may call these tools and no others', () => {
  const { template, findings } = deploy((stack) => ({
    function: LambdaFunction.fromFunctionName(stack, 'Billing', 'billing'),
    specs: [toolSpecSchema.parse({ name: 'bill', function: 'billing' })],
  }));
  const invoking = statementsOf(template).filter(({ actions }) => actions.includes('lambda:InvokeFunction'));

  expect(findings).toEqual([]);
  expect(invoking.map(({ role }) => role.replace(/Role.*/, ''))).toEqual(['PlansExecution', 'PlansHandler']);
  for (const { resources } of invoking) {
    expect(resources).toEqual([
      expect.stringMatching(/^<GreetToolFunction\w+\.Arn>$/),
      'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:billing',
    ]);
  }
});

it('a function whose name nobody knows yet is refused, as plans are compiled with it', () => {
  const build = () =>
    deploy((stack) => {
      const { function: unnamed } = new ToolFunction(stack, 'Bill', {
        prefix: 'acme-',
        name: 'bill',
        entry: ENTRY,
        tools: [greet],
      });
      return { function: unnamed, specs: [toolSpecSchema.parse({ name: 'bill', function: unnamed.functionName })] };
    });

  expect(build).toThrow(expect.objectContaining({ code: 'unknown_function_name' }));
});
