/** How IAM policies name compiled machines and their executions. */
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { NodeFunction } from './node-function.ts';

/** Characters of the hash in the name of a compiled machine. */
const HASH_LENGTH = 32;

/**
 * Matches the names of this prefix's compiled machines and no others: with `*` the prefix `acme-` would also reach the
 * machines of `acme-test-`, and those of plans fixed at deploy time. In IAM a `?` stands for exactly one character:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function machineNamePattern(prefix: string): string {
  return `${prefix}${'?'.repeat(HASH_LENGTH)}`;
}

/** In the account and Region of the stack. */
export function statesArn(scope: IConstruct, resource: 'stateMachine' | 'execution', resourceName: string): string {
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  return Stack.of(scope).formatArn({ service: 'states', resource, resourceName, arnFormat });
}

export function allowExecutions(to: NodeFunction, prefix: string, actions: string[]): void {
  const name = `${machineNamePattern(prefix)}:*`;
  to.allow(actions, [statesArn(to, 'execution', name)]);
  acknowledge(to.role, {
    [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${name}]`]:
      'Executions are named by their runs, which nobody knows beforehand; their machines are those of this prefix',
  });
}
