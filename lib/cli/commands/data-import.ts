/** `stepweave data import FILE --map MAP`: loads a CSV file into the store. */
import { type ImportProgress, importCsv } from '../../supply-chain/import/import-csv.ts';
import { formatImportReport, type ImportReport } from '../../supply-chain/import/report.ts';
import { readDocument } from '../documents.ts';
import { EXIT } from '../exit.ts';
import type { CliIo } from '../io.ts';
import { canRedraw } from '../render/style.ts';
import { openStore } from '../store.ts';

export interface DataImportOptions {
  map: string;
  data: string;
}

/** Imports a file and prints the report; resolves with the exit status. */
export async function dataImportCommand(file: string, options: DataImportOptions, io: CliIo): Promise<number> {
  const map = await readDocument(options.map, io);
  const { store, close } = await openStore(options.data);
  try {
    await store.prepare();
    const bar = progressBar(io);
    const report = await importCsv({ file, map, store, onProgress: bar.show }).finally(bar.clear);
    io.stdout.write(`${formatImportReport(report).trimEnd()}\n`);
    const shortfalls = shortfallsOf(report);
    for (const shortfall of shortfalls) io.stderr.write(`stepweave: ${shortfall}\n`);
    return shortfalls.length === 0 ? EXIT.succeeded : EXIT.notSucceeded;
  } finally {
    await close();
  }
}

/** What a script must not take for success. */
function shortfallsOf({ complete, kinds }: ImportReport): string[] {
  return [
    ...(kinds.some(({ accepted }) => accepted > 0) ? [] : ['no record was imported']),
    ...(complete ? [] : ['the file could not be read to its end']),
  ];
}

const BAR_CELLS = 30;

/** A bar that is drawn over on a terminal; nothing where lines cannot be drawn over. */
function progressBar({ stderr, env }: CliIo): { show(progress: ImportProgress): void; clear(): void } {
  if (!canRedraw(stderr, env)) return { show: () => {}, clear: () => {} };
  return {
    show({ rows, bytes, totalBytes }) {
      const share = totalBytes === 0 ? 1 : bytes / totalBytes;
      const full = Math.round(share * BAR_CELLS);
      const bar = '#'.repeat(full) + '-'.repeat(BAR_CELLS - full);
      stderr.write(`\r[${bar}] ${Math.round(share * 100)} %  ${rows.toLocaleString('en')} rows`);
    },
    clear: () => void stderr.write('\r\u001b[K'),
  };
}
