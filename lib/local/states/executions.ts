/** The Standard executions of the service. */
import type { MachineDefinition } from '../../asl/definition.ts';
import { messageOf } from '../../core/errors.ts';
import type { ExecutionEnd, Execution as InterpreterExecution } from '../../interpreter/execution.ts';
import type { HistoryEvent } from '../../interpreter/history.ts';
import { type Arns, checkArn } from './arns.ts';
import { executionAlreadyExists, executionDoesNotExist, notRedrivable } from './errors.ts';
import type { StatesFolder, StoredHistory } from './folder.ts';
import { Histories } from './histories.ts';
import { failureEvents } from './history.ts';
import { MAX_CLOSED_EXECUTIONS, MAX_HISTORY_CHARACTERS, RETENTION_MS } from './limits.ts';
import type { ExecutionSummary, Machine } from './records.ts';
import { type RedriveToken, rememberToken, whyNotRedrivable } from './redrive.ts';
import { runOn, type Surroundings } from './running.ts';

interface Entry {
  summary: ExecutionSummary;
  tokens: RedriveToken[];
  /** While it runs. */
  running?: { execution: InterpreterExecution; closed: Promise<void> };
}

export interface ExecutionsOptions extends Surroundings {
  arns: Arns;
  folder: StatesFolder | undefined;
  /** Whether there is such a state machine; executions of none are left from a deletion that was broken off. */
  hasMachine(arn: string): boolean;
}

/** What ended with the process that ran it says so, and can be continued. */
const SERVICE_STOPPED = {
  error: 'Stepweave.ServiceStopped',
  cause: 'The local Step Functions service was stopped while this execution ran. RedriveExecution continues it.',
};

export class Executions {
  readonly #options: ExecutionsOptions;
  readonly #histories: Histories;
  readonly #entries = new Map<string, Entry>();
  /** By machine, in the order of their starts. */
  readonly #ofMachine = new Map<string, Entry[]>();
  /** Those that have ended, in the order of their ends. */
  readonly #closed = new Map<string, Entry>();
  #sequence = 0;
  #isClosing = false;

  constructor(options: ExecutionsOptions) {
    this.#options = options;
    this.#histories = new Histories(options.folder);
    for (const summary of options.folder?.executions() ?? []) this.#load(summary);
    this.#forgetSurplus();
  }

  #load(summary: ExecutionSummary): void {
    this.#sequence = summary.sequence;
    if (!this.#options.hasMachine(summary.machineArn)) return this.#options.folder?.forget(summary.arn);
    const entry = this.#add({ summary, tokens: [] });
    if (summary.status !== 'RUNNING') return void this.#closed.set(summary.arn, entry);
    try {
      this.#fail(entry, SERVICE_STOPPED);
    } catch {
      // Nothing can be told of it, nor can it be continued: its files are gone.
      this.#forget(entry);
    }
  }

  /** Idempotent: the same name and input give the execution that runs. Throws ExecutionAlreadyExists. */
  start(machine: Machine, name: string, input: string, traceHeader?: string): ExecutionSummary {
    const arn = this.#options.arns.execution(machine.name, name);
    const existing = this.#entries.get(arn);
    if (existing !== undefined) {
      const isSame = existing.running !== undefined && this.#histories.read(existing.summary).start.input === input;
      if (isSame) return existing.summary;
      throw executionAlreadyExists(arn);
    }
    const summary: ExecutionSummary = {
      arn,
      name,
      machineArn: machine.arn,
      machineName: machine.name,
      roleArn: machine.roleArn,
      sequence: ++this.#sequence,
      status: 'RUNNING',
      startedAt: this.#options.clock.now(),
      redriveCount: 0,
      ...(traceHeader !== undefined && { traceHeader }),
    };
    this.#histories.begin(summary, { input, definition: machine.definition });
    this.#run(this.#add({ summary, tokens: [] }), machine.parsed, input);
    return summary;
  }

  /** Throws InvalidArn, ExecutionDoesNotExist. */
  find(arn: string): ExecutionSummary {
    return this.#find(arn).summary;
  }

  history(summary: ExecutionSummary): StoredHistory {
    return this.#histories.read(summary);
  }

  /** Ends an execution; one that has ended stays as it is. Resolves when it has ended. */
  async stop(arn: string, error?: string, cause?: string): Promise<ExecutionSummary> {
    const { running, summary } = this.#find(arn);
    running?.execution.stop(error, cause);
    await running?.closed;
    return summary;
  }

  /** Continues an execution; a token that was used already gives the answer of that time. Throws ExecutionNotRedrivable. */
  redrive(arn: string, machine: Machine | undefined, token?: string): number {
    const entry = this.#find(arn);
    const { summary, tokens } = entry;
    const now = this.#options.clock.now();
    const earlier = tokens.find((used) => used.token === token && now < used.until);
    if (earlier !== undefined) return earlier.redrivenAt;
    const { start, events } = this.#histories.read(summary);
    const reason = whyNotRedrivable(summary, machine, events, now);
    if (reason !== undefined) throw notRedrivable(reason);
    entry.tokens = rememberToken(tokens, token, now);
    summary.status = 'RUNNING';
    summary.redriveCount++;
    summary.redrivenAt = now;
    delete summary.stoppedAt;
    this.#closed.delete(arn);
    this.#histories.reopen(summary);
    this.#options.folder?.note(summary);
    this.#run(entry, JSON.parse(start.definition), start.input, [...events]);
    return now;
  }

  /** Those of a machine that fit, the latest first, from before `before`. */
  list(
    machineArn: string,
    fits: (summary: ExecutionSummary) => boolean,
    before: number,
    most: number,
  ): { page: ExecutionSummary[]; more: boolean } {
    this.#forgetSurplus();
    const entries = this.#ofMachine.get(machineArn) ?? [];
    const page: ExecutionSummary[] = [];
    for (let index = entries.length - 1; index >= 0; index--) {
      const { summary } = entries[index]!;
      if (summary.sequence >= before || !fits(summary)) continue;
      if (page.length === most) return { page, more: true };
      page.push(summary);
    }
    return { page, more: false };
  }

  /** Ends all executions of a machine and forgets them. */
  async removeAll(machineArn: string): Promise<void> {
    const entries = [...(this.#ofMachine.get(machineArn) ?? [])];
    for (const { running } of entries) running?.execution.stop();
    await Promise.all(entries.map(({ running }) => running?.closed));
    for (const entry of entries) this.#forget(entry);
  }

  /** Ends those that run. In the folder they stay as running, so that they are found broken off when it is opened again. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const running = [...this.#entries.values()].flatMap((entry) => entry.running ?? []);
    for (const { execution } of running) execution.stop();
    await Promise.all(running.map(({ closed }) => closed));
  }

  #run(entry: Entry, definition: MachineDefinition, input: string, redriveFrom?: readonly HistoryEvent[]): void {
    const execution = runOn(this.#options, {
      ...entry.summary,
      definition,
      input,
      type: 'STANDARD',
      onEvent: (event) => this.#onEvent(entry, event),
      ...(redriveFrom && { redriveFrom }),
    });
    const closed = execution.ended.then(
      (end) => this.#onEnd(entry, end.status),
      (fault) => this.#onFault(entry, fault),
    );
    entry.running = { execution, closed };
  }

  #onEvent(entry: Entry, event: HistoryEvent): void {
    if (this.#isClosing) return;
    try {
      this.#histories.append(entry.summary, event);
    } catch (thrown) {
      // The disk is full, or the folder is gone: what cannot be kept must not go on.
      entry.running?.execution.stop('States.Runtime', `Its history could not be written: ${messageOf(thrown)}`);
    }
  }

  #onEnd(entry: Entry, status: ExecutionEnd['status']): void {
    delete entry.running;
    if (this.#isClosing) return;
    const { summary } = entry;
    summary.status = status;
    summary.stoppedAt = this.#options.clock.now();
    this.#histories.close(summary);
    this.#closed.set(summary.arn, entry);
    try {
      this.#options.folder?.note(summary);
    } catch {
      // When the folder is opened again it counts as broken off.
    }
    this.#forgetSurplus();
  }

  #onFault(entry: Entry, fault: unknown): void {
    if (this.#isClosing) return;
    const cause = `The interpreter failed: ${messageOf(fault)}`;
    this.#fail(entry, { error: 'States.Runtime', cause });
  }

  #fail(entry: Entry, details: { error: string; cause: string }): void {
    const { summary } = entry;
    const { start, events } = this.#histories.read(summary);
    const from = { input: start.input, roleArn: summary.roleArn };
    for (const event of failureEvents(events, from, this.#options.clock.now(), details)) this.#onEvent(entry, event);
    this.#onEnd(entry, 'FAILED');
  }

  #find(arn: string): Entry {
    checkArn(arn, 'execution');
    const entry = this.#entries.get(arn);
    if (entry === undefined) throw executionDoesNotExist(arn);
    return entry;
  }

  #add(entry: Entry): Entry {
    const { arn, machineArn } = entry.summary;
    this.#entries.set(arn, entry);
    const siblings = this.#ofMachine.get(machineArn);
    if (siblings === undefined) this.#ofMachine.set(machineArn, [entry]);
    else siblings.push(entry);
    return entry;
  }

  /** Forgets the oldest of those that have ended, when they are too old, too many, or too much. */
  #forgetSurplus(): void {
    const { clock, folder } = this.#options;
    const expired = clock.now() - RETENTION_MS;
    for (const entry of this.#closed.values()) {
      const isFull = folder === undefined && this.#histories.characters > MAX_HISTORY_CHARACTERS;
      const isOld = (entry.summary.stoppedAt ?? 0) < expired;
      if (this.#closed.size <= MAX_CLOSED_EXECUTIONS && !isFull && !isOld) return;
      // The one that ended last can always be asked for.
      if (this.#closed.size === 1 && !isOld) return;
      this.#forget(entry);
    }
  }

  #forget(entry: Entry): void {
    const { arn, machineArn } = entry.summary;
    this.#entries.delete(arn);
    this.#closed.delete(arn);
    const siblings = this.#ofMachine.get(machineArn) ?? [];
    siblings.splice(siblings.indexOf(entry), 1);
    if (siblings.length === 0) this.#ofMachine.delete(machineArn);
    this.#histories.forget(entry.summary);
  }
}
