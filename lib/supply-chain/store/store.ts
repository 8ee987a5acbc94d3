/** The supply chain's records: what may be asked and written, in the words of the domain. */
import { StepweaveError } from '../../core/errors.ts';
import { latest } from '../calendar.ts';
import type {
  Dataset,
  Demand,
  DockSlot,
  Inventory,
  Item,
  PlacedOrder,
  PlannerNote,
  Quote,
  RecordKind,
  RecordOf,
  Shipment,
  Stop,
  Supplier,
  Warehouse,
} from '../records.ts';
import { type Document, DocumentTables } from './documents.ts';
import { mapLimit } from './map-limit.ts';
import { storedRecords } from './stored.ts';
import { type TableName, tablePrefix } from './tables.ts';

const NOTE_TOPIC = 'planner';
const DATASET_KEY = { kind: 'dataset', code: 'current' } as const;
const OPEN = 'open';
/** Partitions read at once. */
const CONCURRENT_READS = 16;

/**
 * Records were validated when they were written, so that reading trusts them. No method scans a table: everything is
 * found through the catalog of warehouses, items and suppliers, in which each code that any record names is entered.
 */
export class SupplyStore {
  readonly #tables: DocumentTables;
  /** Codes known to be in the catalog, so that each is entered once per store. */
  readonly #entered = new Set<string>();

  constructor(tables: DocumentTables) {
    this.#tables = tables;
  }

  /** `endpoint` as in {@link DocumentTables.open}. */
  static async open(prefix: string = tablePrefix(), endpoint?: string): Promise<SupplyStore> {
    return new SupplyStore(await DocumentTables.open(prefix, endpoint));
  }

  close(): void {
    this.#tables.close();
  }

  createTables(): Promise<void> {
    return this.#tables.createTables();
  }

  /** The data set, if any; on a local endpoint tables that do not exist are created. On AWS the stack does that. */
  async prepare(): Promise<Dataset | undefined> {
    try {
      return await this.dataset();
    } catch (thrown) {
      const isMissing = thrown instanceof StepweaveError && thrown.code === 'no_store';
      if (!isMissing || this.#tables.endpoint === undefined) throw thrown;
      await this.createTables();
      return undefined;
    }
  }

  async dataset(): Promise<Dataset | undefined> {
    return (await this.#tables.get('catalog', DATASET_KEY)) as Dataset | undefined;
  }

  setDataset(dataset: Dataset): Promise<void> {
    return this.#tables.put('catalog', { ...DATASET_KEY, ...dataset });
  }

  warehouses(): Promise<Warehouse[]> {
    return this.#catalog('warehouse') as Promise<Warehouse[]>;
  }

  items(): Promise<Item[]> {
    return this.#catalog('item') as Promise<Item[]>;
  }

  suppliers(): Promise<Supplier[]> {
    return this.#catalog('supplier') as Promise<Supplier[]>;
  }

  async warehouse(code: string): Promise<Warehouse | undefined> {
    const found = await this.#tables.get('catalog', { kind: 'warehouse', code });
    return found && ({ ...fields(found), warehouse_code: code } as Warehouse);
  }

  inventory(warehouseCode: string): Promise<Inventory[]> {
    return this.#query<Inventory>('inventory', warehouseCode);
  }

  /** Weekly demand of each item of a warehouse, earliest week first. */
  async demand(warehouseCode: string): Promise<Map<string, Demand[]>> {
    const byItem = new Map<string, Demand[]>();
    for (const document of await this.#tables.query({ table: 'demand', partition: warehouseCode })) {
      const { item_code, warehouse_code, item_year: _, ...weeks } = document as Record<string, string>;
      const demand = Object.entries(weeks).map(([week_start, quantity]) => ({
        warehouse_code: warehouse_code!,
        item_code: item_code!,
        week_start,
        quantity: Number(quantity),
      }));
      demand.sort((a, b) => (a.week_start < b.week_start ? -1 : 1));
      byItem.set(item_code!, [...(byItem.get(item_code!) ?? []), ...demand]);
    }
    return byItem;
  }

  /** Quotes of each item asked for, in order of the supplier's code. */
  async quotes(itemCodes: readonly string[]): Promise<Map<string, Quote[]>> {
    const distinct = [...new Set(itemCodes)];
    const quotes = await mapLimit(distinct, CONCURRENT_READS, (code) => this.#query<Quote>('quotes', code));
    return new Map(distinct.map((code, index) => [code, quotes[index]!]));
  }

  /** Every shipment of each supplier asked for. */
  async shipments(supplierCodes: readonly string[]): Promise<Map<string, Shipment[]>> {
    const distinct = [...new Set(supplierCodes)];
    const shipments = await mapLimit(distinct, CONCURRENT_READS, (code) => this.#query<Shipment>('shipments', code));
    return new Map(distinct.map((code, index) => [code, shipments[index]!.map(withoutOpen)]));
  }

  /** Shipments that are not delivered yet, earliest promise first. */
  async openShipments(): Promise<Shipment[]> {
    const query = { table: 'shipments', index: 'open-by-promised-date', partition: OPEN } as const;
    return ((await this.#tables.query(query)) as unknown as Shipment[]).map(withoutOpen);
  }

  stops(warehouseCode: string): Promise<Stop[]> {
    return this.#query<Stop>('stops', warehouseCode);
  }

  placedOrders(warehouseCode: string): Promise<PlacedOrder[]> {
    return this.#query<PlacedOrder>('orders', warehouseCode);
  }

  /** Writes the order unless one of that id exists; answers with the one that is in the store then. */
  async placeOrder(order: PlacedOrder): Promise<{ placed: boolean; order: PlacedOrder }> {
    if ((await this.#tables.putNew('orders', { ...order })) === 'written') return { placed: true, order };
    const { warehouse_code, order_id } = order;
    return { placed: false, order: (await this.#tables.get('orders', { warehouse_code, order_id })) as never };
  }

  /** Slots that are taken from the first to the last day, both included. */
  dockSlots(warehouseCode: string, from: string, to: string): Promise<DockSlot[]> {
    const query = { table: 'docks', partition: warehouseCode, from, to: `${to}#~` } as const;
    return this.#tables.query(query) as Promise<unknown[]> as Promise<DockSlot[]>;
  }

  /** False when somebody else holds the slot. */
  async reserveDockSlot(slot: DockSlot): Promise<boolean> {
    return (await this.#tables.putNew('docks', { ...slot })) === 'written';
  }

  /** False when the note is there already. */
  async addNote(note: PlannerNote): Promise<boolean> {
    return (await this.#tables.putNew('notes', { topic: NOTE_TOPIC, ...note })) === 'written';
  }

  async notes(): Promise<PlannerNote[]> {
    const documents = await this.#tables.query({ table: 'notes', partition: NOTE_TOPIC });
    return documents.map(({ topic: _, ...note }) => note as unknown as PlannerNote);
  }

  /**
   * Writes records; one whose key exists replaces what was there, so that writing twice changes nothing. Of several with
   * the same key the last one counts.
   */
  async write<Kind extends RecordKind>(kind: Kind, records: readonly RecordOf<Kind>[]): Promise<void> {
    const stored = storedRecords(kind, records);
    await this.#enterCodes(stored.codes);
    if (stored.mode === 'replace') return this.#tables.putAll(stored.table, stored.documents);
    await mapLimit(stored.merges, CONCURRENT_READS, ({ key, attributes }) =>
      this.#tables.merge(stored.table, key, attributes),
    );
  }

  /** Moves the day on which the data end; it never goes back. */
  async advanceAsOf(date: string | undefined): Promise<void> {
    const dataset = await this.dataset();
    const as_of = latest(dataset?.as_of, date);
    if (dataset !== undefined && as_of !== undefined) await this.setDataset({ ...dataset, as_of });
  }

  /** Whether anything at all is in the store; its tables must exist. */
  async isEmpty(): Promise<boolean> {
    const kinds = await Promise.all([this.warehouses(), this.items(), this.suppliers(), this.dataset()]);
    return kinds.every((found) => found === undefined || (Array.isArray(found) && found.length === 0));
  }

  /** Deletes every record. */
  async clear(): Promise<void> {
    const [warehouses, items, suppliers] = await Promise.all([this.warehouses(), this.items(), this.suppliers()]);
    const partitions: [TableName, string][] = [
      ...items.map(({ item_code }): [TableName, string] => ['quotes', item_code]),
      ...suppliers.map(({ supplier_code }): [TableName, string] => ['shipments', supplier_code]),
      ...warehouses.flatMap(({ warehouse_code }) =>
        (['inventory', 'demand', 'stops', 'orders', 'docks'] as const).map((table): [TableName, string] => [
          table,
          warehouse_code,
        ]),
      ),
      ['notes', NOTE_TOPIC],
    ];
    await mapLimit(partitions, 4, ([table, partition]) => this.#clearPartition(table, partition));
    // The catalog comes last: it is how the rest is found when clearing is broken off and tried again.
    for (const kind of ['item', 'supplier', 'warehouse', 'dataset']) await this.#clearPartition('catalog', kind);
    this.#entered.clear();
  }

  async #clearPartition(table: TableName, partition: string): Promise<void> {
    for await (const page of this.#tables.queryPages({ table, partition })) await this.#tables.deleteAll(table, page);
  }

  async #enterCodes(codes: Map<string, Document>): Promise<void> {
    const fresh = [...codes].filter(([key]) => !this.#entered.has(key));
    await mapLimit(fresh, CONCURRENT_READS, ([, key]) => this.#tables.merge('catalog', key));
    for (const [key] of fresh) this.#entered.add(key);
  }

  async #catalog(kind: 'warehouse' | 'item' | 'supplier'): Promise<Document[]> {
    const documents = await this.#tables.query({ table: 'catalog', partition: kind });
    return documents.map((document) => ({ ...fields(document), [`${kind}_code`]: document['code'] }));
  }

  async #query<Record>(table: TableName, partition: string): Promise<Record[]> {
    if (partition === '') throw new StepweaveError('empty_key', 'internal', `${table} was queried with an empty key`);
    return (await this.#tables.query({ table, partition })) as Record[];
  }
}

function fields({ kind: _, code: __, ...rest }: Document): Document {
  return rest;
}

function withoutOpen(shipment: Shipment & { open?: string }): Shipment {
  const { open: _, ...rest } = shipment;
  return rest;
}
