/** The sample data set: invented, and the same on every machine. */
import { Random } from '../math/random.ts';
import type { RecordKind, RecordOf } from '../records.ts';
import { ITEMS, SUPPLIERS, WAREHOUSES } from './catalog.ts';
import { sampleDemand } from './demand.ts';
import { sampleQuotes, sampleShipments } from './shipments.ts';
import { sampleInventory, sampleStops } from './stock.ts';

export type SampleData = { [Kind in RecordKind]: RecordOf<Kind>[] };

/** Each part has a generator of its own, so that a change of one does not change the others. */
const SEEDS = { demand: 1, quote: 2, shipment: 3, inventory: 4, stop: 5 } as const;

export function generateSample(): SampleData {
  const demand = sampleDemand(new Random(SEEDS.demand));
  const quote = sampleQuotes(new Random(SEEDS.quote));
  const shipment = sampleShipments(quote, new Random(SEEDS.shipment));
  return {
    warehouse: WAREHOUSES.map(({ scale: _, ...warehouse }) => warehouse),
    item: ITEMS.map(({ pattern: _, weekly: __, ...item }) => item),
    supplier: SUPPLIERS.map(({ supplier_code, name, country, min_order_value, freight_per_kg }) => ({
      supplier_code,
      name,
      country,
      min_order_value,
      freight_per_kg,
    })),
    inventory: sampleInventory(demand, shipment, new Random(SEEDS.inventory)),
    demand,
    quote,
    shipment,
    stop: sampleStops(new Random(SEEDS.stop)),
  };
}
