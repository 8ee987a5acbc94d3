/** How the service runs a definition on the interpreter. */
import type { MachineDefinition } from '../../asl/definition.ts';
import { MAX_PAYLOAD_BYTES } from '../../asl/limits.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import { type Execution, startExecution } from '../../interpreter/execution.ts';
import type { HistoryEvent } from '../../interpreter/history.ts';
import type { TaskService } from '../../interpreter/tasks.ts';
import { invalidInput } from './errors.ts';
import type { MachineType } from './records.ts';

/** What every execution runs on. */
export interface Surroundings {
  tasks: TaskService;
  clock: Clock;
  random: () => number;
  /** Told of every event of Express executions, which keep no history. */
  log?: ExpressLog | undefined;
}

/** The local stand-in for the log group of an Express machine, at level ALL. */
export type ExpressLog = (executionName: string, event: HistoryEvent) => void;

export interface Run {
  definition: MachineDefinition;
  /** JSON text. */
  input: string;
  type: MachineType;
  arn: string;
  name: string;
  machineArn: string;
  machineName: string;
  roleArn: string;
  startedAt: number;
  onEvent?: (event: HistoryEvent) => void;
  redriveFrom?: readonly HistoryEvent[];
}

export function runOn({ tasks, clock, random }: Surroundings, run: Run): Execution {
  const { arn, name, roleArn, startedAt, machineArn, machineName, input, ...rest } = run;
  const StartTime = new Date(startedAt).toISOString();
  return startExecution({
    ...rest,
    input: JSON.parse(input),
    context: {
      Execution: { Id: arn, Name: name, RoleArn: roleArn, StartTime },
      StateMachine: { Id: machineArn, Name: machineName },
    },
    tasks,
    clock,
    random,
  });
}

/** Throws InvalidExecutionInput unless a text is JSON and small enough. */
export function checkInput(input: string): void {
  if (input === '') throw invalidInput('Invalid execution input.');
  if (Buffer.byteLength(input) > MAX_PAYLOAD_BYTES) {
    throw invalidInput(`The input is larger than ${MAX_PAYLOAD_BYTES} bytes`);
  }
  try {
    JSON.parse(input);
  } catch (thrown) {
    throw invalidInput(messageOf(thrown));
  }
}
