/** What every compiled machine runs as. */
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { functionArns, type ServedTools } from './served-tools.ts';

/** May invoke the functions of the given tools, and no others. */
export class ExecutionRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, tools: readonly ServedTools[]) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      description: 'What compiled plans run as: invokes their tools',
    });
    // Not grantInvoke: it adds every version and alias by a wildcard, and plans name functions without either.
    this.role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: functionArns(tools) }));
    allowTracing(this.role);
  }
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html */
export function allowTracing(role: Role): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: [
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
      ],
      resources: ['*'],
    }),
  );
  acknowledge(role, { 'AwsSolutions-IAM5[Resource::*]': 'X-Ray knows no resources: its actions need "*"' });
}
