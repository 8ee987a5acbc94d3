import { DescribeStateMachineCommand, StartExecutionCommand, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../lib/core/clock.ts';
import { Throttle } from '../../../lib/local/states/throttle.ts';
import { create, inProcess, PASS, ROLE, statesOf } from './_fixtures/states.ts';

describe('throttling', () => {
  const setUp = async (options: { throttle?: boolean; region?: string } = { throttle: true }) => {
    const clock = new VirtualClock();
    const client = inProcess(statesOf({ clock, ...options }));
    const stateMachineArn = await create(client);
    const update = () => client.send(new UpdateStateMachineCommand({ stateMachineArn, roleArn: ROLE }));
    return { clock, client, stateMachineArn, update };
  };

  it('refuses what is more than the bucket of an operation holds', async () => {
    const { client, stateMachineArn, update } = await setUp();
    for (let times = 0; times < 100; times++) await update();

    const attempt = update();

    await expect(attempt).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: 'Rate exceeded',
      $metadata: { httpStatusCode: 400 },
    });
    await expect(client.send(new DescribeStateMachineCommand({ stateMachineArn }))).resolves.toBeDefined();
  });

  it('fills the bucket again with time', async () => {
    const { clock, update } = await setUp();
    for (let times = 0; times < 100; times++) await update();

    await clock.sleep(2_000);

    await update();
    await update();
    await expect(update()).rejects.toThrow('Rate exceeded');
  });

  it('is off unless it is asked for', async () => {
    const { update } = await setUp({});

    for (let times = 0; times < 150; times++) await update();
  });

  it('counts starts of Express apart from those of Standard', async () => {
    const { client, stateMachineArn } = await setUp({ throttle: true, region: 'eu-central-1' });
    const express = await create(client, PASS, { name: 'quick', type: 'EXPRESS' });
    const start = (arn: string) => client.send(new StartExecutionCommand({ stateMachineArn: arn }));
    for (let times = 0; times < 800; times++) await start(stateMachineArn);

    await expect(start(stateMachineArn)).rejects.toThrow('Rate exceeded');
    await expect(start(express)).resolves.toBeDefined();
  });

  it('gives the largest Regions larger buckets', () => {
    const admitted = (region: string) => {
      const throttle = new Throttle(region, new VirtualClock());
      let count = 0;
      while (throttle.admit('DescribeExecution')) count++;
      return count;
    };

    expect([admitted('us-west-2'), admitted('sa-east-1')]).toEqual([300, 250]);
  });
});
