/** What every client sees, in process and over HTTP: the real SDK client against the service. */
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  GetExecutionHistoryCommand,
  InvalidArn,
  InvalidDefinition,
  InvalidExecutionInput,
  InvalidName,
  ListActivitiesCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StateMachineDoesNotExist,
  StateMachineTypeNotSupported,
  StopExecutionCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import {
  create,
  ended,
  functions,
  inProcess,
  invoke,
  machine,
  overHttp,
  PASS,
  ROLE,
  statesOf,
  WAIT,
} from './_fixtures/states.ts';

const MISSING_MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:nowhere';
const MISSING_EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:plan:nowhere';

describe.each([
  ['in process', inProcess],
  ['over HTTP', overHttp],
])('Step Functions %s', (_, connect) => {
  const setUp = async (options: Parameters<typeof statesOf>[0] = {}) => await connect(statesOf(options));

  test('creates a state machine and tells what it is', async () => {
    const client = await setUp();

    const stateMachineArn = await create(client, PASS);

    const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(stateMachineArn).toBe('arn:aws:states:us-east-1:000000000000:stateMachine:plan');
    expect(described).toMatchObject({
      stateMachineArn,
      name: 'plan',
      status: 'ACTIVE',
      definition: PASS,
      roleArn: ROLE,
      type: 'STANDARD',
      creationDate: expect.any(Date),
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
      $metadata: { httpStatusCode: 200, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  test('refuses a definition with every reason', async () => {
    const client = await setUp();

    const attempt = create(client, machine({ A: { Type: 'Pass', Next: 'Nowhere', Output: '{% a %}' } }));

    await expect(attempt).rejects.toThrow(InvalidDefinition);
    await expect(attempt).rejects.toMatchObject({
      message:
        "Invalid State Machine Definition: 'UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'a' at the top level is not " +
        "supported. at /States/A/Output, MISSING_TRANSITION_TARGET: Missing 'Next' target: Nowhere at /States/A/Next, " +
        "MISSING_END_STATE: Workflow has no terminal state at null'",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('runs a Standard execution, with its history', async () => {
    const client = await setUp();
    const stateMachineArn = await create(client, machine({ Call: invoke('echo') }));

    const started = await client.send(
      new StartExecutionCommand({ stateMachineArn, name: 'first', input: '{"lines":3}', traceHeader: 'Root=1' }),
    );

    const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:plan:first';
    expect(started).toMatchObject({ executionArn, startDate: expect.any(Date) });
    expect(await ended(client, executionArn)).toMatchObject({
      executionArn,
      stateMachineArn,
      name: 'first',
      status: 'SUCCEEDED',
      startDate: started.startDate,
      stopDate: expect.any(Date),
      input: '{"lines":3}',
      inputDetails: { included: true },
      output: '{"lines":3}',
      outputDetails: { included: true },
      traceHeader: 'Root=1',
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events.map(({ id, type }) => `${id} ${type}`)).toEqual([
      '1 ExecutionStarted',
      '2 TaskStateEntered',
      '3 TaskScheduled',
      '4 TaskStarted',
      '5 TaskSucceeded',
      '6 TaskStateExited',
      '7 ExecutionSucceeded',
    ]);
    expect(events[0]).toMatchObject({ timestamp: expect.any(Date), executionStartedEventDetails: { roleArn: ROLE } });
  });

  test('runs an Express execution and answers with its end', async () => {
    const client = await setUp();
    const stateMachineArn = await create(client, machine({ Call: invoke('echo') }), { type: 'EXPRESS' });

    const answer = await client.send(
      new StartSyncExecutionCommand({ stateMachineArn, name: 'now', input: '{"lines":3}' }),
    );

    expect(answer).toMatchObject({
      executionArn: expect.stringMatching(/^arn:aws:states:us-east-1:000000000000:express:plan:now:[0-9a-f-]{36}$/),
      stateMachineArn,
      name: 'now',
      status: 'SUCCEEDED',
      startDate: expect.any(Date),
      stopDate: expect.any(Date),
      input: '{"lines":3}',
      inputDetails: { included: true },
      output: '{"lines":3}',
      outputDetails: { included: true },
      billingDetails: { billedDurationInMilliseconds: 100, billedMemoryUsedInMB: 64 },
    });
    expect(answer.error).toBeUndefined();
  });

  test('answers with status 200 for an Express execution that fails', async () => {
    const client = await setUp();
    const stateMachineArn = await create(client, machine({ No: { Type: 'Fail', Error: 'Sold', Cause: 'out' } }), {
      type: 'EXPRESS',
    });

    const answer = await client.send(new StartSyncExecutionCommand({ stateMachineArn }));

    expect(answer).toMatchObject({ status: 'FAILED', error: 'Sold', cause: 'out', $metadata: { httpStatusCode: 200 } });
    expect(answer.output).toBeUndefined();
  });

  test('stops an execution and redrives it', async () => {
    const client = await setUp();
    const stateMachineArn = await create(client, WAIT);
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));

    const { stopDate } = await client.send(new StopExecutionCommand({ executionArn, error: 'Enough', cause: 'late' }));
    const stopped = await client.send(new DescribeExecutionCommand({ executionArn }));
    const { redriveDate } = await client.send(new RedriveExecutionCommand({ executionArn }));

    expect(stopped).toMatchObject({
      status: 'ABORTED',
      error: 'Enough',
      cause: 'late',
      stopDate,
      redriveStatus: 'REDRIVABLE',
    });
    const redriven = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(redriven).toMatchObject({ status: 'RUNNING', redriveCount: 1, redriveDate });
    expect(redriven.stopDate).toBeUndefined();
    expect(redriven.error).toBeUndefined();
  });

  test('lists, updates and deletes state machines', async () => {
    const client = await setUp();
    const stateMachineArn = await create(client);

    const { revisionId } = await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: WAIT }));
    const listed = await client.send(new ListStateMachinesCommand({}));
    const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    await client.send(new DeleteStateMachineCommand({ stateMachineArn }));

    expect(listed.stateMachines).toEqual([
      { stateMachineArn, name: 'plan', type: 'STANDARD', creationDate: expect.any(Date) },
    ]);
    expect(described).toMatchObject({ definition: WAIT, revisionId });
    await expect(client.send(new DescribeStateMachineCommand({ stateMachineArn }))).rejects.toThrow(
      StateMachineDoesNotExist,
    );
  });

  test('validates a definition without making anything of it', async () => {
    const client = await setUp();

    const valid = await client.send(new ValidateStateMachineDefinitionCommand({ definition: PASS }));
    const wrong = await client.send(new ValidateStateMachineDefinitionCommand({ definition: '{}', maxResults: 1 }));

    expect(valid).toMatchObject({ result: 'OK', diagnostics: [], truncated: false });
    expect(wrong).toMatchObject({
      result: 'FAIL',
      diagnostics: [
        {
          severity: 'ERROR',
          code: 'SCHEMA_VALIDATION_FAILED',
          message: 'These fields are required: [States, StartAt]',
          location: '/',
        },
      ],
    });
    expect((await client.send(new ListStateMachinesCommand({}))).stateMachines).toEqual([]);
  });

  test.each([
    [
      'DescribeStateMachine',
      new DescribeStateMachineCommand({ stateMachineArn: MISSING_MACHINE }),
      StateMachineDoesNotExist,
    ],
    [
      'UpdateStateMachine',
      new UpdateStateMachineCommand({ stateMachineArn: MISSING_MACHINE, roleArn: ROLE }),
      StateMachineDoesNotExist,
    ],
    ['StartExecution', new StartExecutionCommand({ stateMachineArn: MISSING_MACHINE }), StateMachineDoesNotExist],
    [
      'StartSyncExecution',
      new StartSyncExecutionCommand({ stateMachineArn: MISSING_MACHINE }),
      StateMachineDoesNotExist,
    ],
    ['ListExecutions', new ListExecutionsCommand({ stateMachineArn: MISSING_MACHINE }), StateMachineDoesNotExist],
    ['a version', new StartExecutionCommand({ stateMachineArn: `${MISSING_MACHINE}:1` }), StateMachineDoesNotExist],
    ['DescribeExecution', new DescribeExecutionCommand({ executionArn: MISSING_EXECUTION }), ExecutionDoesNotExist],
    ['GetExecutionHistory', new GetExecutionHistoryCommand({ executionArn: MISSING_EXECUTION }), ExecutionDoesNotExist],
    ['StopExecution', new StopExecutionCommand({ executionArn: MISSING_EXECUTION }), ExecutionDoesNotExist],
    ['RedriveExecution', new RedriveExecutionCommand({ executionArn: MISSING_EXECUTION }), ExecutionDoesNotExist],
    ['no ARN', new DescribeStateMachineCommand({ stateMachineArn: 'plan' }), InvalidArn],
    ['an ARN of something else', new DescribeExecutionCommand({ executionArn: MISSING_MACHINE }), InvalidArn],
    ['DeleteStateMachine of no ARN', new DeleteStateMachineCommand({ stateMachineArn: 'plan' }), InvalidArn],
  ])('refuses %s of what is not there', async (_name, command, exception) => {
    const client = await setUp();

    const attempt = client.send(command as DescribeStateMachineCommand);

    await expect(attempt).rejects.toThrow(exception);
    await expect(attempt).rejects.toMatchObject({ $fault: 'client', $metadata: { httpStatusCode: 400 } });
  });

  test('refuses inputs and names that are none', async () => {
    const client = await setUp();
    const stateMachineArn = await create(client);
    const start = (input: { name?: string; input?: string }) =>
      client.send(new StartExecutionCommand({ stateMachineArn, ...input }));

    await expect(start({ input: '{"a":' })).rejects.toThrow(InvalidExecutionInput);
    await expect(start({ input: '' })).rejects.toThrow(
      "Invalid State Machine Execution Input: 'Invalid execution input.'",
    );
    await expect(start({ input: `"${'ä'.repeat(131_072)}"` })).rejects.toThrow(InvalidExecutionInput);
    for (const name of ['a b', 'a/b', 'a:b', 'ä?', 'tab\there'])
      await expect(start({ name })).rejects.toThrow(InvalidName);
    await expect(create(client, PASS, { name: 'a*b' })).rejects.toThrow("Invalid Name: 'a*b'");
    await expect(
      client.send(new CreateStateMachineCommand({ name: 'x', definition: PASS, roleArn: 'role' })),
    ).rejects.toThrow(InvalidArn);
  });

  test("reports what breaks the API's constraints, all at once", async () => {
    const client = await setUp();

    const attempt = client.send(
      new ListExecutionsCommand({
        stateMachineArn: MISSING_MACHINE,
        maxResults: 1_001,
        statusFilter: 'succeeded' as 'FAILED',
      }),
    );

    await expect(attempt).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        "2 validation errors detected: Value 'succeeded' at 'statusFilter' failed to satisfy constraint: Member must " +
        'satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]; ' +
        "Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
    });
    await expect(client.send(new CreateStateMachineCommand({ name: 'x' } as never))).rejects.toThrow(
      "2 validation errors detected: Value null at 'definition' failed to satisfy constraint: Member must not be null; " +
        "Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
    );
  });

  test('refuses what is not for this type of state machine', async () => {
    const client = await setUp();
    const standard = await create(client);
    const express = await create(client, PASS, { name: 'quick', type: 'EXPRESS' });
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn: express }));

    await expect(client.send(new StartSyncExecutionCommand({ stateMachineArn: standard }))).rejects.toThrow(
      StateMachineTypeNotSupported,
    );
    await expect(client.send(new ListExecutionsCommand({ stateMachineArn: express }))).rejects.toThrow(
      StateMachineTypeNotSupported,
    );
    const ofExpress = "Invalid Arn: 'Resource type not valid in this context: express'";
    await expect(client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toThrow(ofExpress);
    await expect(client.send(new GetExecutionHistoryCommand({ executionArn }))).rejects.toThrow(ofExpress);
    await expect(client.send(new StopExecutionCommand({ executionArn }))).rejects.toThrow(ofExpress);
    await expect(client.send(new RedriveExecutionCommand({ executionArn }))).rejects.toThrow(ofExpress);
  });

  test('says which operations it does not have', async () => {
    const client = await setUp();

    const attempt = client.send(new ListActivitiesCommand({}));

    await expect(attempt).rejects.toMatchObject({
      name: 'NotImplementedException',
      message: 'ListActivities is not served here',
      $metadata: { httpStatusCode: 501 },
    });
  });

  test('refuses a request of more than 1 MB', async () => {
    const client = await setUp();
    const definition = machine({ Large: { Type: 'Pass', Output: 'x'.repeat(1_048_300), End: true } });

    const attempt = create(client, definition);

    await expect(attempt).rejects.toMatchObject({ $metadata: { httpStatusCode: 413 } });
  });

  test('starts an execution once under a name', async () => {
    const client = await setUp();
    const stateMachineArn = await create(client, WAIT);
    const start = (input: string) => client.send(new StartExecutionCommand({ stateMachineArn, name: 'once', input }));

    const first = await start('{"a":1}');
    const again = await start('{"a":1}');

    expect(again).toMatchObject({ executionArn: first.executionArn, startDate: first.startDate });
    await expect(start('{"a":2}')).rejects.toThrow(ExecutionAlreadyExists);
    await client.send(new StopExecutionCommand(first as { executionArn: string }));
    await expect(start('{"a":1}')).rejects.toThrow(
      "Execution Already Exists: 'arn:aws:states:us-east-1:000000000000:execution:plan:once'",
    );
  });

  test('redrives a failed execution from where it failed, and no other', async () => {
    const tasks = functions({
      reserve: { behavior: 'echo' },
      ship: [
        { behavior: 'raise', error: { errorType: 'Closed' } },
        { behavior: 'return', return: 'shipped' },
      ],
    });
    const client = await setUp({ tasks });
    const stateMachineArn = await create(
      client,
      machine({ Reserve: invoke('reserve', { Next: 'Ship' }), Ship: invoke('ship') }),
    );
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
    const failed = await ended(client, executionArn!);

    await client.send(new RedriveExecutionCommand({ executionArn }));

    expect(failed).toMatchObject({ status: 'FAILED', error: 'Closed', redriveStatus: 'REDRIVABLE' });
    expect(await ended(client, executionArn!)).toMatchObject({
      status: 'SUCCEEDED',
      output: '"shipped"',
      redriveCount: 1,
    });
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events.map(({ id }) => id)).toEqual(events.map((_event, index) => index + 1));
    expect(events.filter(({ type }) => type === 'TaskScheduled')).toHaveLength(3);
    await expect(client.send(new RedriveExecutionCommand({ executionArn }))).rejects.toThrow(ExecutionNotRedrivable);
  });
});
