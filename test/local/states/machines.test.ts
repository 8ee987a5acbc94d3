import {
  CreateStateMachineCommand,
  type CreateStateMachineCommandInput,
  DescribeStateMachineCommand,
  InvalidToken,
  ListStateMachinesCommand,
  MissingRequiredParameter,
  paginateListStateMachines,
  StartExecutionCommand,
  StateMachineAlreadyExists,
  TooManyTags,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { realClock } from '../../../lib/core/clock.ts';
import { Arns } from '../../../lib/local/states/arns.ts';
import { Machines } from '../../../lib/local/states/machines.ts';
import {
  create,
  ended,
  functions,
  inProcess,
  machine,
  PASS,
  pagesOf,
  ROLE,
  statesOf,
  WAIT,
} from './_fixtures/states.ts';

const LATER = machine({ Only: { Type: 'Pass', Output: 'later', End: true } });

describe('CreateStateMachine', () => {
  const setUp = () => {
    const client = inProcess(statesOf());
    const send = (input: Partial<CreateStateMachineCommandInput> = {}) =>
      client.send(new CreateStateMachineCommand({ name: 'plan', definition: PASS, roleArn: ROLE, ...input }));
    return { client, send };
  };

  it('gives the same machine for the same request, whatever the role and the tags', async () => {
    const { client, send } = setUp();

    const first = await send();
    const again = await send({ roleArn: `${ROLE}-2`, tags: [{ key: 'team', value: 'supply' }] });

    expect([again.stateMachineArn, again.creationDate]).toEqual([first.stateMachineArn, first.creationDate]);
    const { roleArn } = await client.send(new DescribeStateMachineCommand({ stateMachineArn: first.stateMachineArn }));
    expect(roleArn).toBe(ROLE);
  });

  it.each<[string, Partial<CreateStateMachineCommandInput>]>([
    ['definition', { definition: LATER }],
    ['writing of the definition', { definition: JSON.stringify(JSON.parse(PASS), null, 2) }],
    ['type', { type: 'EXPRESS' }],
    ['logging', { loggingConfiguration: { level: 'ALL' } }],
    ['tracing', { tracingConfiguration: { enabled: true } }],
  ])('refuses the name of another machine with another %s', async (_what, change) => {
    const { send } = setUp();
    await send();

    const attempt = send(change);

    await expect(attempt).rejects.toThrow(StateMachineAlreadyExists);
    await expect(attempt).rejects.toThrow(
      "State Machine Already Exists: 'arn:aws:states:us-east-1:000000000000:stateMachine:plan'",
    );
  });

  it('compares with what the machine has become', async () => {
    const { client, send } = setUp();
    const { stateMachineArn } = await send();
    await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: LATER }));

    await expect(send({ definition: LATER })).resolves.toMatchObject({ stateMachineArn });
    await expect(send()).rejects.toThrow(StateMachineAlreadyExists);
  });

  it('refuses what cannot be run here, by its state and field', async () => {
    const { send } = setUp();
    const queue = { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true };

    const attempt = send({ definition: machine({ Queue: queue }) });

    await expect(attempt).rejects.toMatchObject({ name: 'InvalidDefinition' });
    await expect(attempt).rejects.toThrow(
      /Not supported here: .*sqs:sendMessage.*Queue.* at \/States\/Queue\/Resource/,
    );
  });

  it('refuses more than 50 tags, and versions', async () => {
    const { send } = setUp();
    const tags = Array.from({ length: 51 }, (_, index) => ({ key: `k${index}`, value: '' }));

    await expect(send({ tags })).rejects.toThrow(TooManyTags);
    await expect(send({ publish: true })).rejects.toMatchObject({ name: 'NotImplementedException' });
  });

  it('takes any name that AWS takes, also those that mean something to a file system', async () => {
    const { client, send } = setUp();

    for (const name of ['..', '.', 'Größe', 'a.b', 'PLAN', 'plan', '__proto__']) await send({ name });

    const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
    expect(stateMachines.map(({ name }) => name)).toEqual(['.', '..', 'Größe', 'PLAN', '__proto__', 'a.b', 'plan']);
  });

  it('stops at the number of machines that an account may have', () => {
    const machines = new Machines({
      arns: new Arns(),
      clock: realClock,
      tasks: functions(),
      folder: undefined,
      limit: 2,
    });
    const make = (name: string) => machines.create({ name, type: 'STANDARD', definition: PASS, roleArn: ROLE });

    make('one');
    make('two');

    expect(() => make('three')).toThrow(expect.objectContaining({ code: 'StateMachineLimitExceeded' }));
    expect(make('two').name).toBe('two');
  });
});

describe('UpdateStateMachine', () => {
  it('changes what is given, with a new revision if it is a change', async () => {
    const client = inProcess(statesOf());
    const stateMachineArn = await create(client);
    const update = (input: { definition?: string; roleArn?: string }) =>
      client.send(new UpdateStateMachineCommand({ stateMachineArn, ...input }));

    const first = await update({ roleArn: `${ROLE}-2` });
    const same = await update({ roleArn: `${ROLE}-2` });
    const second = await update({ definition: LATER });

    expect(first).toMatchObject({ updateDate: expect.any(Date), revisionId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(same.revisionId).toBe(first.revisionId);
    expect(second.revisionId).not.toBe(first.revisionId);
    const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(described).toMatchObject({ definition: LATER, roleArn: `${ROLE}-2`, revisionId: second.revisionId });
  });

  it('refuses to change nothing, and to a wrong definition', async () => {
    const client = inProcess(statesOf());
    const stateMachineArn = await create(client);

    await expect(client.send(new UpdateStateMachineCommand({ stateMachineArn }))).rejects.toThrow(
      MissingRequiredParameter,
    );
    await expect(
      client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: '{}' })),
    ).rejects.toMatchObject({ name: 'InvalidDefinition' });
  });

  it('leaves alone what runs already', async () => {
    const client = inProcess(statesOf());
    const before = machine({ Only: { Type: 'Wait', Seconds: 0, Output: 'before', End: true } });
    const stateMachineArn = await create(client, before);
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));

    await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: LATER }));

    expect(await ended(client, executionArn!)).toMatchObject({ output: '"before"' });
    const next = await client.send(new StartExecutionCommand({ stateMachineArn }));
    expect(await ended(client, next.executionArn!)).toMatchObject({ output: '"later"' });
  });
});

describe('ListStateMachines', () => {
  it('comes in pages', async () => {
    const client = inProcess(statesOf());
    for (const name of ['c', 'a', 'b', 'e', 'd']) await create(client, PASS, { name });

    const pages = await pagesOf(paginateListStateMachines({ client, pageSize: 2 }, {}));

    expect(pages.map(({ stateMachines = [] }) => stateMachines.map(({ name }) => name))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e'],
    ]);
    await expect(client.send(new ListStateMachinesCommand({ nextToken: 'x' }))).rejects.toThrow(InvalidToken);
  });
});

describe('ValidateStateMachineDefinition', () => {
  it('gives as many diagnostics as are asked for', async () => {
    const client = inProcess(statesOf());
    const definition = machine({ A: { Type: 'Pass', InputPath: '$', OutputPath: '$', ResultPath: '$', End: true } });
    const validate = async (maxResults?: number) => {
      const command = new ValidateStateMachineDefinitionCommand({ definition, maxResults });
      const { result, diagnostics = [], truncated } = await client.send(command);
      return [result, diagnostics.length, truncated];
    };

    expect(await validate()).toEqual(['FAIL', 3, false]);
    expect(await validate(0)).toEqual(['FAIL', 3, false]);
    expect(await validate(2)).toEqual(['FAIL', 2, true]);
    await expect(validate(101)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('goes by the type', async () => {
    const client = inProcess(statesOf());
    const definition = WAIT.replace('"Wait"', '"Task"').replace(
      '"Seconds":3600',
      '"Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken"',
    );

    const { diagnostics } = await client.send(
      new ValidateStateMachineDefinitionCommand({ definition, type: 'EXPRESS' }),
    );

    expect(diagnostics).toMatchObject([{ message: expect.stringContaining("does not support '.waitForTaskToken'") }]);
  });
});
