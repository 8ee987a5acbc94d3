/** The orchestrator: what takes plans, compiles them, runs them and keeps what became of them. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { lambdaEntry } from './bundling.ts';
import { ExecutionRole } from './execution-role.ts';
import { allowExecutions, machineNamePattern, statesArn } from './machine-arns.ts';
import { type FunctionSettings, NodeFunction, type NodeFunctionProps } from './node-function.ts';
import { type ApiAuth, PlanApi } from './plan-api.ts';
import { checkPrefix } from './prefix.ts';
import { RunTable } from './run-table.ts';
import { functionArns, type ServedTools, toolsFile } from './served-tools.ts';

export interface PlanOrchestratorProps extends FunctionSettings {
  prefix: string;
  /** The tools that plans may call. */
  tools: readonly ServedTools[];
  /** Who may call the API. Default: who has AWS credentials that may. */
  auth?: ApiAuth;
  /** Requests that the API lets through each second, over all callers. Default: 50. */
  requestsPerSecond?: number;
  /** How long runs are kept, in days. Default: 30. */
  retentionDays?: number;
  /** What becomes of the table of runs when the stack is deleted. Default: it stays. */
  removalPolicy?: RemovalPolicy;
  /**
   * Whether this stack sets the role with which API Gateway writes logs, which is one for the whole account and Region. It is
   * kept when the stack is deleted. False where the account has one. Default: true.
   */
  setsAccountLogRole?: boolean;
  /**
   * Whether events are streamed as they happen; else a request for them is answered with those that there are. False where API
   * Gateway does not stream. Default: true.
   */
  streamsEvents?: boolean;
  /** Default: `lambdas/orchestrator`. Another one must export `handler` and `streamHandler` as that does. */
  entry?: string;
}

const DEFAULT_REQUESTS_PER_SECOND = 50;
export const DEFAULT_RETENTION_DAYS = 30;
/** API Gateway waits 29 seconds for an answer that is not streamed. */
const BUFFERED_TIMEOUT = Duration.seconds(30);
/** The longest that Lambda and a streamed response may take. */
const STREAM_TIMEOUT = Duration.minutes(15);
/** It compiles and validates, which is work for the CPU: this much memory brings a whole core. */
const MEMORY_MB = 1769;

export class PlanOrchestrator extends Construct {
  readonly api: PlanApi;
  readonly runs: RunTable;
  /** What compiled machines run as. */
  readonly executionRole: ExecutionRole;
  readonly handler: NodeFunction;
  readonly streamHandler: NodeFunction | undefined;

  constructor(scope: Construct, id: string, props: PlanOrchestratorProps) {
    super(scope, id);
    const prefix = checkPrefix(props.prefix);
    this.runs = new RunTable(this, 'Runs', { prefix, removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN });
    this.executionRole = new ExecutionRole(this, 'Execution', props.tools);
    this.handler = this.#function('Handler', props, {
      functionName: `${prefix}orchestrator`,
      description: 'Takes plans, compiles them and runs them',
      handler: 'handler',
      timeout: BUFFERED_TIMEOUT,
    });
    this.#allowRunning(this.handler, props);
    if (props.streamsEvents ?? true) {
      this.streamHandler = this.#function('StreamHandler', props, {
        functionName: `${prefix}orchestrator-events`,
        description: 'Streams the events of runs',
        handler: 'streamHandler',
        timeout: STREAM_TIMEOUT,
      });
      // It is sent requests for events only, and whoever sees first that a run has ended writes its end.
      allowExecutions(this.streamHandler, prefix, ['states:GetExecutionHistory']);
    }
    this.api = new PlanApi(this, 'Api', {
      prefix,
      handler: this.handler.function,
      streamHandler: this.streamHandler?.function,
      auth: props.auth ?? { type: 'iam' },
      requestsPerSecond: props.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND,
      logRetention: props.logRetention ?? RetentionDays.TWO_WEEKS,
      setsAccountLogRole: props.setsAccountLogRole ?? true,
    });
  }

  #function(
    id: string,
    props: PlanOrchestratorProps,
    its: Pick<NodeFunctionProps, 'functionName' | 'description' | 'handler' | 'timeout'>,
  ): NodeFunction {
    const { prefix, tools } = props;
    const made = new NodeFunction(this, id, {
      memoryMb: MEMORY_MB,
      ...(props.memoryMb !== undefined && { memoryMb: props.memoryMb }),
      ...(props.logRetention !== undefined && { logRetention: props.logRetention }),
      ...(props.reservedConcurrency !== undefined && { reservedConcurrency: props.reservedConcurrency }),
      ...its,
      entry: props.entry ?? lambdaEntry('orchestrator'),
      files: toolsFile(tools),
      environment: {
        STEPWEAVE_PREFIX: prefix,
        STEPWEAVE_RUN_TABLE: this.runs.table.tableName,
        STEPWEAVE_MACHINE_ARN_PREFIX: statesArn(this, 'stateMachine', ''),
        STEPWEAVE_ROLE_ARN: this.executionRole.role.roleArn,
        STEPWEAVE_RETENTION_DAYS: String(props.retentionDays ?? DEFAULT_RETENTION_DAYS),
        STEPWEAVE_REQUESTS_PER_SECOND: String(props.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND),
        ...props.environment,
      },
    });
    this.runs.grantReadWrite(made);
    return made;
  }

  /** What its engines ask for: of Step Functions machines of this prefix only, and of Lambda the tools. */
  #allowRunning(to: NodeFunction, { prefix, tools }: PlanOrchestratorProps): void {
    to.allow(
      [
        'states:CreateStateMachine',
        'states:DescribeStateMachine',
        'states:StartExecution',
        'states:StartSyncExecution',
      ],
      [statesArn(this, 'stateMachine', machineNamePattern(prefix))],
    );
    allowExecutions(to, prefix, [
      'states:DescribeExecution',
      'states:GetExecutionHistory',
      'states:StopExecution',
      'states:RedriveExecution',
    ]);
    to.allow(['iam:PassRole'], [this.executionRole.role.roleArn], {
      StringEquals: { 'iam:PassedToService': 'states.amazonaws.com' },
    });
    to.allow(['lambda:InvokeFunction'], functionArns(tools));
  }
}
