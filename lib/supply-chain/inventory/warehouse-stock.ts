/** Everything the inventory tools read of a warehouse. */
import type { Demand, Inventory, Item, PlacedOrder, Quote, Shipment, Warehouse } from '../records.ts';
import type { SupplyStore } from '../store/store.ts';
import { requireKnown, requireWarehouse } from '../tool-kit.ts';

export interface StockedItem {
  item_code: string;
  item: Item | undefined;
  inventory: Inventory | undefined;
  demand: Demand[];
  quotes: Quote[];
  /** Units in purchase orders that were placed since the stock was counted. */
  placed: number;
  /** Open shipments to the warehouse, earliest promise first. */
  inbound: Shipment[];
}

export interface WarehouseStock {
  warehouse: Warehouse;
  items: StockedItem[];
}

/** The items that the warehouse stocks or has sold, or those of them that the caller names. */
export async function readWarehouseStock(
  store: SupplyStore,
  warehouseCode: string,
  itemCodes: readonly string[] | undefined,
): Promise<WarehouseStock> {
  const [warehouse, catalog, inventory, demand, orders, open] = await Promise.all([
    requireWarehouse(store, warehouseCode),
    store.items(),
    store.inventory(warehouseCode),
    store.demand(warehouseCode),
    store.placedOrders(warehouseCode),
    store.openShipments(),
  ]);
  const stock = new Map(inventory.map((record) => [record.item_code, record]));
  const held = [...new Set([...stock.keys(), ...demand.keys()])].sort();
  if (itemCodes !== undefined) requireKnown('item', itemCodes, held);
  const codes = itemCodes === undefined ? held : [...new Set(itemCodes)];
  const quotes = await store.quotes(codes);
  const known = new Map(catalog.map((item) => [item.item_code, item]));
  const inbound = Map.groupBy(
    open.filter(({ destination }) => destination === warehouseCode),
    ({ item_code }) => item_code,
  );
  return {
    warehouse,
    items: codes.map((item_code) => ({
      item_code,
      item: known.get(item_code),
      inventory: stock.get(item_code),
      demand: demand.get(item_code) ?? [],
      quotes: quotes.get(item_code) ?? [],
      placed: placedUnits(orders, item_code, stock.get(item_code)?.as_of),
      inbound: inbound.get(item_code) ?? [],
    })),
  };
}

/** An order placed before the stock was counted is part of the `on_order` that was counted with it. */
function placedUnits(orders: readonly PlacedOrder[], itemCode: string, countedOn: string | undefined): number {
  return orders
    .filter(({ ordered_date }) => countedOn === undefined || ordered_date >= countedOn)
    .flatMap(({ lines }) => lines)
    .filter(({ item_code }) => item_code === itemCode)
    .reduce((sum, { quantity }) => sum + quantity, 0);
}
