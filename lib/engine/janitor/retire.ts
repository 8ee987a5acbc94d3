/** Removes the machines of shapes that nobody runs any more: an account holds 100,000 machines, and each new shape is one. */
import {
  DeleteStateMachineCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  type SFNClient,
  type StateMachineListItem,
} from '@aws-sdk/client-sfn';
import type { Clock } from '../../core/clock.ts';
import { StepweaveError } from '../../core/errors.ts';
import { isCompiledName } from '../compiled-name.ts';
import { patiently } from '../step-functions/machines.ts';

export interface RetireOptions {
  client: SFNClient;
  clock: Clock;
  /** What the names of the machines begin with; others are left alone. */
  prefix: string;
  /** A machine that was created and last used so many days ago is removed. */
  unusedDays: number;
  /** Names of the machines that were used since a time in milliseconds since the epoch. */
  usedSince(time: number): Promise<ReadonlySet<string>>;
  /** Milliseconds that are left; what is not done by then is left to the next time. */
  remainingMs(): number;
}

export interface Retired {
  /** Machines of the prefix that there were. */
  examined: number;
  /** Names of those that were removed. */
  removed: string[];
  /** Whether the time sufficed. */
  complete: boolean;
}

/** An execution can be redriven for 14 days: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
export const MIN_UNUSED_DAYS = 15;
const DAY_MS = 86_400_000;
/** One machine takes two looks and a deletion, each perhaps repeated on throttling. */
const MS_FOR_ONE = 30_000;

/**
 * A machine that is started while it goes is created anew by its next run. Removing one of the type Standard takes its histories with
 * it; the records of its runs are in the table of runs.
 */
export async function retireMachines(options: RetireOptions): Promise<Retired> {
  const { client, clock, unusedDays } = options;
  if (unusedDays < MIN_UNUSED_DAYS) {
    const message = `machines are kept for at least ${MIN_UNUSED_DAYS} days, as their executions can be redriven for 14`;
    throw new StepweaveError('invalid_unused_days', 'user', message);
  }
  const cutoff = clock.now() - unusedDays * DAY_MS;
  const machines = await compiledMachines(options);
  const old = machines.filter(({ creationDate }) => creationDate!.valueOf() < cutoff);
  const used = old.length > 0 ? await options.usedSince(cutoff) : new Set<string>();
  const removed: string[] = [];
  for (const machine of old.filter(({ name }) => !used.has(name!))) {
    if (options.remainingMs() < MS_FOR_ONE) return { examined: machines.length, removed, complete: false };
    if (await hasExecutions(options, machine, cutoff)) continue;
    const command = new DeleteStateMachineCommand({ stateMachineArn: machine.stateMachineArn });
    await patiently(clock, () => client.send(command));
    removed.push(machine.name!);
  }
  return { examined: machines.length, removed, complete: true };
}

async function compiledMachines({ client, clock, prefix }: RetireOptions): Promise<StateMachineListItem[]> {
  const machines: StateMachineListItem[] = [];
  let nextToken: string | undefined;
  do {
    const command = new ListStateMachinesCommand({ maxResults: 1000, nextToken });
    const page = await patiently(clock, () => client.send(command));
    machines.push(...(page.stateMachines ?? []).filter(({ name }) => isCompiledName(name!, prefix)));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return machines;
}

/** Whether one is running or began since then. Step Functions tells it of Standard machines only. */
async function hasExecutions({ client, clock }: RetireOptions, machine: StateMachineListItem, since: number) {
  if (machine.type === 'EXPRESS') return false;
  const { stateMachineArn } = machine;
  const list = async (statusFilter?: 'RUNNING') => {
    const command = new ListExecutionsCommand({ stateMachineArn, statusFilter, maxResults: 1 });
    return (await patiently(clock, () => client.send(command))).executions?.[0];
  };
  const latest = await list(); // the latest start comes first
  if (latest === undefined) return false;
  return latest.startDate!.valueOf() >= since || (await list('RUNNING')) !== undefined;
}
