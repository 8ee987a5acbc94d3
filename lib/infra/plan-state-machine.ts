/** A plan that is fixed when the stack is deployed. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { machineTypeOf } from '../analysis/engine-choice.ts';
import { compilePlan, type ExecutionInput, type MachineType } from '../compiler/compile.ts';
import { checkLimits } from '../compiler/limits.ts';
import { type PreparedPlan, preparePlan } from '../compiler/prepare.ts';
import { StepweaveError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { toolRegistry } from '../tools/registry.ts';
import { acknowledge } from './acknowledge.ts';
import { ExecutionRole } from './execution-role.ts';
import { checkPrefix } from './prefix.ts';
import type { ServedTools } from './served-tools.ts';

export interface PlanStateMachineProps {
  prefix: string;
  /** Of the machine, after the prefix and `plan-`. */
  name: string;
  /** The plan document. A plan that is wrong fails the synthesis with all its issues. */
  plan: unknown;
  /** The tools that it may call. */
  tools: readonly ServedTools[];
  /** Default: as the engine `auto` would choose. */
  type?: MachineType;
  /** Of the log, which for an Express machine is its only history. It has no inputs and results. Default: two weeks. */
  logRetention?: RetentionDays;
}

/** The plan as a state machine, with a role that may invoke only the functions that this plan calls. */
export class PlanStateMachine extends Construct {
  readonly stateMachine: StateMachine;
  readonly #plan: PreparedPlan;
  readonly #type: MachineType;

  constructor(scope: Construct, id: string, props: PlanStateMachineProps) {
    super(scope, id);
    const machineName = `${checkPrefix(props.prefix)}plan-${props.name}`;
    this.#plan = preparePlan(props.plan, toolRegistry(props.tools.flatMap(({ specs }) => specs)));
    this.#type = props.type ?? machineTypeOf(this.#plan);
    const compiled = compilePlan(this.#plan, { type: this.#type });
    checkLimits(compiled, this.#plan);
    const { role } = new ExecutionRole(this, 'Execution', calledTools(this.#plan, props.tools));
    this.stateMachine = new StateMachine(this, 'Machine', {
      stateMachineName: machineName,
      stateMachineType: StateMachineType[this.#type],
      definitionBody: DefinitionBody.fromString(JSON.stringify(compiled.definition)),
      role,
      tracingEnabled: true,
      logs: {
        // Under /aws/vendedlogs/ AWS keeps the account's resource policy for logs short, which has room for 5,120 characters.
        destination: new LogGroup(this, 'Logs', {
          logGroupName: `/aws/vendedlogs/states/${machineName}`,
          retention: props.logRetention ?? RetentionDays.TWO_WEEKS,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]':
        'The actions for delivering logs and traces know no resources: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
    });
  }

  /** What an execution has to be started with: the literals of the plan, which its definition has not, and its inputs. */
  inputFor(inputs: JsonObject = {}): ExecutionInput {
    const compiled = compilePlan(this.#plan, { type: this.#type, inputs });
    checkLimits(compiled, this.#plan);
    return compiled.input;
  }
}

/** Those that a plan does not call its machine must not invoke. */
function calledTools(plan: PreparedPlan, tools: readonly ServedTools[]): ServedTools[] {
  const called = new Set(plan.actions.map(({ tool }) => tool.name));
  const serving = tools.filter(({ specs }) => specs.some(({ name }) => called.has(name)));
  if (serving.length === 0) throw new StepweaveError('no_tools', 'user', `the plan ${plan.name} calls nothing`);
  return serving;
}
