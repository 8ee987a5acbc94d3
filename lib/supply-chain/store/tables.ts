/**
 * The tables as data: the local store creates them from this list, and infrastructure code can declare the same ones.
 *
 * Keys are fields of the records and follow the questions that are asked, so that every read is a Query or a GetItem:
 * what a warehouse holds, what an item costs at each supplier, what a supplier delivered, what is still open. Master
 * data share one table, partitioned by their kind, because they are few and are listed by kind.
 */

export interface TableDefinition {
  /** Name without the prefix. */
  name: string;
  partitionKey: string;
  sortKey: string;
  indexes: { name: string; partitionKey: string; sortKey: string }[];
}

const table = (name: string, partitionKey: string, sortKey: string): TableDefinition => ({
  name,
  partitionKey,
  sortKey,
  indexes: [],
});

/** All keys are strings, all indexes project every attribute, billing is per request. */
export const TABLES = {
  /** `kind` is dataset, warehouse, item or supplier; `code` its code. */
  catalog: table('catalog', 'kind', 'code'),
  inventory: table('inventory', 'warehouse_code', 'item_code'),
  /** One record per item and year (`item_year` is `ITEM#2025`), each week an attribute named by its Monday. */
  demand: table('demand', 'warehouse_code', 'item_year'),
  quotes: table('quotes', 'item_code', 'supplier_code'),
  shipments: {
    ...table('shipments', 'supplier_code', 'shipment_id'),
    /** Sparse: only shipments that are not delivered carry `open`, so that it stays small whatever the history. */
    indexes: [{ name: 'open-by-promised-date', partitionKey: 'open', sortKey: 'promised_date' }],
  },
  stops: table('stops', 'warehouse_code', 'stop_code'),
  orders: table('orders', 'warehouse_code', 'order_id'),
  docks: table('docks', 'warehouse_code', 'slot'),
  /** `topic` is always `planner`. */
  notes: table('notes', 'topic', 'note_id'),
} as const satisfies Record<string, TableDefinition>;

export type TableName = keyof typeof TABLES;

export const DEFAULT_TABLE_PREFIX = 'stepweave-';

/** The table's name in DynamoDB. The prefix is `STEPWEAVE_TABLE_PREFIX`, else {@link DEFAULT_TABLE_PREFIX}. */
export function tableName(table: TableName, prefix: string = tablePrefix()): string {
  return `${prefix}${TABLES[table].name}`;
}

export function tablePrefix(): string {
  return process.env['STEPWEAVE_TABLE_PREFIX'] || DEFAULT_TABLE_PREFIX;
}
