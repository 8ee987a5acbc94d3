/** The stack as CloudFormation is given it. */
import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { RUN_TABLE } from '../../lib/engine/run-store/table.ts';
import { stackFromContext } from '../../lib/infra/context.ts';
import { StepweaveStack, type StepweaveStackProps } from '../../lib/infra/stack.ts';
import { TABLES } from '../../lib/supply-chain/store/tables.ts';
import { builtInTools } from '../../lib/supply-chain/tools.ts';
import { type Synthesized, synthesize } from './synthesize.ts';

const stackWith = (props: StepweaveStackProps) => synthesize((app) => new StepweaveStack(app, 'acme', props));

/** What names a resource within its account and Region. */
const PHYSICAL_NAMES = ['FunctionName', 'TableName', 'LogGroupName', 'AlarmName', 'DashboardName', 'RoleName', 'Name'];

function physicalNames({ template }: Synthesized): string[] {
  const resources: { Properties?: Record<string, unknown> }[] = Object.values(template.toJSON()['Resources']);
  return resources.flatMap(({ Properties = {} }) =>
    PHYSICAL_NAMES.flatMap((name) => (typeof Properties[name] === 'string' ? [Properties[name]] : [])),
  );
}

let synthesized: Synthesized;

beforeAll(() => {
  synthesized = stackWith({ prefix: 'acme-' });
});

describe('the checks', () => {
  it('find nothing that is not acknowledged with its reason', () => {
    expect(synthesized.findings).toEqual([]);
  });

  it.each<[string, StepweaveStackProps]>([
    [
      'Cognito',
      { auth: { type: 'cognito', userPoolArn: 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a' } },
    ],
    ['API keys', { auth: { type: 'api-key' } }],
    ["the account's own role for logs", { setsAccountLogRole: false }],
    ['tables that go with the stack', { removalPolicy: RemovalPolicy.DESTROY }],
    ['an alarm topic', { alarmTopicArn: 'arn:aws:sns:us-east-1:123456789012:alarms' }],
  ])('find nothing with %s either', (_, props) => {
    const { findings } = stackWith(props);

    expect(findings).toEqual([]);
  });

  it('do look: what is not acknowledged is found', () => {
    const { findings } = synthesize((app) => {
      const stack = new Stack(app, 'careless');
      Validations.of(new Bucket(stack, 'Known')).acknowledge({ id: 'AwsSolutions-S1', reason: 'a test' });
      new Bucket(stack, 'Bucket');
      return stack;
    });

    expect(findings).toContain('AwsSolutions-S1: careless/Bucket/Resource');
    expect(findings).not.toContain('AwsSolutions-S1: careless/Known/Resource');
  });

  it('refuse what CloudFormation would', () => {
    const { findings } = stackWith({ prefix: 'acme-', toolConcurrency: -1 });

    expect(findings).toContain('F3034: acme/Inventory/Tool/Function/Resource'); // a number out of its range
  });
});

describe('tables', () => {
  const definitions = [...Object.values(TABLES), { name: 'runs', ...RUN_TABLE }];

  it('are all that the stores declare, with their keys and indexes, billed per request and restorable', () => {
    for (const { name, partitionKey, sortKey, indexes } of definitions) {
      synthesized.template.hasResourceProperties('AWS::DynamoDB::Table', {
        TableName: `acme-${name}`,
        KeySchema: [
          { AttributeName: partitionKey, KeyType: 'HASH' },
          { AttributeName: sortKey, KeyType: 'RANGE' },
        ],
        ...(indexes.length > 0 && {
          GlobalSecondaryIndexes: indexes.map((index) =>
            Match.objectLike({
              IndexName: index.name,
              KeySchema: [
                { AttributeName: index.partitionKey, KeyType: 'HASH' },
                { AttributeName: index.sortKey, KeyType: 'RANGE' },
              ],
              Projection:
                'attributes' in index
                  ? { ProjectionType: 'INCLUDE', NonKeyAttributes: index.attributes }
                  : { ProjectionType: 'ALL' },
            }),
          ),
        }),
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
    synthesized.template.resourceCountIs('AWS::DynamoDB::Table', definitions.length);
  });

  it('forget runs when their time is over', () => {
    synthesized.template.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: 'acme-runs',
      TimeToLiveSpecification: { AttributeName: RUN_TABLE.ttlAttribute, Enabled: true },
    });
  });

  it('outlive updates, replacements and the stack', () => {
    synthesized.template.allResources('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: Match.objectLike({ DeletionProtectionEnabled: true }),
    });
  });

  it('go with the stack only where that is asked for', () => {
    const { template } = stackWith({ prefix: 'acme-', removalPolicy: RemovalPolicy.DESTROY });

    template.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
  });
});

describe('functions', () => {
  it('run on Node 24 and arm64, traced, without retries of asynchronous calls, each with a log that ends', () => {
    const { template } = synthesized;
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));

    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogGroup: Match.anyValue() },
    });
    template.resourcePropertiesCountIs(
      'AWS::Lambda::EventInvokeConfig',
      { MaximumRetryAttempts: 0 },
      functions.length - 1, // recording a run twice changes nothing
    );
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 14 });
  });

  it('may not run longer than the longest of their tools', () => {
    const functions = Object.values(synthesized.template.findResources('AWS::Lambda::Function'));
    const timeoutOf = (name: string) =>
      functions.find(({ Properties }) => Properties.FunctionName === name)!['Properties'].Timeout;

    for (const name of ['inventory', 'logistics', 'supplier']) {
      const its = builtInTools.filter((tool) => tool.function === `stepweave-${name}`);
      expect(timeoutOf(`acme-${name}`)).toBe(Math.max(...its.map((tool) => tool.timeout_seconds)));
    }
  });

  it('keep concurrency for themselves where that is asked for', () => {
    const { template } = stackWith({ prefix: 'acme-', toolConcurrency: 20 });
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    const limited = functions.filter(({ Properties }) => Properties.ReservedConcurrentExecutions === 20);

    expect(limited.map(({ Properties }) => Properties.FunctionName).sort()).toEqual([
      'acme-inventory',
      'acme-logistics',
      'acme-supplier',
    ]);
  });
});

describe('the recorder', () => {
  it('is told of every Standard execution that ends', () => {
    synthesized.template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: [{ prefix: Match.anyValue() }],
        },
      },
    });
  });
});

describe('the janitor', () => {
  it('comes once a day', () => {
    const { template } = synthesized;

    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 day)' });
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'acme-janitor',
      Environment: { Variables: Match.objectLike({ STEPWEAVE_UNUSED_DAYS: '30' }) },
    });
  });

  it.each([
    [14, 30],
    [31, 30],
  ])('does not go by %i days where runs are kept for %i', (unusedDays, retentionDays) => {
    const build = () => stackWith({ prefix: 'acme-', unusedDays, retentionDays });

    expect(build).toThrow(expect.objectContaining({ code: 'invalid_unused_days' }));
  });
});

describe('the API', () => {
  it('is Regional, throttled, traced and logged without payloads', () => {
    const { template } = synthesized;

    template.hasResourceProperties('AWS::ApiGateway::RestApi', { EndpointConfiguration: { Types: ['REGIONAL'] } });
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      TracingEnabled: true,
      AccessLogSetting: Match.anyValue(),
      MethodSettings: [
        Match.objectLike({ DataTraceEnabled: false, ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 }),
      ],
    });
  });

  it('streams the events of runs, and answers all else when it is whole', () => {
    const methods = Object.values(synthesized.template.findResources('AWS::ApiGateway::Method'));
    const streaming = methods.filter(({ Properties }) => Properties.Integration.ResponseTransferMode === 'STREAM');

    expect(methods.length).toBeGreaterThan(1);
    expect(streaming.map(({ Properties }) => Properties.HttpMethod)).toEqual(['GET']);
    expect(JSON.stringify(streaming[0]!['Properties'].Integration.Uri)).toContain('/response-streaming-invocations');
    expect(streaming[0]!['Properties'].Integration.TimeoutInMillis).toBe(900_000);
  });

  it('answers events at once where it cannot stream', () => {
    const { template, findings } = stackWith({ prefix: 'acme-', streamsEvents: false });
    const methods = Object.values(template.findResources('AWS::ApiGateway::Method'));

    expect(findings).toEqual([]);
    expect(methods.filter(({ Properties }) => Properties.Integration.ResponseTransferMode === 'STREAM')).toEqual([]);
    expect(physicalNames({ template, findings })).not.toContain('acme-orchestrator-events');
  });

  it.each<[string, StepweaveStackProps['auth'], object]>([
    ['AWS credentials unless asked otherwise', undefined, { AuthorizationType: 'AWS_IAM' }],
    [
      'a token of a user pool',
      {
        type: 'cognito',
        userPoolArn: 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a',
        scopes: ['plans/run'],
      },
      { AuthorizationType: 'COGNITO_USER_POOLS', AuthorizerId: Match.anyValue(), AuthorizationScopes: ['plans/run'] },
    ],
    ['an API key', { type: 'api-key' }, { AuthorizationType: 'NONE', ApiKeyRequired: true }],
  ])('wants %s, on every method', (_, auth, expected) => {
    const { template } = stackWith({ prefix: 'acme-', ...(auth && { auth }) });

    template.allResourcesProperties('AWS::ApiGateway::Method', expected);
    template.resourceCountIs('AWS::ApiGateway::UsagePlan', auth?.type === 'api-key' ? 1 : 0);
  });
});

describe('alarms', () => {
  it('watch failures, p95 and throttling of every function that runs are made of, of the API and of Step Functions', () => {
    const names = physicalNames(synthesized).filter((name) => /-(failures|p95|throttled)$/.test(name));
    const functions = ['inventory', 'logistics', 'supplier', 'orchestrator', 'recorder'];
    const operations = ['CreateStateMachine', 'StartExecution', 'StartSyncExecution', 'GetExecutionHistory'];

    expect(names.sort()).toEqual(
      [
        ...functions.flatMap((name) => ['failures', 'p95', 'throttled'].map((what) => `acme-${name}-${what}`)),
        'acme-api-failures',
        'acme-api-p95',
        'acme-states-transitions-throttled',
        ...operations.map((operation) => `acme-states-${operation}-throttled`),
      ].sort(),
    );
  });

  it('tell a topic where there is one', () => {
    const alarmTopicArn = 'arn:aws:sns:us-east-1:123456789012:alarms';
    const { template } = stackWith({ prefix: 'acme-', alarmTopicArn });

    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [alarmTopicArn] });
  });
});

describe('outputs', () => {
  it('tell where things are', () => {
    const outputs = Object.keys(synthesized.template.findOutputs('*'));

    expect(outputs).toEqual(expect.arrayContaining(['ApiUrl', 'RunTable', 'ExecutionRoleArn', 'MachinePrefix']));
    expect(outputs).toEqual(expect.arrayContaining(['InventoryFunction', 'LogisticsFunction', 'SupplierFunction']));
  });
});

describe('prefixes', () => {
  it('name everything, so that stacks with different ones share an account', () => {
    const names = physicalNames(synthesized);
    const foreign = names.filter((name) => !/(^|\/)acme(-|$)/.test(name));
    const other = physicalNames(stackWith({ prefix: 'acme-test-' }));

    expect(names.length).toBeGreaterThan(20);
    expect(foreign).toEqual([]);
    expect(names.filter((name) => other.includes(name))).toEqual([]);
  });

  it('tag what can be tagged', () => {
    const tags = [{ Key: 'stepweave:prefix', Value: 'acme-' }];

    for (const type of [
      'AWS::Lambda::Function',
      'AWS::DynamoDB::Table',
      'AWS::IAM::Role',
      'AWS::ApiGateway::RestApi',
    ]) {
      synthesized.template.allResourcesProperties(type, { Tags: tags });
    }
  });

  it.each(['', 'acme', 'Acme-', '-acme-', 'acme_', 'a'.repeat(40).concat('-')])('refuse %j', (prefix) => {
    expect(() => stackWith({ prefix })).toThrow(/a prefix has/);
  });
});

describe('the options of the command line', () => {
  it('name the stack by its prefix and are understood as text', () => {
    const context = { prefix: 'acme-', auth: 'api-key', toolConcurrency: '5', logDays: '30', data: 'destroy' };
    const { template, findings } = synthesize(stackFromContext, context);

    expect(findings).toEqual([]);
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'acme-inventory',
      ReservedConcurrentExecutions: 5,
    });
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    template.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
  });

  it('are refused all at once when they are wrong', () => {
    const context = { auth: 'cognito', toolConcurrency: 'many', logDays: '2', data: 'keep' };

    expect(() => synthesize(stackFromContext, context)).toThrow(
      expect.objectContaining({
        code: 'invalid_context',
        issues: expect.arrayContaining(
          ['toolConcurrency', 'logDays', 'data'].map((path) => expect.objectContaining({ path })),
        ),
      }),
    );
    expect(() => synthesize(stackFromContext, { auth: 'cognito' })).toThrow(/user pool/);
  });
});
