/** The rows of a CSV file, one after another, in bounded memory. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { parse } from 'csv-parse';
import { messageOf, StepweaveError } from '../../core/errors.ts';
import { unreadableFile } from '../../local/files.ts';

/** A row longer than this is a quote that does not close. */
const LONGEST_ROW = 1_000_000;

export interface CsvOptions {
  delimiter: string;
  encoding: 'utf8' | 'latin1';
}

export interface CsvRow {
  /** Number of its last line in the file. */
  line: number;
  cells: string[];
  /** Set instead of usable cells when the row is not valid CSV. */
  malformed?: string;
  /** Set on the last row when what follows it in the file could not be read. */
  cutOff?: true;
  bytesRead: number;
}

/** In bytes; throws when there is no such file. */
export async function fileSize(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (cause) {
    throw unreadableFile(file, cause);
  }
}

/**
 * The header comes first; every later row has as many cells as it, or says that it has not. A quote in the middle of a
 * cell is text. One that opens a cell and is never closed makes all that follows unreadable, which the last row says.
 */
export async function* csvRows(file: string, { delimiter, encoding }: CsvOptions): AsyncGenerator<CsvRow> {
  const source = createReadStream(file);
  const parser = parse({
    delimiter,
    encoding,
    bom: true,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
  });
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let width: number | undefined;
  let line = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      width ??= record.length;
      line = info.lines;
      const odd = record.length === width ? undefined : `${record.length} cells instead of ${width}`;
      const row = { line, cells: record, bytesRead: source.bytesRead };
      yield odd === undefined ? row : { ...row, malformed: odd };
    }
  } catch (cause) {
    if (!isOpenQuote(cause)) throw isSystemError(cause) ? unreadableFile(file, cause) : invalid(file, cause);
    const malformed = 'a quote that opens here is not closed: the rest of the file could not be read';
    yield { line: line + 1, cells: [], malformed, cutOff: true, bytesRead: source.bytesRead };
  } finally {
    source.destroy();
  }
}

function isOpenQuote(error: unknown): boolean {
  return ['CSV_QUOTE_NOT_CLOSED', 'CSV_MAX_RECORD_SIZE'].includes((error as { code?: string }).code ?? '');
}

function isSystemError(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall !== undefined;
}

function invalid(file: string, cause: unknown): StepweaveError {
  return new StepweaveError('invalid_csv', 'user', `${file} is not CSV: ${messageOf(cause)}`, { cause });
}
