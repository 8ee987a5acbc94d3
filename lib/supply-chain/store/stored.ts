/** How a record becomes documents: its table, its keys, and the codes that the catalog must know. */
import type { Demand, RecordKind, RecordOf, Shipment } from '../records.ts';
import { isOpen } from '../shipments.ts';
import type { Document } from './documents.ts';
import { TABLES, type TableName } from './tables.ts';

export type StoredRecords = { table: TableName; codes: Map<string, Document> } & (
  | { mode: 'replace'; documents: Document[] }
  | { mode: 'merge'; merges: { key: Document; attributes: Document }[] }
);

const TABLE_OF: Record<RecordKind, TableName> = {
  warehouse: 'catalog',
  item: 'catalog',
  supplier: 'catalog',
  inventory: 'inventory',
  demand: 'demand',
  quote: 'quotes',
  shipment: 'shipments',
  stop: 'stops',
};

export function storedRecords<Kind extends RecordKind>(kind: Kind, records: readonly RecordOf<Kind>[]): StoredRecords {
  const table = TABLE_OF[kind];
  const codes = isMaster(kind) ? new Map<string, Document>() : namedCodes(records);
  if (kind === 'demand') return { table, codes, mode: 'merge', merges: demandByYear(records as readonly Demand[]) };
  const documents = records.map((record) => documentOf(kind, record));
  return { table, codes, mode: 'replace', documents: lastOfEachKey(table, documents) };
}

function isMaster(kind: RecordKind): kind is 'warehouse' | 'item' | 'supplier' {
  return TABLE_OF[kind] === 'catalog';
}

function documentOf(kind: RecordKind, record: Document): Document {
  if (isMaster(kind)) {
    const { [`${kind}_code`]: code, ...fields } = record;
    return { kind, code, ...fields };
  }
  return kind === 'shipment' && isOpen(record as unknown as Shipment) ? { ...record, open: 'open' } : record;
}

function namedCodes(records: readonly Document[]): Map<string, Document> {
  const codes = new Map<string, Document>();
  for (const record of records) {
    for (const kind of ['warehouse', 'item', 'supplier']) {
      const code = record[`${kind}_code`];
      if (typeof code === 'string') codes.set(`${kind} ${code}`, { kind, code });
    }
  }
  return codes;
}

/** BatchWriteItem refuses two writes of one key in a batch. */
function lastOfEachKey(table: TableName, documents: Document[]): Document[] {
  const { partitionKey, sortKey } = TABLES[table];
  return [...new Map(documents.map((item) => [JSON.stringify([item[partitionKey], item[sortKey]]), item])).values()];
}

/**
 * A week is an attribute of the document of its year: two years of an item are two or three documents instead of 104,
 * which makes reading a warehouse's demand one page, and writing a week again still replaces just that week.
 */
function demandByYear(demand: readonly Demand[]): { key: Document; attributes: Document }[] {
  const years = new Map<string, { key: Document; attributes: Document }>();
  for (const { warehouse_code, item_code, week_start, quantity } of demand) {
    const item_year = `${item_code}#${week_start.slice(0, 4)}`;
    const id = JSON.stringify([warehouse_code, item_year]);
    let year = years.get(id);
    if (year === undefined) {
      year = { key: { warehouse_code, item_year }, attributes: { item_code } };
      years.set(id, year);
    }
    year.attributes[week_start] = quantity;
  }
  return [...years.values()];
}
