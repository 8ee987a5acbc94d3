/** The operations on executions. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { checkArn, checkName } from './arns.ts';
import { invalidArn, notServed, typeNotSupported } from './errors.ts';
import { endOf, sizeOf, wireEvent } from './history.ts';
import { MAX_PAGE_CHARACTERS } from './limits.ts';
import { admit, operation, type Service, seconds } from './operation.ts';
import { pageSize, positionOf, tokenAfter } from './paging.ts';
import type { ExecutionSummary } from './records.ts';
import { whyNotRedrivable } from './redrive.ts';
import { checkInput } from './running.ts';
import * as shapes from './shapes.ts';

export const executionOperations = [
  operation('StartExecution', shapes.StartExecution, (service, { stateMachineArn, name = randomUUID(), ...rest }) => {
    checkArn(stateMachineArn, 'stateMachine');
    const type = service.machines.get(stateMachineArn)?.type;
    // Which bucket a start takes from depends on the machine's type.
    admit(service, `StartExecution of ${type ?? 'STANDARD'}`);
    checkName(name);
    const machine = service.machines.findActive(stateMachineArn);
    checkInput(rest.input);
    if (type === 'EXPRESS') {
      const { arn, startedAt, ended } = service.express.start(machine, name, rest.input);
      ended.catch(() => {}); // nobody hears of it
      return { executionArn: arn, startDate: seconds(startedAt) };
    }
    const { arn, startedAt } = service.executions.start(machine, name, rest.input, rest.traceHeader);
    return { executionArn: arn, startDate: seconds(startedAt) };
  }),
  operation('StartSyncExecution', shapes.StartSyncExecution, startSync),
  operation('DescribeExecution', shapes.DescribeExecution, (service, { executionArn, includedData }) => {
    const summary = service.executions.find(executionArn);
    return describeExecution(service, summary, includedData !== 'METADATA_ONLY');
  }),
  operation('ListExecutions', shapes.ListExecutions, listExecutions),
  operation('GetExecutionHistory', shapes.GetExecutionHistory, getHistory),
  operation('StopExecution', shapes.StopExecution, async ({ executions }, { executionArn, error, cause }) => {
    const { stoppedAt = 0 } = await executions.stop(executionArn, error, cause);
    return { stopDate: seconds(stoppedAt) };
  }),
  operation('RedriveExecution', shapes.RedriveExecution, (service, { executionArn, clientToken }) => {
    const { machineArn } = service.executions.find(executionArn);
    const machine = service.machines.get(machineArn);
    return { redriveDate: seconds(service.executions.redrive(executionArn, machine, clientToken)) };
  }),
];

async function startSync(
  { machines, express, clock }: Service,
  input: z.output<typeof shapes.StartSyncExecution>,
  signal?: AbortSignal,
): Promise<object> {
  checkArn(input.stateMachineArn, 'stateMachine');
  const { name = randomUUID(), traceHeader } = input;
  checkName(name);
  const machine = machines.findActive(input.stateMachineArn);
  if (machine.type !== 'EXPRESS') throw typeNotSupported();
  checkInput(input.input);
  const { arn, startedAt, ended } = express.start(machine, name, input.input, signal);
  const end = await ended;
  // Only the end of the service itself aborts one of these.
  if (end.status === 'ABORTED') throw new Error('The service was stopped.');
  const stoppedAt = clock.now();
  const withData = input.includedData !== 'METADATA_ONLY';
  const outcome = end.status === 'SUCCEEDED' ? { output: JSON.stringify(end.output) } : failureOf(end);
  return {
    ...{ executionArn: arn, stateMachineArn: machine.arn, name, status: end.status },
    ...{ startDate: seconds(startedAt), stopDate: seconds(stoppedAt) },
    ...(withData && { input: input.input, ...outcome }),
    ...{ inputDetails: { included: withData }, outputDetails: { included: withData } },
    ...(traceHeader !== undefined && { traceHeader }),
    billingDetails: billing(stoppedAt - startedAt),
  };
}

function failureOf({ error, cause }: { error?: string; cause?: string }): object {
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

/** Time is billed in steps of 100 ms. The memory is that of the smallest execution: its size is not measured here. */
function billing(milliseconds: number): object {
  const billed = Math.max(1, Math.ceil(milliseconds / 100)) * 100;
  return { billedDurationInMilliseconds: billed, billedMemoryUsedInMB: 64 };
}

function describeExecution(
  { executions, machines, clock }: Service,
  summary: ExecutionSummary,
  withData: boolean,
): object {
  const { arn, machineArn, traceHeader } = summary;
  const { start, events } = executions.history(summary);
  const end = summary.status === 'RUNNING' ? {} : endOf(events.at(-1));
  const reason = whyNotRedrivable(summary, machines.get(machineArn), events, clock.now());
  const redriveStatus = reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE';
  return {
    ...{ executionArn: arn, stateMachineArn: machineArn, ...listed(summary) },
    ...(withData && { input: start.input, ...end }),
    inputDetails: { included: withData },
    ...((!withData || end.output !== undefined) && { outputDetails: { included: withData } }),
    ...(traceHeader !== undefined && { traceHeader }),
    redriveStatus,
    ...(reason !== undefined && { redriveStatusReason: reason }),
  };
}

/** What ListExecutions tells too. */
function listed(summary: ExecutionSummary): object {
  const { arn, machineArn, name, status, startedAt, stoppedAt, redriveCount, redrivenAt } = summary;
  return {
    ...{ executionArn: arn, stateMachineArn: machineArn, name, status, startDate: seconds(startedAt) },
    ...(stoppedAt !== undefined && { stopDate: seconds(stoppedAt) }),
    redriveCount,
    ...(redrivenAt !== undefined && { redriveDate: seconds(redrivenAt) }),
  };
}

function listExecutions({ machines, executions }: Service, input: z.output<typeof shapes.ListExecutions>): object {
  const { stateMachineArn, statusFilter, redriveFilter, nextToken, maxResults } = input;
  if (input.mapRunArn !== undefined) throw notServed('The executions of a Map Run');
  if (stateMachineArn === undefined) throw invalidArn('Invalid ARN prefix: null');
  if (machines.find(stateMachineArn).type === 'EXPRESS') throw typeNotSupported();
  const list = ['executions', stateMachineArn, statusFilter, redriveFilter];
  const before = positionOf(nextToken, list) ?? Number.POSITIVE_INFINITY;
  const fits = ({ status, redriveCount }: ExecutionSummary) =>
    (statusFilter === undefined || status === statusFilter) &&
    (redriveFilter === undefined || redriveCount > 0 === (redriveFilter === 'REDRIVEN'));
  const { page, more } = executions.list(stateMachineArn, fits, Number(before), pageSize(maxResults));
  return {
    executions: page.map(listed),
    ...(more && { nextToken: tokenAfter(page.at(-1)!.sequence, list) }),
  };
}

/** Events of a page, and whether there are more: a page is also bounded by how much text it is. */
function getHistory({ executions }: Service, input: z.output<typeof shapes.GetExecutionHistory>): object {
  const { executionArn, reverseOrder, includeExecutionData, maxResults, nextToken } = input;
  const list = ['history', executionArn, reverseOrder, includeExecutionData];
  const summary = executions.find(executionArn);
  const { events } = executions.history(summary);
  const step = reverseOrder ? -1 : 1;
  // Ids count from 1, so that the event with the id n is at n - 1.
  const last = positionOf(nextToken, list);
  let index = last === undefined ? (reverseOrder ? events.length - 1 : 0) : Number(last) - 1 + step;
  const page: object[] = [];
  let characters = 0;
  for (; page.length < pageSize(maxResults); index += step) {
    const event = events[index];
    if (event === undefined) break;
    characters += includeExecutionData ? sizeOf(event) : 0;
    if (page.length > 0 && characters > MAX_PAGE_CHARACTERS) break;
    page.push(wireEvent(event, includeExecutionData));
  }
  const more = events[index] !== undefined;
  return { events: page, ...(more && { nextToken: tokenAfter(events[index - step]!.id, list) }) };
}
