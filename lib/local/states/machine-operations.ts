/** The operations on state machines. */
import { notServed, tooManyTags } from './errors.ts';
import { MAX_DIAGNOSTICS, MAX_TAGS } from './limits.ts';
import { operation, seconds } from './operation.ts';
import { pageSize, positionOf, tokenAfter } from './paging.ts';
import type { Machine } from './records.ts';
import * as shapes from './shapes.ts';

export const machineOperations = [
  operation('CreateStateMachine', shapes.CreateStateMachine, ({ machines }, { publish, tags, ...machine }) => {
    refuseVersions(publish);
    if (tags.length > MAX_TAGS) throw tooManyTags(machine.name, MAX_TAGS);
    const { arn, createdAt } = machines.create(withoutVersion(machine));
    return { stateMachineArn: arn, creationDate: seconds(createdAt) };
  }),
  operation('DescribeStateMachine', shapes.DescribeStateMachine, ({ machines }, { stateMachineArn, includedData }) =>
    describeMachine(machines.find(stateMachineArn), includedData !== 'METADATA_ONLY'),
  ),
  operation('ListStateMachines', shapes.ListStateMachines, ({ machines }, { maxResults, nextToken }) => {
    const after = positionOf(nextToken, ['machines']);
    const { page, more } = machines.list(after === undefined ? undefined : String(after), pageSize(maxResults));
    return {
      stateMachines: page.map(({ arn, name, type, createdAt }) => ({
        ...{ stateMachineArn: arn, name, type, creationDate: seconds(createdAt) },
      })),
      ...(more && { nextToken: tokenAfter(page.at(-1)!.name, ['machines']) }),
    };
  }),
  operation('UpdateStateMachine', shapes.UpdateStateMachine, ({ machines }, { stateMachineArn, publish, ...rest }) => {
    refuseVersions(publish);
    const { updatedAt = 0, revisionId } = machines.update(stateMachineArn, withoutVersion(rest));
    return { updateDate: seconds(updatedAt), ...(revisionId !== undefined && { revisionId }) };
  }),
  operation('DeleteStateMachine', shapes.DeleteStateMachine, ({ machines, executions }, { stateMachineArn }) => {
    const deleting = machines.markDeleting(stateMachineArn);
    if (deleting === undefined) return {};
    // Nobody waits for it: until its executions have ended, the machine is DELETING.
    const removed = executions.removeAll(deleting.arn).then(() => machines.remove(deleting.arn));
    removed.catch(() => {}); // it stays DELETING, and goes when the folder is opened again
    return {};
  }),
  operation('ValidateStateMachineDefinition', shapes.ValidateStateMachineDefinition, ({ machines }, input) => {
    const { diagnostics } = machines.examine(input.definition, input.type);
    const asked = diagnostics.filter(({ severity }) => input.severity === 'WARNING' || severity === 'ERROR');
    const most = pageSize(input.maxResults, MAX_DIAGNOSTICS);
    const failed = diagnostics.some(({ severity }) => severity === 'ERROR');
    return {
      result: failed ? 'FAIL' : 'OK',
      diagnostics: asked.slice(0, most),
      truncated: asked.length > most,
    };
  }),
];

function refuseVersions(publish: boolean | undefined): void {
  if (publish) throw notServed('The publishing of versions');
}

function withoutVersion<T extends { versionDescription?: string | undefined }>(
  input: T,
): Omit<T, 'versionDescription'> {
  const { versionDescription: _unused, ...rest } = input;
  return rest;
}

function describeMachine(machine: Machine, withDefinition: boolean): object {
  const { arn, name, status, definition, roleArn, type, createdAt, revisionId } = machine;
  return {
    ...{ stateMachineArn: arn, name, status, definition: withDefinition ? definition : '{}', roleArn, type },
    creationDate: seconds(createdAt),
    loggingConfiguration: { level: 'OFF', includeExecutionData: false, ...machine.loggingConfiguration },
    tracingConfiguration: { enabled: false, ...machine.tracingConfiguration },
    encryptionConfiguration: machine.encryptionConfiguration ?? { type: 'AWS_OWNED_KEY' },
    ...(revisionId !== undefined && { revisionId }),
  };
}
