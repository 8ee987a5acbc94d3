/** The inputs of the operations, with the constraints of the API's model and AWS's way to report them. */
import * as z from 'zod';
import {
  MAX_CAUSE_LENGTH,
  MAX_DEFINITION_BYTES,
  MAX_ERROR_LENGTH,
  MAX_NAME_LENGTH,
  MAX_PAYLOAD_BYTES,
} from '../../asl/limits.ts';
import { unreadableRequest, validationFailed } from './errors.ts';
import { MAX_DIAGNOSTICS, MAX_PAGE_SIZE } from './limits.ts';

const arn = z.string().min(1).max(256);
const name = z.string().min(1).max(MAX_NAME_LENGTH);
const definition = z.string().min(1).max(MAX_DEFINITION_BYTES);
const payload = z.string().max(MAX_PAYLOAD_BYTES);
const pageSize = z.int().min(0).max(MAX_PAGE_SIZE);
const pageToken = z.string().min(1).max(1_024);
const machineType = z.enum(['STANDARD', 'EXPRESS']);
const includedData = z.enum(['ALL_DATA', 'METADATA_ONLY']);
const traceHeader = z
  .string()
  .max(256)
  .regex(/^\p{ASCII}*$/u);

const loggingConfiguration = z.object({
  level: z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']).optional(),
  includeExecutionData: z.boolean().optional(),
  destinations: z
    .array(z.object({ cloudWatchLogsLogGroup: z.object({ logGroupArn: arn.optional() }).optional() }))
    .optional(),
});

const settings = {
  loggingConfiguration: loggingConfiguration.optional(),
  tracingConfiguration: z.object({ enabled: z.boolean().optional() }).optional(),
  encryptionConfiguration: z
    .object({
      type: z.enum(['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY']),
      kmsKeyId: z.string().min(1).max(2_048).optional(),
      kmsDataKeyReusePeriodSeconds: z.int().min(60).max(900).optional(),
    })
    .optional(),
  publish: z.boolean().optional(),
  versionDescription: z.string().max(256).optional(),
};

export const CreateStateMachine = z.object({
  name,
  definition,
  roleArn: arn,
  type: machineType.default('STANDARD'),
  tags: z.array(z.object({ key: z.string().max(128).optional(), value: z.string().max(256).optional() })).default([]),
  ...settings,
});

export const DescribeStateMachine = z.object({ stateMachineArn: arn, includedData: includedData.optional() });

export const ListStateMachines = z.object({ maxResults: pageSize.optional(), nextToken: pageToken.optional() });

export const UpdateStateMachine = z.object({
  stateMachineArn: arn,
  definition: definition.optional(),
  roleArn: arn.optional(),
  ...settings,
});

export const DeleteStateMachine = z.object({ stateMachineArn: arn });

export const ValidateStateMachineDefinition = z.object({
  definition,
  type: machineType.default('STANDARD'),
  severity: z.enum(['ERROR', 'WARNING']).default('ERROR'),
  maxResults: z.int().min(0).max(MAX_DIAGNOSTICS).optional(),
});

export const StartExecution = z.object({
  stateMachineArn: arn,
  name: name.optional(),
  input: payload.default('{}'),
  traceHeader: traceHeader.optional(),
});

export const StartSyncExecution = StartExecution.extend({ includedData: includedData.optional() });

export const DescribeExecution = z.object({ executionArn: arn, includedData: includedData.optional() });

export const ListExecutions = z.object({
  stateMachineArn: arn.optional(),
  mapRunArn: z.string().min(1).max(2_000).optional(),
  statusFilter: z.enum(['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING']).optional(),
  redriveFilter: z.enum(['REDRIVEN', 'NOT_REDRIVEN']).optional(),
  maxResults: pageSize.optional(),
  nextToken: z.string().min(1).max(3_096).optional(),
});

export const GetExecutionHistory = z.object({
  executionArn: arn,
  maxResults: pageSize.optional(),
  reverseOrder: z.boolean().default(false),
  nextToken: pageToken.optional(),
  includeExecutionData: z.boolean().default(true),
});

export const StopExecution = z.object({
  executionArn: arn,
  error: z.string().max(MAX_ERROR_LENGTH).optional(),
  cause: z.string().max(MAX_CAUSE_LENGTH).optional(),
});

export const RedriveExecution = z.object({
  executionArn: arn,
  clientToken: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[!-~]+$/)
    .optional(),
});

/** The input in its shape. Throws ValidationException with everything that is wrong with it, or SerializationException. */
export function readInput<T extends z.ZodType>(shape: T, input: unknown): z.output<T> {
  const { success, data, error } = shape.safeParse(input, { reportInput: true });
  if (success) return data;
  const wrongType = error.issues.find((issue) => issue.code === 'invalid_type' && issue.input !== undefined);
  if (wrongType !== undefined)
    throw unreadableRequest(`Wrong type at '${wrongType.path.join('.')}': ${wrongType.message}`);
  const all = error.issues.map(constraintOf);
  throw validationFailed(`${all.length} validation error${all.length === 1 ? '' : 's'} detected: ${all.join('; ')}`);
}

function constraintOf(issue: z.core.$ZodIssue): string {
  const value = issue.input === undefined ? 'null' : `'${issue.input}'`;
  return `Value ${value} at '${issue.path.join('.')}' failed to satisfy constraint: ${demandOf(issue)}`;
}

function demandOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return 'Member must not be null';
    case 'too_big':
      return `Member must have ${issue.origin === 'string' ? 'length' : 'value'} less than or equal to ${issue.maximum}`;
    case 'too_small':
      return `Member must have ${issue.origin === 'string' ? 'length' : 'value'} greater than or equal to ${issue.minimum}`;
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.join(', ')}]`;
    case 'invalid_format':
      return `Member must satisfy regular expression pattern: ${'pattern' in issue ? issue.pattern : issue.format}`;
    default:
      return issue.message;
  }
}
