/** The options of `cdk deploy -c name=value`. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import * as z from 'zod';
import { IssuesError } from '../core/issues.ts';
import { issuesOf } from '../core/zod-issues.ts';
import { DEFAULT_TABLE_PREFIX } from '../supply-chain/store/tables.ts';
import { stackNameOf } from './prefix.ts';
import { StepweaveStack } from './stack.ts';

/** A context value is text on the command line, and may be a number or a boolean in cdk.json. */
const number = z.coerce.number().int().positive();
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

const logDays = Object.values(RetentionDays).filter((days) => typeof days === 'number');

const schema = z
  .object({
    prefix: z.string().default(DEFAULT_TABLE_PREFIX),
    auth: z.enum(['iam', 'cognito', 'api-key']).default('iam'),
    userPoolArn: z.string().optional(),
    scopes: z
      .string()
      .transform((text) => text.split(','))
      .optional(),
    requestsPerSecond: number.optional(),
    toolConcurrency: number.optional(),
    logDays: number
      .refine((days) => logDays.includes(days), `CloudWatch Logs keeps logs for one of ${logDays.join(', ')} days`)
      .optional(),
    retentionDays: number.optional(),
    unusedDays: number.optional(),
    alarmTopicArn: z.string().optional(),
    setsAccountLogRole: flag.optional(),
    streamsEvents: flag.optional(),
    data: z.enum(['retain', 'destroy']).default('retain'),
  })
  .refine(({ auth, userPoolArn }) => auth !== 'cognito' || userPoolArn !== undefined, {
    path: ['userPoolArn'],
    message: 'auth=cognito needs the ARN of a user pool',
  });

type Options = z.infer<typeof schema>;

/** Names of the options. */
export const CONTEXT_OPTIONS = Object.keys(schema.shape);

/** The stack that the context of its app describes. Throws an {@link IssuesError} `invalid_context` with all that is wrong. */
export function stackFromContext(app: Construct): StepweaveStack {
  const { prefix, data, logDays, auth, userPoolArn, scopes, ...others } = readContext(app);
  return new StepweaveStack(app, stackNameOf(prefix), {
    description: 'Stepweave: plans of tool calls as Step Functions state machines',
    prefix,
    removalPolicy: data === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    auth: auth === 'cognito' ? { type: auth, userPoolArn: userPoolArn!, ...(scopes && { scopes }) } : { type: auth },
    ...(logDays !== undefined && { logRetention: logDays }),
    ...given(others),
  });
}

function readContext(app: Construct): Options {
  const value = given(Object.fromEntries(CONTEXT_OPTIONS.map((name) => [name, app.node.tryGetContext(name)])));
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new IssuesError('invalid_context', 'The context', issuesOf(parsed.error, { schema, value }));
  }
  return parsed.data;
}

/** Without the fields that were not given, which exact optional properties need. */
function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
