/** `stepweave data import FILE --map MAP`: loads a CSV file into the store. */
import { type ImportProgress, importCsv } from '../../supply-chain/import/import-csv.ts';
import { formatImportReport } from '../../supply-chain/import/report.ts';
import { readDocument } from '../documents.ts';
import { EXIT } from '../exit.ts';
import type { CliIo } from '../io.ts';
import { canRedraw } from '../render/style.ts';
import { openStore } from '../store.ts';

export interface DataImportOptions {
  map: string;
  data: string;
}

export async function dataImportCommand(file: string, options: DataImportOptions, io: CliIo): Promise<number> {
  const map = await readDocument(options.map, io);
  const { store, close } = await openStore(options.data);
  try {
    await store.prepare();
    const bar = progressBar(io);
    const report = await importCsv({ file, map, store, onProgress: bar.show });
    bar.clear();
    io.stdout.write(`${formatImportReport(report).trimEnd()}\n`);
    return EXIT.succeeded;
  } finally {
    await close();
  }
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
