/** Everything: the specialists, their tables, the orchestrator with its API, the janitor, the dashboard and the alarms. */
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { StepweaveError } from '../core/errors.ts';
import { MIN_UNUSED_DAYS } from '../engine/janitor/retire.ts';
import { inventoryTools } from '../supply-chain/inventory/index.ts';
import { logisticsTools } from '../supply-chain/logistics/index.ts';
import { DEFAULT_TABLE_PREFIX } from '../supply-chain/store/tables.ts';
import { supplierTools } from '../supply-chain/supplier/index.ts';
import type { Tool } from '../tools/define.ts';
import { lambdaEntry } from './bundling.ts';
import { Janitor } from './janitor.ts';
import { Monitoring } from './monitoring.ts';
import { DEFAULT_RETENTION_DAYS, PlanOrchestrator } from './orchestrator.ts';
import type { ApiAuth } from './plan-api.ts';
import { checkPrefix, constructId } from './prefix.ts';
import { Recorder } from './recorder.ts';
import { type Specialist, SupplyTables } from './supply-tables.ts';
import { ToolFunction } from './tool-function.ts';

export interface StepweaveStackProps extends StackProps {
  /** What everything is named by. Default: `stepweave-`. */
  prefix?: string;
  /** Who may call the API. Default: who has AWS credentials that may. */
  auth?: ApiAuth;
  /** Requests that the API lets through each second. */
  requestsPerSecond?: number;
  /** Concurrent invocations kept for each tool function, and its limit. Default: they share the account's. */
  toolConcurrency?: number;
  logRetention?: RetentionDays;
  /** What becomes of the tables when the stack is deleted. Default: they stay. */
  removalPolicy?: RemovalPolicy;
  /** How long runs are kept, in days. Default: 30. */
  retentionDays?: number;
  /** Machines that were not used for so many days are removed. Default: as long as runs are kept, which tell what was used. */
  unusedDays?: number;
  /** SNS topic that alarms tell. Default: they only show. */
  alarmTopicArn?: string;
  /** See {@link PlanOrchestratorProps}. */
  setsAccountLogRole?: boolean;
  streamsEvents?: boolean;
}

const SPECIALISTS: Record<Specialist, readonly Tool[]> = {
  inventory: inventoryTools,
  logistics: logisticsTools,
  supplier: supplierTools,
};
/** Of the time that a function has, more than this at the 95th percentile is an alarm. */
const SLOW = 0.5;

export class StepweaveStack extends Stack {
  readonly orchestrator: PlanOrchestrator;
  readonly tools: readonly ToolFunction[];

  constructor(scope: Construct, id: string, props: StepweaveStackProps = {}) {
    super(scope, id, props);
    const prefix = checkPrefix(props.prefix ?? DEFAULT_TABLE_PREFIX);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const { logRetention, toolConcurrency, auth, requestsPerSecond, setsAccountLogRole, streamsEvents, alarmTopicArn } =
      props;
    const logs = logRetention !== undefined && { logRetention };
    const { retentionDays = DEFAULT_RETENTION_DAYS } = props;
    const unusedDays = checkedUnusedDays(props.unusedDays ?? retentionDays, retentionDays);
    Tags.of(this).add('stepweave:prefix', prefix);

    const tables = new SupplyTables(this, 'SupplyChain', { prefix, removalPolicy });
    const specialists = Object.keys(SPECIALISTS) as Specialist[];
    this.tools = specialists.map((name) => {
      const tool = new ToolFunction(this, constructId(name), {
        prefix,
        name,
        entry: lambdaEntry(name),
        tools: SPECIALISTS[name],
        environment: { STEPWEAVE_TABLE_PREFIX: prefix },
        ...logs,
        ...(toolConcurrency !== undefined && { reservedConcurrency: toolConcurrency }),
      });
      tables.grant(name, tool);
      return tool;
    });
    this.orchestrator = new PlanOrchestrator(this, 'Orchestrator', {
      prefix,
      tools: this.tools,
      removalPolicy,
      retentionDays,
      ...logs,
      ...(auth && { auth }),
      ...(requestsPerSecond !== undefined && { requestsPerSecond }),
      ...(setsAccountLogRole !== undefined && { setsAccountLogRole }),
      ...(streamsEvents !== undefined && { streamsEvents }),
    });
    const { runs, api, handler } = this.orchestrator;
    const recorder = new Recorder(this, 'Recorder', { prefix, runs, tools: this.tools, ...logs });
    new Janitor(this, 'Janitor', { prefix, runs, unusedDays, ...logs });
    new Monitoring(this, 'Monitoring', {
      prefix,
      api: api.api,
      functions: [
        ...this.tools.map((tool, index) => ({
          name: specialists[index]!,
          function: tool.function,
          p95: slow(tool.timeout),
        })),
        { name: 'orchestrator', function: handler.function, p95: slow(handler.timeout) },
        { name: 'recorder', function: recorder.function.function, p95: slow(recorder.function.timeout) },
      ],
      ...(alarmTopicArn !== undefined && { alarmTopicArn }),
    });

    new CfnOutput(this, 'ApiUrl', { value: api.api.url, description: 'Base of the API' });
    new CfnOutput(this, 'RunTable', { value: runs.table.tableName, description: 'The table of runs' });
    new CfnOutput(this, 'ExecutionRoleArn', {
      value: this.orchestrator.executionRole.role.roleArn,
      description: 'What compiled machines run as',
    });
    new CfnOutput(this, 'MachinePrefix', {
      value: prefix,
      description: 'What the names of compiled machines begin with',
    });
    for (const [index, tool] of this.tools.entries()) {
      const name = specialists[index]!;
      new CfnOutput(this, `${constructId(name)}Function`, {
        value: tool.function.functionName,
        description: `Serves ${tool.specs.map((spec) => spec.name).join(', ')}`,
      });
    }
  }
}

function slow(timeout: Duration): Duration {
  return Duration.millis(timeout.toMilliseconds() * SLOW);
}

/** The table of runs tells which machines were used: what it has forgotten counts as unused. */
function checkedUnusedDays(unusedDays: number, retentionDays: number): number {
  if (unusedDays >= MIN_UNUSED_DAYS && unusedDays <= retentionDays) return unusedDays;
  const message = `machines are kept for ${MIN_UNUSED_DAYS} days at least and as long as runs (${retentionDays} days) at most; got ${unusedDays}`;
  throw new StepweaveError('invalid_unused_days', 'user', message);
}
