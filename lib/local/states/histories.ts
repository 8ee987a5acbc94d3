/** The histories of Standard executions: in memory, or in a folder and in memory only while they are in use. */
import type { HistoryEvent } from '../../interpreter/history.ts';
import type { StatesFolder, StoredHistory } from './folder.ts';
import { sizeOf } from './history.ts';
import type { ExecutionStart, ExecutionSummary } from './records.ts';

interface Loaded extends StoredHistory {
  size: number;
  /** Whether events may still come. */
  isOpen: boolean;
}

/** Characters of the closed histories that stay in memory where the folder has them too: GetExecutionHistory comes for pages. */
const MAX_CACHED_CHARACTERS = 50_000_000;

export class Histories {
  readonly #folder: StatesFolder | undefined;
  /** By ARN; the one that was used last comes last. */
  readonly #loaded = new Map<string, Loaded>();
  #characters = 0;

  constructor(folder: StatesFolder | undefined) {
    this.#folder = folder;
  }

  /** Of all that is in memory. */
  get characters(): number {
    return this.#characters;
  }

  begin(execution: ExecutionSummary, start: ExecutionStart): void {
    this.#folder?.begin(execution, start);
    this.#keep(execution.arn, { start, events: [], size: start.input.length, isOpen: true });
  }

  /** Events come again, after a redrive. */
  reopen(execution: ExecutionSummary): void {
    this.#load(execution).isOpen = true;
  }

  append(execution: ExecutionSummary, event: HistoryEvent): void {
    const loaded = this.#load(execution);
    this.#folder?.append(execution, event);
    loaded.events.push(event);
    const size = sizeOf(event);
    loaded.size += size;
    this.#characters += size;
  }

  close(execution: ExecutionSummary): void {
    this.#load(execution).isOpen = false;
    this.#trim();
  }

  read(execution: ExecutionSummary): StoredHistory {
    const loaded = this.#load(execution);
    this.#trim();
    return loaded;
  }

  forget({ arn }: ExecutionSummary): void {
    this.#drop(arn);
    this.#folder?.forget(arn);
  }

  #load(execution: ExecutionSummary): Loaded {
    const { arn } = execution;
    const loaded = this.#loaded.get(arn);
    if (loaded !== undefined) {
      this.#loaded.delete(arn);
      this.#loaded.set(arn, loaded);
      return loaded;
    }
    const stored = this.#folder?.history(execution);
    if (stored === undefined) throw new Error(`the history of ${arn} is missing`);
    const size = stored.events.reduce((sum, event) => sum + sizeOf(event), stored.start.input.length);
    return this.#keep(arn, { ...stored, size, isOpen: false });
  }

  #keep(arn: string, loaded: Loaded): Loaded {
    this.#loaded.set(arn, loaded);
    this.#characters += loaded.size;
    return loaded;
  }

  /** Lets go of what the folder has too, but not of the one that is used now. */
  #trim(): void {
    if (this.#folder === undefined) return;
    for (const [arn, { isOpen }] of [...this.#loaded].slice(0, -1)) {
      if (this.#characters <= MAX_CACHED_CHARACTERS) return;
      if (!isOpen) this.#drop(arn);
    }
  }

  #drop(arn: string): void {
    this.#characters -= this.#loaded.get(arn)?.size ?? 0;
    this.#loaded.delete(arn);
  }
}
