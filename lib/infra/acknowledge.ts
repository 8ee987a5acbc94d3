/** Findings of cdk-nag that are meant to be, each with its reason. */
import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** `findings` are ids such as `AwsSolutions-IAM5[Resource::*]`; what is not found there is not excused anywhere else. */
export function acknowledge(construct: IConstruct, findings: Record<string, string>): void {
  const rules = Object.entries(findings).map(([id, reason]) => ({ id, reason }));
  Validations.of(construct).acknowledge(...rules);
}
