/** The invented company of the sample data: its warehouses, items and suppliers. */
import type { Item, Supplier, Warehouse } from '../records.ts';

/** Sunday: the last week of demand is complete. Everything in the sample is as of this day. */
export const SAMPLE_AS_OF = '2025-12-28';
/** Monday of the first of {@link SAMPLE_WEEKS} weeks. */
export const SAMPLE_FIRST_WEEK = '2024-01-01';
export const SAMPLE_WEEKS = 104;

/** A record in which every field is given. */
type Complete<T> = { [Field in keyof T]-?: Exclude<T[Field], undefined> };

export const WAREHOUSES: (Complete<Warehouse> & { scale: number })[] = [
  warehouse('WH001', 'Rotterdam', 51.9244, 4.4777, 6, 1.0),
  warehouse('WH002', 'Lyon', 45.764, 4.8357, 4, 0.7),
  warehouse('WH003', 'Poznań', 52.4064, 16.9252, 4, 0.8),
  warehouse('WH004', 'Valencia', 39.4699, -0.3763, 3, 0.5),
];

/** How the weekly demand of an item behaves. */
export type DemandPattern = 'smooth' | 'seasonal' | 'intermittent' | 'growing';

export interface SampleItem extends Complete<Item> {
  pattern: DemandPattern;
  /** Mean units a week in a warehouse of scale 1. */
  weekly: number;
}

export const ITEMS: SampleItem[] = [
  item('IT001', 'Hydraulic filter', 'spare_parts', 18.4, 'smooth', 120, 0.8),
  item('IT002', 'Drive belt', 'spare_parts', 9.75, 'smooth', 210, 0.3),
  item('IT003', 'Ball bearing 6204', 'spare_parts', 3.2, 'smooth', 640, 0.11),
  item('IT004', 'Servo motor 400 W', 'spare_parts', 164, 'intermittent', 6, 2.6),
  item('IT005', 'Gearbox i=20', 'spare_parts', 238, 'intermittent', 3, 5.4),
  item('IT006', 'Seal kit', 'spare_parts', 27.5, 'intermittent', 14, 0.4),
  item('IT007', 'Relay 24 V', 'electronics', 6.1, 'smooth', 380, 0.05),
  item('IT008', 'Control board', 'electronics', 88, 'smooth', 45, 0.35),
  item('IT009', 'Power supply 120 W', 'electronics', 41.2, 'growing', 90, 0.9),
  item('IT010', 'Temperature sensor', 'electronics', 14.9, 'growing', 160, 0.08),
  item('IT011', 'Touch panel 7"', 'electronics', 132, 'intermittent', 8, 0.7),
  item('IT012', 'Cable harness', 'electronics', 11.3, 'smooth', 240, 0.6),
  item('IT013', 'Portable heater', 'climate', 54, 'seasonal', 70, 4.2),
  item('IT014', 'Desk fan', 'climate', 23.5, 'seasonal', 110, 2.1),
  item('IT015', 'Dehumidifier', 'climate', 96, 'seasonal', 34, 8.5),
  item('IT016', 'Air filter', 'climate', 8.2, 'seasonal', 320, 0.5),
  item('IT017', 'Nitrile gloves, box', 'safety', 7.4, 'smooth', 520, 0.7),
  item('IT018', 'Safety goggles', 'safety', 5.6, 'smooth', 260, 0.15),
  item('IT019', 'Respirator mask', 'safety', 19.8, 'growing', 140, 0.25),
  item('IT020', 'First-aid kit', 'safety', 31, 'intermittent', 20, 1.3),
  item('IT021', 'Stretch film roll', 'packaging', 6.8, 'smooth', 450, 2.2),
  item('IT022', 'Carton 400x300', 'packaging', 0.95, 'smooth', 2400, 0.35),
  item('IT023', 'Gift box', 'packaging', 1.6, 'seasonal', 900, 0.2),
  item('IT024', 'Pallet strap', 'packaging', 3.9, 'intermittent', 40, 0.9),
];

export interface SampleSupplier extends Complete<Supplier> {
  categories: string[];
  /** Multiplies the item's unit cost. */
  priceFactor: number;
  leadTimeDays: number;
  /** Standard deviation of the lead time it quotes. */
  spreadDays: number;
  onTime: number;
  /** Mean days of a late delivery. */
  lateDays: number;
}

export const SUPPLIERS: SampleSupplier[] = [
  supplier('SUP001', 'Noordzee Components', 'NL', ['spare_parts', 'electronics'], 1.06, 9, 1.2, 0.96, 2),
  supplier('SUP002', 'Ostmark Industriebedarf', 'DE', ['spare_parts', 'safety'], 1.02, 12, 2, 0.9, 3),
  supplier('SUP003', 'Shenzhen Brightway', 'CN', ['electronics', 'climate'], 0.82, 42, 9, 0.71, 11),
  supplier('SUP004', 'Lumen Elettronica', 'IT', ['electronics'], 0.98, 16, 3, 0.86, 4),
  supplier('SUP005', 'Wielkopolska Parts', 'PL', ['spare_parts', 'packaging'], 0.91, 18, 5, 0.78, 6),
  supplier('SUP006', 'Clima Ibérica', 'ES', ['climate', 'packaging'], 0.97, 14, 2.5, 0.92, 3),
  supplier('SUP007', 'Atlas Safety Supply', 'GB', ['safety', 'climate'], 1.0, 21, 6, 0.64, 8),
  supplier('SUP008', 'Karton & Folie', 'AT', ['packaging', 'safety'], 0.94, 8, 1.5, 0.94, 2),
];

function warehouse(
  warehouse_code: string,
  name: string,
  latitude: number,
  longitude: number,
  dock_count: number,
  scale: number,
) {
  const vehicles = { vehicle_count: 8, vehicle_capacity_kg: 1500 };
  return { warehouse_code, name, latitude, longitude, dock_count, ...vehicles, scale };
}

function item(
  item_code: string,
  name: string,
  category: string,
  unit_cost: number,
  pattern: DemandPattern,
  weekly: number,
  unit_weight_kg: number,
): SampleItem {
  return {
    item_code,
    name,
    category,
    unit_cost,
    holding_cost_rate: category === 'electronics' ? 0.3 : 0.22,
    order_cost: 45,
    unit_volume_m3: Math.round(unit_weight_kg * 4) / 1000 || 0.001,
    unit_weight_kg,
    pattern,
    weekly,
  };
}

function supplier(
  supplier_code: string,
  name: string,
  country: string,
  categories: string[],
  priceFactor: number,
  leadTimeDays: number,
  spreadDays: number,
  onTime: number,
  lateDays: number,
): SampleSupplier {
  return {
    supplier_code,
    name,
    country,
    min_order_value: country === 'CN' ? 1500 : 250,
    freight_per_kg: Math.round((0.2 + leadTimeDays * 0.012) * 100) / 100,
    categories,
    priceFactor,
    leadTimeDays,
    spreadDays,
    onTime,
    lateDays,
  };
}
