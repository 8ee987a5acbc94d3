/** Least privilege, read from the synthesized template. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compilePlan } from '../../lib/compiler/compile.ts';
import { preparePlan } from '../../lib/compiler/prepare.ts';
import { StepweaveStack } from '../../lib/infra/stack.ts';
import { TABLE_ACCESS } from '../../lib/infra/supply-tables.ts';
import { builtInTools } from '../../lib/supply-chain/tools.ts';
import { toolRegistry } from '../../lib/tools/registry.ts';
import { type Statement, statementsOf } from './statements.ts';
import { type Synthesized, synthesize } from './synthesize.ts';

const MACHINES = `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:acme-${'?'.repeat(32)}`;
const EXECUTIONS = `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:acme-${'?'.repeat(32)}:*`;

let synthesized: Synthesized;
let statements: Statement[];

beforeAll(() => {
  synthesized = synthesize((app) => new StepweaveStack(app, 'acme', { prefix: 'acme-' }));
  statements = statementsOf(synthesized.template);
});

/** Of the roles whose logical id begins like this: each action with what it may be done to. */
function allowed(role: RegExp): Record<string, string[]> {
  const entries = statements
    .filter((statement) => role.test(statement.role))
    .flatMap(({ actions, resources }) =>
      actions.flatMap((action) => resources.map((resource) => ({ action, resource }))),
    )
    .filter(({ action }) => !/^(logs|xray):/.test(action));
  const byAction = Map.groupBy(entries, ({ action }) => action);
  return Object.fromEntries(
    [...byAction].map(([action, its]) => [action, [...new Set(its.map(({ resource }) => resource))].sort()]),
  );
}

function toolFunctionArns(): string[] {
  const functions = Object.entries(synthesized.template.findResources('AWS::Lambda::Function'));
  return functions
    .filter(([, { Properties }]) => /^acme-(inventory|logistics|supplier)$/.test(Properties.FunctionName))
    .map(([id]) => `<${id}.Arn>`)
    .sort();
}

describe('the roles of the orchestrator', () => {
  it('reach only machines of their prefix', () => {
    const its = allowed(/^OrchestratorHandler/);
    const states = Object.fromEntries(Object.entries(its).filter(([action]) => action.startsWith('states:')));

    expect(states).toEqual({
      'states:CreateStateMachine': [MACHINES],
      'states:DescribeStateMachine': [MACHINES],
      'states:StartExecution': [MACHINES],
      'states:StartSyncExecution': [MACHINES],
      'states:DescribeExecution': [EXECUTIONS],
      'states:GetExecutionHistory': [EXECUTIONS],
      'states:StopExecution': [EXECUTIONS],
      'states:RedriveExecution': [EXECUTIONS],
    });
  });

  it('read histories and the table of runs, where they only stream events', () => {
    const its = allowed(/^OrchestratorStreamHandler/);
    const others = Object.keys(its).filter((action) => !action.startsWith('dynamodb:'));

    expect(others).toEqual(['states:GetExecutionHistory']);
    expect(its['states:GetExecutionHistory']).toEqual([EXECUTIONS]);
  });

  it('reach the machines that the compiler names, and no others', () => {
    const plan = preparePlan(
      { actions: [{ id: 'a', tool: 'notify_planner', input: { message: 'm' } }] },
      toolRegistry(builtInTools),
    );
    const { name } = compilePlan(plan, { type: 'STANDARD', prefix: 'acme-' });
    const pattern = new RegExp(`^${MACHINES.split(':').at(-1)!.replaceAll('?', '.')}$`);

    expect(name).toMatch(pattern);
    expect(name.replace('acme-', 'acme-test-')).not.toMatch(pattern);
  });

  it('pass only the execution role, and only to Step Functions', () => {
    const passing = statements.filter(({ actions }) => actions.some((action) => action.startsWith('iam:')));
    const [executionRole] = Object.keys(synthesized.template.findResources('AWS::IAM::Role')).filter((id) =>
      id.startsWith('OrchestratorExecutionRole'),
    );

    expect(passing.length).toBeGreaterThan(0);
    for (const { role, actions, resources, condition } of passing) {
      expect(role).toMatch(/^OrchestratorHandler/);
      expect(actions).toEqual(['iam:PassRole']);
      expect(resources).toEqual([`<${executionRole}.Arn>`]);
      expect(condition).toEqual({ StringEquals: { 'iam:PassedToService': 'states.amazonaws.com' } });
    }
  });

  it('invoke only the tool functions, and keep runs only in their own table', () => {
    const its = allowed(/^OrchestratorHandler/);
    const others = Object.entries(its).filter(([action]) => !/^(states|iam):/.test(action));

    expect(its['lambda:InvokeFunction']).toEqual(toolFunctionArns());
    for (const [action, resources] of others.filter(([action]) => action !== 'lambda:InvokeFunction')) {
      expect(action).toMatch(/^dynamodb:/);
      for (const resource of resources) expect(resource).toMatch(/^<OrchestratorRunsTable\w+\.Arn>(\/index\/[\w-]+)?$/);
    }
  });
});

describe('the execution role', () => {
  it('may be assumed by Step Functions and may invoke the tool functions, and nothing else', () => {
    const its = allowed(/^OrchestratorExecution/);

    expect(its).toEqual({ 'lambda:InvokeFunction': toolFunctionArns() });
    synthesized.template.hasResourceProperties('AWS::IAM::Role', {
      Description: 'What compiled plans run as: invokes their tools',
      AssumeRolePolicyDocument: {
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' } }],
      },
    });
  });
});

describe('the roles of the tools', () => {
  it.each(Object.entries(TABLE_ACCESS))('%s touches only its tables', (specialist, access) => {
    const role = new RegExp(`^${specialist[0]!.toUpperCase()}${specialist.slice(1)}Tool`);
    const its = allowed(role);
    const tableNames = Object.entries(synthesized.template.findResources('AWS::DynamoDB::Table')).map(
      ([id, { Properties }]) => [id, Properties.TableName.replace('acme-', '')] as const,
    );
    const nameOf = new Map(tableNames);
    const touched = Object.values(its)
      .flat()
      .map((resource) => nameOf.get(/^<(\w+)\.Arn>/.exec(resource)![1]!)!);

    expect(Object.keys(its).every((action) => action.startsWith('dynamodb:'))).toBe(true);
    expect([...new Set(touched)].sort()).toEqual(Object.keys(access).sort());
  });
});

describe('the role of the recorder', () => {
  it('reads histories of its prefix and writes the table of runs', () => {
    const its = allowed(/^Recorder/);
    const tables = Object.entries(its).filter(([action]) => action.startsWith('dynamodb:'));

    const others = Object.fromEntries(Object.entries(its).filter(([action]) => !action.startsWith('dynamodb:')));

    expect(others).toEqual({ 'states:DescribeExecution': [EXECUTIONS], 'states:GetExecutionHistory': [EXECUTIONS] });
    for (const resource of tables.flatMap(([, resources]) => resources)) {
      expect(resource).toMatch(/^<OrchestratorRunsTable\w+\.Arn>/);
    }
  });
});

describe('the role of the janitor', () => {
  it('lists and deletes machines of its prefix, and reads one index of the table of runs', () => {
    const its = allowed(/^Janitor/);

    expect(its).toEqual({
      'dynamodb:Query': [expect.stringMatching(/^<OrchestratorRunsTable\w+\.Arn>\/index\/by-start$/)],
      'states:ListExecutions': [MACHINES],
      'states:DeleteStateMachine': [MACHINES],
      'states:ListStateMachines': ['*'],
    });
  });
});

describe('wildcards', () => {
  it('stand only where IAM has nothing narrower', () => {
    const wild = statements.filter(({ resources }) => resources.some((resource) => resource.includes('*')));
    const actions = new Set(
      wild.filter(({ resources }) => resources.includes('*')).flatMap((statement) => statement.actions),
    );
    const named = wild.flatMap(({ resources }) => resources).filter((resource) => resource !== '*');

    expect([...actions].sort()).toEqual([
      'states:ListStateMachines',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
    expect(new Set(named)).toEqual(new Set([EXECUTIONS]));
    expect(statements.flatMap((statement) => statement.actions).filter((action) => action.includes('*'))).toEqual([]);
  });

  it('are not in any managed policy but the one with which API Gateway writes logs', () => {
    const roles = Object.values(synthesized.template.findResources('AWS::IAM::Role'));
    const managed = roles.flatMap(({ Properties }) => Properties.ManagedPolicyArns ?? []);

    expect(JSON.stringify(managed)).toContain('AmazonAPIGatewayPushToCloudWatchLogs');
    expect(managed).toHaveLength(1);
  });
});
