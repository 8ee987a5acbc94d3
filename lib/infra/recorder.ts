/** Writes the end of Standard executions that no orchestrator waits for. (Express executions tell EventBridge nothing.) */
import { Duration } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { lambdaEntry } from './bundling.ts';
import { allowExecutions, statesArn } from './machine-arns.ts';
import { NodeFunction } from './node-function.ts';
import type { RunTable } from './run-table.ts';
import { type ServedTools, toolsFile } from './served-tools.ts';

export interface RecorderProps {
  prefix: string;
  runs: RunTable;
  tools: readonly ServedTools[];
  logRetention?: RetentionDays;
}

/** It waits a moment for the orchestrator, and then reads a history of at most 25,000 events, 1,000 at a time. */
const TIMEOUT = Duration.minutes(2);
/** Recording twice changes nothing. */
const RETRIES = 2;

export class Recorder extends Construct {
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, { prefix, runs, tools, logRetention }: RecorderProps) {
    super(scope, id);
    this.function = new NodeFunction(this, 'Function', {
      functionName: `${prefix}recorder`,
      description: 'Writes the end of runs that nobody waits for',
      entry: lambdaEntry('recorder'),
      timeout: TIMEOUT,
      asyncRetries: RETRIES,
      files: toolsFile(tools),
      ...(logRetention !== undefined && { logRetention }),
      environment: { STEPWEAVE_PREFIX: prefix, STEPWEAVE_RUN_TABLE: runs.table.tableName },
    });
    runs.grantReadWrite(this.function);
    allowExecutions(this.function, prefix, ['states:DescribeExecution', 'states:GetExecutionHistory']);
    new Rule(this, 'Ended', {
      ruleName: `${prefix}ended`,
      description: 'Tells the recorder of executions that have ended',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: Match.prefix(statesArn(this, 'stateMachine', prefix)),
        },
      },
      targets: [new LambdaFunction(this.function.function, { retryAttempts: RETRIES })],
    });
  }
}
