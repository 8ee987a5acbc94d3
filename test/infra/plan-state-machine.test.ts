/** Plans that are fixed when a stack is deployed, and tools of others. */
import { fileURLToPath } from 'node:url';
import { Duration, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { validateDefinition } from '../../lib/asl/validate.ts';
import { PlanStateMachine, type PlanStateMachineProps } from '../../lib/infra/plan-state-machine.ts';
import { ToolFunction, type ToolFunctionProps } from '../../lib/infra/tool-function.ts';
import { defineTool } from '../../lib/tools/define.ts';
import { toolSpecSchema } from '../../lib/tools/spec.ts';
import { statementsOf } from './statements.ts';
import { synthesize } from './synthesize.ts';

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
const ENTRY = fileURLToPath(new URL('../../lambdas/inventory/index.ts', import.meta.url));
const PLAN = {
  name: 'greet everybody',
  actions: [{ id: 'each', tool: 'greet', for_each: '$inputs.names', input: { name: '$item', polite: true } }],
};
const FIXED = { name: 'greet', actions: [{ id: 'hello', tool: 'greet', input: { name: 'Ada' } }] };

const greetings = (stack: Stack, props: Partial<ToolFunctionProps> = {}) =>
  new ToolFunction(stack, 'Greet', { prefix: 'acme-', name: 'greetings', entry: ENTRY, tools: [greet], ...props });

/** A stack with greetings, a function that the plan does not call, and the plan. */
function deploy(plan: unknown, props: Partial<PlanStateMachineProps> = {}) {
  let machine: PlanStateMachine | undefined;
  const synthesized = synthesize((app) => {
    const stack = new Stack(app, 'acme');
    const other = {
      function: LambdaFunction.fromFunctionName(stack, 'Other', 'somebody-elses'),
      specs: [toolSpecSchema.parse({ name: 'other', function: 'somebody-elses' })],
    };
    const tools = [greetings(stack), other];
    machine = new PlanStateMachine(stack, 'Plan', { prefix: 'acme-', name: 'nightly', plan, tools, ...props });
    return stack;
  });
  return { ...synthesized, machine: machine! };
}

describe('a plan fixed at deploy time', () => {
  it('becomes a machine with a valid definition, its log and its tracing', () => {
    const { template, findings } = deploy(FIXED);
    const [resource] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
    const { DefinitionString, StateMachineType } = resource!['Properties'];

    expect(findings).toEqual([]);
    expect(validateDefinition(JSON.parse(DefinitionString), { type: StateMachineType })).toEqual([]);
    expect(DefinitionString).toContain('acme-greetings');
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineName: 'acme-plan-nightly',
      StateMachineType: 'EXPRESS', // short, idempotent: as `auto` chooses
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: Match.objectLike({ Level: 'ALL', IncludeExecutionData: false }),
    });
  });

  it('is Standard where that is asked for', () => {
    const { template } = deploy(FIXED, { type: 'STANDARD' });

    template.hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineType: 'STANDARD' });
  });

  it('may invoke only the functions that the plan calls', () => {
    const { template } = deploy(FIXED);
    const invoking = statementsOf(template).filter(({ actions }) => actions.includes('lambda:InvokeFunction'));

    expect(invoking).toHaveLength(1);
    expect(invoking[0]!.resources).toEqual([expect.stringMatching(/^<GreetToolFunction\w+\.Arn>$/)]);
  });

  it('tells what its executions have to be started with', () => {
    const { machine } = deploy({ ...FIXED, actions: [{ ...FIXED.actions[0], input: { name: '$inputs.name' } }] });

    expect(deploy(FIXED).machine.inputFor()).toEqual({ inputs: {}, actions: { hello: { input: { name: 'Ada' } } } });
    expect(machine.inputFor({ name: 'Grace' }).inputs).toEqual({ name: 'Grace' });
  });

  it('fails the synthesis when it is wrong, with all that is', () => {
    expect(() => deploy(PLAN)).toThrow(expect.objectContaining({ code: 'invalid_plan' }));
    expect(() => deploy({ actions: [{ id: 'a', tool: 'gret' }] })).toThrow(/did you mean "greet"/);
  });
});

describe('a tool function', () => {
  it('gives plans the specs of its tools, under its own name', () => {
    let tools: ToolFunction | undefined;
    synthesize((app) => {
      const stack = new Stack(app, 'acme');
      tools = greetings(stack);
      return stack;
    });

    expect(tools!.specs).toEqual([
      expect.objectContaining({ name: 'greet', function: 'acme-greetings', timeout_seconds: 5 }),
    ]);
  });

  it('takes less time than its tools may, and never more', () => {
    const build = (seconds: number) =>
      synthesize((app) => {
        const stack = new Stack(app, 'acme');
        greetings(stack, { timeout: Duration.seconds(seconds) });
        return stack;
      });

    build(3).template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 3 });
    expect(() => build(6)).toThrow(expect.objectContaining({ code: 'invalid_timeout' }));
  });
});
