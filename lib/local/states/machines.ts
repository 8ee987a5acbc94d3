/** The state machines of the service. */
import { randomUUID } from 'node:crypto';
import type { Diagnostic } from '../../asl/validate.ts';
import { parseDefinition } from '../../asl/validate.ts';
import type { Clock } from '../../core/clock.ts';
import { unsupportedStates } from '../../interpreter/support.ts';
import type { TaskService } from '../../interpreter/tasks.ts';
import { type Arns, checkArn, checkName, checkRoleArn } from './arns.ts';
import {
  invalidDefinition,
  machineAlreadyExists,
  machineDeleting,
  machineDoesNotExist,
  machineLimitExceeded,
  missingParameter,
} from './errors.ts';
import type { StatesFolder } from './folder.ts';
import { MAX_STATE_MACHINES } from './limits.ts';
import type { Machine, MachineSettings, MachineType, StoredMachine } from './records.ts';

export interface MachinesOptions {
  arns: Arns;
  clock: Clock;
  tasks: TaskService;
  folder: StatesFolder | undefined;
  /** How many there may be. */
  limit?: number;
}

export interface NewMachine extends MachineSettings {
  name: string;
  type: MachineType;
  definition: string;
  roleArn: string;
}

export interface MachineChanges extends MachineSettings {
  definition?: string | undefined;
  roleArn?: string | undefined;
}

/** What CreateStateMachine compares; another role is ignored, as on AWS. */
const SETTINGS = ['loggingConfiguration', 'tracingConfiguration', 'encryptionConfiguration'] as const;

export class Machines {
  readonly #options: MachinesOptions;
  readonly #machines = new Map<string, Machine>();

  constructor(options: MachinesOptions) {
    this.#options = options;
    for (const stored of options.folder?.machines() ?? []) this.#load(stored);
  }

  #load(stored: StoredMachine): void {
    // Its deletion was under way when the process ended.
    if (stored.status === 'DELETING') return this.#options.folder?.removeMachine(stored.arn);
    this.#machines.set(stored.arn, { ...stored, parsed: JSON.parse(stored.definition) });
  }

  /** What is wrong with a definition; the definition itself if nothing is. */
  examine(definition: string, type: MachineType): { parsed?: Machine['parsed']; diagnostics: Diagnostic[] } {
    const { definition: parsed, diagnostics } = parseDefinition(definition, { type });
    if (parsed === undefined) return { diagnostics };
    // What AWS would run and this service does not is refused here, not first when an execution gets there.
    const unsupported = unsupportedStates(parsed, this.#options.tasks).map(
      ({ path, message }): Diagnostic => ({
        severity: 'ERROR',
        code: 'SCHEMA_VALIDATION_FAILED',
        message: `Not supported here: ${message}`,
        location: path,
      }),
    );
    return { ...(unsupported.length === 0 && { parsed }), diagnostics: [...diagnostics, ...unsupported] };
  }

  /** Idempotent: the same machine once more gives the one there is. */
  create({ name, type, definition, roleArn, ...settings }: NewMachine): Machine {
    const { arns, clock, limit = MAX_STATE_MACHINES } = this.#options;
    checkName(name);
    checkRoleArn(roleArn);
    const arn = arns.machine(name);
    const existing = this.#machines.get(arn);
    if (existing?.status === 'DELETING') throw machineDeleting(arn);
    if (existing !== undefined && isSame(existing, { type, definition, ...settings })) return existing;
    const parsed = this.#parse(definition, type);
    if (existing !== undefined) throw machineAlreadyExists(arn);
    if (this.#machines.size >= limit) throw machineLimitExceeded(limit);
    const createdAt = clock.now();
    const machine: Machine = { arn, name, type, definition, roleArn, ...settings, createdAt, status: 'ACTIVE', parsed };
    this.#save(machine);
    return machine;
  }

  update(arn: string, { definition, roleArn, ...settings }: MachineChanges): Machine {
    const machine = this.findActive(arn);
    const changes = { definition, roleArn, ...settings };
    if (Object.values(changes).every((value) => value === undefined)) throw missingParameter();
    if (roleArn !== undefined) checkRoleArn(roleArn);
    const changed: Machine = { ...machine, ...defined(changes) };
    if (definition !== undefined) changed.parsed = this.#parse(definition, machine.type);
    const isNew = changed.roleArn !== machine.roleArn || !isSame(machine, changed);
    changed.updatedAt = this.#options.clock.now();
    if (isNew) changed.revisionId = randomUUID();
    this.#save(changed);
    return changed;
  }

  get(arn: string): Machine | undefined {
    return this.#machines.get(arn);
  }

  /** Throws InvalidArn, StateMachineDoesNotExist. */
  find(arn: string): Machine {
    checkArn(arn, 'stateMachine');
    const machine = this.#machines.get(arn);
    if (machine === undefined) throw machineDoesNotExist(arn);
    return machine;
  }

  /** The same for one that is to be used or changed: throws StateMachineDeleting too. */
  findActive(arn: string): Machine {
    const machine = this.find(arn);
    if (machine.status === 'DELETING') throw machineDeleting(arn);
    return machine;
  }

  /** Nothing can be started on it any more; nothing if there is none. */
  markDeleting(arn: string): Machine | undefined {
    checkArn(arn, 'stateMachine');
    const machine = this.#machines.get(arn);
    if (machine === undefined || machine.status === 'DELETING') return undefined;
    const deleting: Machine = { ...machine, status: 'DELETING' };
    this.#save(deleting);
    return deleting;
  }

  remove(arn: string): void {
    this.#machines.delete(arn);
    this.#options.folder?.removeMachine(arn);
  }

  /** By name, those after `after` first. */
  list(after: string | undefined, most: number): { page: Machine[]; more: boolean } {
    const names = [...this.#machines.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const rest = after === undefined ? names : names.filter(({ name }) => name > after);
    return { page: rest.slice(0, most), more: rest.length > most };
  }

  #parse(definition: string, type: MachineType): Machine['parsed'] {
    const { parsed, diagnostics } = this.examine(definition, type);
    if (parsed === undefined) throw invalidDefinition(diagnostics.filter(({ severity }) => severity === 'ERROR'));
    return parsed;
  }

  #save(machine: Machine): void {
    const { parsed: _parsed, ...stored } = machine;
    this.#options.folder?.saveMachine(stored);
    this.#machines.set(machine.arn, machine);
  }
}

type Compared = Pick<Machine, 'type' | 'definition'> & MachineSettings;

/** The definition is compared as text, as recorded in LocalStack's test_sfn_api.snapshot.json. */
function isSame(one: Compared, other: Compared): boolean {
  if (one.type !== other.type || one.definition !== other.definition) return false;
  return SETTINGS.every((name) => JSON.stringify(one[name] ?? null) === JSON.stringify(other[name] ?? null));
}

function defined<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
