/** Imports a CSV file into the store. */
import { basename } from 'node:path';
import { StepweaveError } from '../../core/errors.ts';
import { addDays, latest } from '../calendar.ts';
import { type Demand, type Inventory, RECORD_KEYS, type RecordKind, type RecordOf, type Shipment } from '../records.ts';
import type { SupplyStore } from '../store/store.ts';
import { type RecordConverter, recordConverter } from './convert.ts';
import { type CsvRow, csvRows, fileSize } from './csv-rows.ts';
import { DistinctCounter } from './distinct.ts';
import { type ColumnMap, parseColumnMap, parseLayout } from './map.ts';
import { MalformedTally, ProblemTally } from './problems.ts';
import type { ImportReport } from './report.ts';

export interface ImportOptions {
  file: string;
  /** A column map, as JSON: see map.ts and docs/data.md. */
  map: unknown;
  store: SupplyStore;
  /** Called now and then, and at the end. */
  onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  rows: number;
  bytes: number;
  totalBytes: number;
}

/** Rows held in memory at a time. */
const BATCH_ROWS = 2000;

/**
 * Reads the file once, in bounded memory, and writes every record that the map makes of it. Keys come from the data, so
 * that importing a file again changes nothing. Nothing is guessed: what is not what the map says is left out and counted.
 *
 * A store that holds the sample is emptied before the first record is written; one that holds imported data is added to.
 * Throws IssuesError (`invalid_column_map`) with everything that is wrong with the map.
 */
export async function importCsv({ file, map, store, onProgress }: ImportOptions): Promise<ImportReport> {
  const layout = parseLayout(map);
  const totalBytes = await fileSize(file);
  const rows = csvRows(file, layout);
  try {
    const header = await rows.next();
    const columns = header.done ? [] : header.value.cells.map((name) => name.trim());
    checkColumns(file, columns);
    return await importRows(rows, columns, parseColumnMap(map, columns), { file, store, totalBytes, onProgress });
  } finally {
    await rows.return(undefined);
  }
}

interface Job {
  file: string;
  store: SupplyStore;
  totalBytes: number;
  onProgress: ImportOptions['onProgress'];
}

async function importRows(
  rows: AsyncIterable<CsvRow>,
  columns: readonly string[],
  map: ColumnMap,
  { file, store, totalBytes, onProgress }: Job,
): Promise<ImportReport> {
  const kinds = map.records.map(({ kind, fields }) => new KindImport(kind, recordConverter(kind, fields, columns)));
  const target = new Target(store);
  const malformed = new MalformedTally();
  const problems = new ProblemTally();
  let read = 0;
  let complete = true;
  for await (const { line, cells, malformed: reason, cutOff, bytesRead } of rows) {
    read++;
    if (cutOff) complete = false;
    if (reason === undefined) for (const kind of kinds) kind.add(cells, line, problems);
    else malformed.add(reason, line);
    if (read % BATCH_ROWS === 0) {
      for (const kind of kinds) await kind.flush(target);
      onProgress?.({ rows: read, bytes: bytesRead, totalBytes });
    }
  }
  for (const kind of kinds) await kind.flush(target);
  onProgress?.({ rows: read, bytes: totalBytes, totalBytes });
  return {
    file: basename(file),
    rows: read,
    complete,
    malformed: malformed.list(),
    kinds: kinds.map((kind) => kind.summary()),
    problems: problems.list(),
    replaced_sample: target.replacedSample,
    as_of: await target.finish(),
  };
}

function checkColumns(file: string, columns: readonly string[]): void {
  if (columns.length === 0) throw new StepweaveError('invalid_csv', 'user', `${file} has no header row`);
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new StepweaveError(
      'invalid_csv',
      'user',
      `${file} has two columns named ${JSON.stringify(twice)}; rename one`,
    );
  }
}

/** The records of one kind that the rows give. */
class KindImport {
  readonly #kind: RecordKind;
  readonly #convert: RecordConverter;
  readonly #keys = new DistinctCounter();
  /** Master data stand in every row of such files; one that was just written is not written again. */
  readonly #written = new Map<string, string>();
  #batch = new Map<string, Record<string, unknown>>();
  #accepted = 0;
  #rejected = 0;

  constructor(kind: RecordKind, convert: RecordConverter) {
    this.#kind = kind;
    this.#convert = convert;
  }

  add(cells: readonly string[], line: number, problems: ProblemTally): void {
    const converted = this.#convert(cells);
    for (const problem of converted.problems) problems.add(this.#kind, problem, line);
    if (converted.record === undefined) {
      this.#rejected++;
      return;
    }
    this.#accepted++;
    const key = JSON.stringify(RECORD_KEYS[this.#kind].map((name) => converted.record![name]));
    this.#keys.add(key);
    this.#batch.set(key, converted.record);
  }

  async flush(target: Target): Promise<void> {
    const fresh = [...this.#batch].filter(([key, record]) => this.#written.get(key) !== JSON.stringify(record));
    this.#batch = new Map();
    if (fresh.length === 0) return;
    await target.write(
      this.#kind,
      fresh.map(([, record]) => record),
    );
    if (this.#written.size > MOST_REMEMBERED) this.#written.clear();
    for (const [key, record] of fresh) this.#written.set(key, JSON.stringify(record));
  }

  summary(): ImportReport['kinds'][number] {
    return {
      kind: this.#kind,
      accepted: this.#accepted,
      rejected: this.#rejected,
      distinct: this.#keys.count ?? null,
    };
  }
}

/** Records whose last state is remembered. */
const MOST_REMEMBERED = 20_000;

/** The store, made ready when the first record arrives: a file that gives none leaves it as it is. */
class Target {
  readonly #store: SupplyStore;
  #ready = false;
  #latest: string | undefined;
  replacedSample = false;

  constructor(store: SupplyStore) {
    this.#store = store;
  }

  async write(kind: RecordKind, records: Record<string, unknown>[]): Promise<void> {
    for (const record of records) this.#latest = latest(this.#latest, lastDay(kind, record));
    if (!this.#ready) await this.#prepare();
    await this.#store.write(kind, records as RecordOf<RecordKind>[]);
  }

  /** The day on which the data end now. */
  async finish(): Promise<string | null> {
    if (!this.#ready) return null;
    await this.#store.advanceAsOf(this.#latest);
    return (await this.#store.dataset())?.as_of ?? null;
  }

  async #prepare(): Promise<void> {
    const dataset = await this.#store.prepare();
    this.#ready = true;
    if (dataset?.source === 'import') return;
    if (dataset?.source === 'sample') {
      await this.#store.clear();
      this.replacedSample = true;
    }
    await this.#store.setDataset({ source: 'import', state: 'ready', ...(this.#latest && { as_of: this.#latest }) });
  }
}

/** The last day of which the record knows something. A promise is about the future and does not count. */
function lastDay(kind: RecordKind, record: Record<string, unknown>): string | undefined {
  if (kind === 'demand') return addDays((record as Demand).week_start, 6);
  if (kind === 'inventory') return (record as Inventory).as_of;
  if (kind === 'shipment') return latest((record as Shipment).ordered_date, (record as Shipment).delivered_date);
  return undefined;
}
