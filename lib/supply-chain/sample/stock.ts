/** What lies in the warehouses and who is delivered from them. */
import type { Random } from '../math/random.ts';
import type { Demand, Inventory, Shipment, Stop } from '../records.ts';
import { isOpen } from '../shipments.ts';
import { ITEMS, SAMPLE_AS_OF, WAREHOUSES } from './catalog.ts';

const STOPS_PER_WAREHOUSE = 30;
/** Stops lie within about this many kilometres. */
const STOP_RADIUS_KM = 60;
const KM_PER_DEGREE = 111.2;

/** Stock for half a week to seven weeks; on order is exactly what the open shipments bring. */
export function sampleInventory(
  demand: readonly Demand[],
  shipments: readonly Shipment[],
  random: Random,
): Inventory[] {
  const sold = totals(demand, (record) => `${record.warehouse_code} ${record.item_code}`);
  const coming = totals(shipments.filter(isOpen), (record) => `${record.destination} ${record.item_code}`);
  return WAREHOUSES.flatMap(({ warehouse_code }) =>
    ITEMS.map(({ item_code }) => {
      const weekly = (sold.get(`${warehouse_code} ${item_code}`) ?? 0) / 104;
      return {
        warehouse_code,
        item_code,
        on_hand: Math.round(weekly * random.between(0.5, 7)),
        on_order: coming.get(`${warehouse_code} ${item_code}`) ?? 0,
        as_of: SAMPLE_AS_OF,
      };
    }),
  );
}

export function sampleStops(random: Random): Stop[] {
  return WAREHOUSES.flatMap(({ warehouse_code, name, latitude, longitude }) =>
    Array.from({ length: STOPS_PER_WAREHOUSE }, (_, index) => {
      const angle = random.between(0, 2 * Math.PI);
      // The square root spreads the stops evenly over the disc.
      const degrees = (Math.sqrt(random.next()) * STOP_RADIUS_KM) / KM_PER_DEGREE;
      return {
        warehouse_code,
        stop_code: `${warehouse_code}-C${String(index + 1).padStart(2, '0')}`,
        name: `${name} customer ${index + 1}`,
        latitude: micro(latitude + degrees * Math.sin(angle)),
        longitude: micro(longitude + (degrees * Math.cos(angle)) / Math.cos((latitude * Math.PI) / 180)),
        demand_kg: random.whole(40, 420),
      };
    }),
  );
}

function totals<T extends { quantity?: number | undefined }>(records: readonly T[], key: (record: T) => string) {
  const sums = new Map<string, number>();
  for (const record of records) sums.set(key(record), (sums.get(key(record)) ?? 0) + (record.quantity ?? 0));
  return sums;
}

function micro(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
