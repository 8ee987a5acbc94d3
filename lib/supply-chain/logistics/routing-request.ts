/** From what a caller asks for to a routing problem: stops given in the input, stops of a warehouse, or an order's goods. */
import { PermanentToolError } from '../../tools/errors.ts';
import { round } from '../math/round.ts';
import type { PurchaseOrder } from '../orders.ts';
import type { Item, Stop, Warehouse } from '../records.ts';
import { distanceMatrix, euclidean, type Geographic, haversineKm, type Planar } from './routing/distances.ts';
import type { RoutingProblem } from './routing/problem.ts';

export interface GivenPlace {
  latitude?: number | undefined;
  longitude?: number | undefined;
  x?: number | undefined;
  y?: number | undefined;
}

export interface GivenStop extends GivenPlace {
  stop_code: string;
  demand: number;
}

/** A problem with the names of its places. */
export interface NamedProblem {
  problem: RoutingProblem;
  /** Code of each place; place 0 is the depot. */
  codes: string[];
  distanceUnit: 'km' | 'units';
}

export interface Fleet {
  capacity: number;
  maxVehicles?: number | undefined;
}

export function problemOfStops(
  depot: GivenPlace | undefined,
  stops: readonly GivenStop[],
  matrix: readonly (readonly number[])[] | undefined,
  fleet: Fleet,
): NamedProblem {
  const codes = ['depot', ...stops.map(({ stop_code }) => stop_code)];
  const repeated = codes.find((code, index) => codes.indexOf(code) !== index);
  if (repeated !== undefined) throw invalid(`stop_code ${JSON.stringify(repeated)} is used twice`);
  const { distances, distanceUnit } = distancesOf(depot, stops, matrix);
  const loads = [0, ...stops.map(({ demand }) => demand)];
  return { problem: problemWith(loads, distances, fleet), codes, distanceUnit };
}

export function problemOfWarehouse(
  warehouse: Warehouse,
  stops: readonly Stop[],
  loads: readonly number[],
  fleet: Fleet,
): NamedProblem {
  const { latitude, longitude } = warehouse;
  if (latitude === undefined || longitude === undefined) {
    throw new PermanentToolError(
      'no_coordinates',
      `warehouse ${warehouse.warehouse_code} has no latitude and longitude`,
    );
  }
  const distances = distanceMatrix<Geographic>([{ latitude, longitude }, ...stops], haversineKm);
  return {
    problem: problemWith([0, ...loads], distances, fleet),
    codes: [warehouse.warehouse_code, ...stops.map(({ stop_code }) => stop_code)],
    distanceUnit: 'km',
  };
}

export interface OrderShares {
  /** Kilograms for each stop, in the stops' order. */
  loads: number[];
  orderKg: number;
  /** What no stop takes in this round. */
  leftKg: number;
  itemsWithoutWeight: string[];
}

/**
 * What the next delivery round takes of an order's goods once they are in the warehouse: each stop its share of the
 * order's weight in proportion to what it usually takes in a week, but no more than that; the rest stays in stock.
 */
export function orderShares(order: PurchaseOrder, stops: readonly Stop[], items: readonly Item[]): OrderShares {
  const weights = new Map(items.map(({ item_code, unit_weight_kg }) => [item_code, unit_weight_kg]));
  const orderKg = order.lines.reduce((sum, line) => sum + line.quantity * (weights.get(line.item_code) ?? 0), 0);
  const weeklyKg = stops.reduce((sum, { demand_kg }) => sum + demand_kg, 0);
  const loads = stops.map(({ demand_kg }) =>
    weeklyKg === 0 ? 0 : round(Math.min((orderKg * demand_kg) / weeklyKg, demand_kg)),
  );
  const without = order.lines.filter(({ item_code }) => weights.get(item_code) === undefined);
  return {
    loads,
    orderKg: round(orderKg),
    leftKg: round(Math.max(0, orderKg - loads.reduce((sum, load) => sum + load, 0))),
    itemsWithoutWeight: [...new Set(without.map(({ item_code }) => item_code))],
  };
}

function problemWith(
  loads: number[],
  distances: RoutingProblem['distances'],
  { capacity, maxVehicles }: Fleet,
): RoutingProblem {
  return { loads, distances, capacity, ...(maxVehicles !== undefined && { maxVehicles }) };
}

function distancesOf(
  depot: GivenPlace | undefined,
  stops: readonly GivenStop[],
  matrix: readonly (readonly number[])[] | undefined,
): { distances: RoutingProblem['distances']; distanceUnit: 'km' | 'units' } {
  const size = stops.length + 1;
  if (matrix !== undefined) {
    if (matrix.length !== size || matrix.some((row) => row.length !== size)) {
      throw invalid(`distance_matrix must be ${size} x ${size}: the depot first, then the stops in their order`);
    }
    return { distances: matrix, distanceUnit: 'units' };
  }
  const places = [{ stop_code: 'depot', ...depot }, ...stops];
  if (places.every(isGeographic)) return { distances: distanceMatrix(places, haversineKm), distanceUnit: 'km' };
  if (places.every(isPlanar)) return { distances: distanceMatrix(places, euclidean), distanceUnit: 'units' };
  const missing = places.find((place) => !isGeographic(place) && !isPlanar(place));
  throw invalid(
    missing === undefined
      ? 'the depot and all stops must have the same kind of coordinates: latitude and longitude, or x and y'
      : `${missing.stop_code} has no coordinates: give depot and stops latitude and longitude, or x and y, or a distance_matrix`,
  );
}

function isGeographic<Place extends GivenPlace>(place: Place): place is Place & Geographic {
  return place.latitude !== undefined && place.longitude !== undefined;
}

function isPlanar<Place extends GivenPlace>(place: Place): place is Place & Planar {
  return place.x !== undefined && place.y !== undefined;
}

function invalid(message: string): PermanentToolError {
  return new PermanentToolError('invalid_input', message);
}
