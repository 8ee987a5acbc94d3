/** Removes compiled machines of shapes that are not used any more, once a day. */
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { lambdaEntry } from './bundling.ts';
import { machineNamePattern, statesArn } from './machine-arns.ts';
import { NodeFunction } from './node-function.ts';
import type { RunTable } from './run-table.ts';

export interface JanitorProps {
  prefix: string;
  runs: RunTable;
  /** At least 15, as an execution can be redriven for 14 days; not more than runs are kept, whose table tells what was used. */
  unusedDays: number;
  logRetention?: RetentionDays;
}

/** AWS lets an account delete one machine a second, so that this much time is for hundreds; the rest is left to the next day. */
const TIMEOUT = Duration.minutes(15);

export class Janitor extends Construct {
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, { prefix, runs, unusedDays, logRetention }: JanitorProps) {
    super(scope, id);
    this.function = new NodeFunction(this, 'Function', {
      functionName: `${prefix}janitor`,
      description: `Removes compiled machines that were not used for ${unusedDays} days`,
      entry: lambdaEntry('janitor'),
      timeout: TIMEOUT,
      ...(logRetention !== undefined && { logRetention }),
      environment: {
        STEPWEAVE_PREFIX: prefix,
        STEPWEAVE_RUN_TABLE: runs.table.tableName,
        STEPWEAVE_UNUSED_DAYS: String(unusedDays),
      },
    });
    runs.grantList(this.function);
    this.function.allow(
      ['states:ListExecutions', 'states:DeleteStateMachine'],
      [statesArn(this, 'stateMachine', machineNamePattern(prefix))],
    );
    this.function.allow(['states:ListStateMachines'], ['*']);
    acknowledge(this.function.role, {
      'AwsSolutions-IAM5[Resource::*]':
        'states:ListStateMachines and the actions of X-Ray know no resources, so that they need "*"',
    });
    new Rule(this, 'Daily', {
      ruleName: `${prefix}janitor`,
      description: 'Starts the janitor',
      schedule: Schedule.rate(Duration.days(1)),
      targets: [new LambdaFunction(this.function.function, { retryAttempts: 0 })],
    });
  }
}
