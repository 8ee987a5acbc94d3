/** What a plan is, before anything runs. */
import * as z from 'zod';
import { analysePlan } from '../../analysis/analyse.ts';
import { machineTypeOf } from '../../analysis/engine-choice.ts';
import { machineMermaid } from '../../analysis/machine-mermaid.ts';
import { analysisMermaid } from '../../analysis/mermaid.ts';
import { compilePlan } from '../../compiler/compile.ts';
import { checkLimits } from '../../compiler/limits.ts';
import { type PreparedPlan, preparePlan } from '../../compiler/prepare.ts';
import { type Operation, operation } from '../http/operation.ts';
import { checkActionCount, checkInputs, withPlan } from '../plan-issues.ts';
import { analysisSchema } from '../schemas/analysis.ts';
import { engine, json, jsonObject, planDocument } from '../schemas/common.ts';
import type { ApiServices } from '../services.ts';

const planRequest = z.strictObject({
  plan: json.describe('The plan.'),
  inputs: jsonObject.optional().describe('What `$inputs` stands for.'),
  engine: engine.optional().describe("For this engine, whatever the plan's settings say."),
});
const documentedRequest = planRequest.extend({ plan: planDocument });
type PlanRequest = z.output<typeof planRequest>;

const compiledPlan = z.object({
  name: z.string().describe('Of the state machine: the same for the same shape.'),
  type: z.enum(['EXPRESS', 'STANDARD']),
  definition: jsonObject.describe('In Amazon States Language.'),
  input: jsonObject.describe('Of the execution.'),
  states: z
    .record(z.string(), z.union([z.string(), z.array(z.string())]))
    .describe('By Task state: the id of its action.'),
  warnings: z.array(z.string()),
  mermaid: z.string().describe('The state machine as a Mermaid diagram.'),
});

export function planOperations({ tools, limits, runs }: ApiServices): Operation[] {
  const prepared = ({ plan, inputs = {} }: PlanRequest): PreparedPlan => {
    checkActionCount(plan, limits.maxActions);
    checkInputs(inputs);
    return preparePlan(plan, tools);
  };
  return [
    operation({
      id: 'compilePlan',
      method: 'post',
      path: '/plans/compile',
      tag: 'plans',
      summary: 'The state machine of a plan, and the input of its execution',
      body: planRequest,
      documentedBody: documentedRequest,
      responses: { 200: { description: 'Nothing was created and nothing was run.', schema: compiledPlan } },
      handle: async ({ body }, context) => {
        const answer = await withPlan(() => {
          const plan = prepared(body);
          const type = machineTypeOf(plan, body.engine);
          const compiled = compilePlan(plan, {
            type,
            prefix: runs.machinePrefix,
            ...(body.inputs && { inputs: body.inputs }),
          });
          checkLimits(compiled, plan);
          return { ...compiled, warnings: plan.warnings, mermaid: machineMermaid(compiled.definition) };
        });
        return context.json(answer);
      },
    }),
    operation({
      id: 'analyzePlan',
      method: 'post',
      path: '/plans/analyze',
      tag: 'plans',
      summary: 'What a plan depends on, may run together, and would take',
      body: planRequest,
      documentedBody: documentedRequest,
      responses: {
        200: {
          description: 'Nothing was run.',
          schema: analysisSchema.extend({ mermaid: z.string().describe('The plan as a Mermaid diagram.') }),
        },
      },
      handle: async ({ body }, context) => {
        const { inputs, engine } = body;
        const analysis = await withPlan(() =>
          analysePlan(prepared(body), { ...(engine && { engine }), ...(inputs && { inputs }) }),
        );
        return context.json({ ...analysis, mermaid: analysisMermaid(analysis) });
      },
    }),
  ];
}
