/** What the service keeps of state machines and executions. Times are milliseconds since the epoch. */
import type { MachineDefinition } from '../../asl/definition.ts';

export type MachineType = 'STANDARD' | 'EXPRESS';
export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** Settings that are kept and told, and have no effect here. */
export interface MachineSettings {
  loggingConfiguration?: Record<string, unknown> | undefined;
  tracingConfiguration?: Record<string, unknown> | undefined;
  encryptionConfiguration?: Record<string, unknown> | undefined;
}

/** A state machine as it is stored. */
export interface StoredMachine extends MachineSettings {
  arn: string;
  name: string;
  type: MachineType;
  /** The definition as it was sent. */
  definition: string;
  roleArn: string;
  createdAt: number;
  /** Set by UpdateStateMachine. */
  updatedAt?: number;
  revisionId?: string;
  status: 'ACTIVE' | 'DELETING';
}

export interface Machine extends StoredMachine {
  parsed: MachineDefinition;
}

/** A Standard execution, without its history. */
export interface ExecutionSummary {
  arn: string;
  name: string;
  machineArn: string;
  machineName: string;
  roleArn: string;
  /** Counts up in the order of the starts. */
  sequence: number;
  status: ExecutionStatus;
  startedAt: number;
  stoppedAt?: number;
  redriveCount: number;
  redrivenAt?: number;
  traceHeader?: string;
  /** Which stored definition it runs, where there is a folder. */
  definitionId?: string;
}

/** What an execution was started with: a redrive uses the same. */
export interface ExecutionStart {
  /** JSON text. */
  input: string;
  /** JSON text. */
  definition: string;
}
