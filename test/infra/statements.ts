/** Reads the IAM policies of a template: who may do what, with which resources, in words. */
import type { Template } from 'aws-cdk-lib/assertions';

export interface Statement {
  /** Logical id of the role. */
  role: string;
  actions: string[];
  resources: string[];
  condition: unknown;
}

type Intrinsic = string | { Ref: string } | { 'Fn::GetAtt': [string, string] } | { 'Fn::Join': [string, Intrinsic[]] };

interface PolicyResource {
  Properties: {
    Roles: { Ref: string }[];
    PolicyDocument: {
      Statement: {
        Effect: string;
        Action: string | string[];
        Resource: Intrinsic | Intrinsic[];
        Condition?: unknown;
      }[];
    };
  };
}

/** Every statement of every role's policy. */
export function statementsOf(template: Template): Statement[] {
  const policies = Object.values(template.findResources('AWS::IAM::Policy')) as PolicyResource[];
  return policies.flatMap(({ Properties: { Roles, PolicyDocument } }) =>
    PolicyDocument.Statement.flatMap(({ Effect, Action, Resource, Condition }) => {
      if (Effect !== 'Allow') throw new Error(`a statement that does not allow: ${Effect}`);
      return Roles.map(({ Ref }) => ({
        role: Ref,
        actions: [Action].flat(),
        resources: [Resource].flat().map(textOf),
        condition: Condition,
      }));
    }),
  );
}

/** `<Table.Arn>` for an attribute, `<AWS::Region>` for a reference. */
export function textOf(value: Intrinsic): string {
  if (typeof value === 'string') return value;
  if ('Ref' in value) return `<${value.Ref}>`;
  if ('Fn::GetAtt' in value) return `<${value['Fn::GetAtt'].join('.')}>`;
  const [separator, parts] = value['Fn::Join'];
  return parts.map(textOf).join(separator);
}
