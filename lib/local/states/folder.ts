/**
 * State machines and executions in a folder. What has been answered is in the files, so that a process that is killed
 * loses nothing: a small document is replaced as a whole, everything else is only ever appended to.
 *
 *     machines/<id>.json      a state machine
 *     executions.jsonl        what became of each execution, a line at a time
 *     history/<id>.jsonl      what an execution was started with, then its events
 *     definitions/<id>.json   the definitions of executions
 */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../../core/json.ts';
import type { HistoryEvent } from '../../interpreter/history.ts';
import type { ExecutionStart, ExecutionSummary, StoredMachine } from './records.ts';

/** A line of executions.jsonl. */
type JournalEntry = { execution: ExecutionSummary } | { forgotten: string };

/** All that is kept of an execution besides its summary. */
export interface StoredHistory {
  start: ExecutionStart;
  events: HistoryEvent[];
}

export class StatesFolder {
  readonly #folder: string;
  /** Those that are written. */
  readonly #definitions = new Set<string>();

  /** The folder must be there, and locked. */
  constructor(folder: string) {
    this.#folder = folder;
    for (const inner of ['machines', 'history', 'definitions']) mkdirSync(join(folder, inner), { recursive: true });
  }

  machines(): StoredMachine[] {
    return readdirSync(join(this.#folder, 'machines'))
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(this.#folder, 'machines', name), 'utf8')));
  }

  saveMachine({ arn, ...machine }: StoredMachine): void {
    this.#replace(this.#machineFile(arn), JSON.stringify({ arn, ...machine }));
  }

  removeMachine(arn: string): void {
    rmSync(this.#machineFile(arn), { force: true });
  }

  /** The executions as they were last told, in the order of their starts. The journal is written anew, without what is over. */
  executions(): ExecutionSummary[] {
    const latest = new Map<string, ExecutionSummary>();
    for (const entry of readLines<JournalEntry>(this.#journal)) {
      if ('forgotten' in entry) latest.delete(entry.forgotten);
      else latest.set(entry.execution.arn, entry.execution);
    }
    const executions = [...latest.values()].sort((a, b) => a.sequence - b.sequence);
    this.#replace(this.#journal, executions.map((execution) => lineOf({ execution })).join(''));
    this.#removeBut(
      executions.map(({ definitionId }) => this.#definitionFile(definitionId ?? '')),
      'definitions',
    );
    this.#removeBut(
      executions.map(({ arn }) => this.#historyFile(arn)),
      'history',
    );
    return executions;
  }

  /** Removes what no execution needs any more. */
  #removeBut(used: readonly string[], folder: string): void {
    const keep = new Set(used);
    for (const name of readdirSync(join(this.#folder, folder))) {
      const file = join(this.#folder, folder, name);
      if (!keep.has(file)) rmSync(file);
    }
  }

  /** Writes what an execution is started with, before anything of it happens. */
  begin(execution: ExecutionSummary, { input, definition }: ExecutionStart): void {
    const id = idOf(definition);
    if (!this.#definitions.has(id)) this.#replace(this.#definitionFile(id), definition);
    this.#definitions.add(id);
    writeFileSync(this.#historyFile(execution.arn), lineOf({ input }));
    execution.definitionId = id;
    this.note(execution);
  }

  /** Writes what has become of an execution. */
  note(execution: ExecutionSummary): void {
    appendFileSync(this.#journal, lineOf({ execution }));
  }

  append({ arn }: ExecutionSummary, event: HistoryEvent): void {
    appendFileSync(this.#historyFile(arn), lineOf(event));
  }

  /** What an execution was started with and what has happened, up to the last line that is whole. */
  history({ arn, definitionId = '' }: ExecutionSummary): StoredHistory {
    const [head, ...events] = readLines<{ input: string } | HistoryEvent>(this.#historyFile(arn));
    const { input } = head as { input: string };
    const definition = readFileSync(this.#definitionFile(definitionId), 'utf8');
    return { start: { input, definition }, events: events as HistoryEvent[] };
  }

  forget(arn: string): void {
    appendFileSync(this.#journal, lineOf({ forgotten: arn }));
    rmSync(this.#historyFile(arn), { force: true });
  }

  get #journal(): string {
    return join(this.#folder, 'executions.jsonl');
  }

  // Names and ARNs come from clients: only what is derived from them becomes a part of a path.
  #machineFile(arn: string): string {
    return join(this.#folder, 'machines', `${fileNameOf(arn)}.json`);
  }

  #historyFile(arn: string): string {
    return join(this.#folder, 'history', `${fileNameOf(arn)}.jsonl`);
  }

  #definitionFile(id: string): string {
    return join(this.#folder, 'definitions', `${id}.json`);
  }

  /** A reader sees the old content or the new one, never a part. */
  #replace(file: string, content: string): void {
    const draft = `${file}.new`;
    writeFileSync(draft, content);
    renameSync(draft, file);
  }
}

function idOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}

/** Readable as far as it can be, and different for different ARNs, also where a file system does not tell cases apart. */
function fileNameOf(arn: string): string {
  const name = arn.split(':').slice(6).join('-');
  return `${name.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 60)}-${idOf(arn)}`;
}

function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/**
 * The lines of a file, none if there is no file. A process that was killed may have left the last one unfinished: it is
 * cut off, so that what is appended next begins a line of its own.
 */
function readLines<T>(file: string): T[] {
  const content = readIfThere(file);
  const values: T[] = [];
  let start = 0;
  for (let end = content.indexOf(10); end >= 0; end = content.indexOf(10, start)) {
    const value = parse(content.toString('utf8', start, end));
    if (value === undefined) break;
    values.push(value as T);
    start = end + 1;
  }
  if (start < content.length) truncateSync(file, start);
  return values;
}

function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return Buffer.alloc(0);
    throw thrown;
  }
}

function parse(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
