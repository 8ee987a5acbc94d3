import * as z from 'zod';
import { defineTool } from '../../tools/define.ts';
import { PermanentToolError } from '../../tools/errors.ts';
import { round } from '../math/round.ts';
import { type PurchaseOrder, purchaseOrderSchema } from '../orders.ts';
import type { Stop, Warehouse } from '../records.ts';
import { sharedStore } from '../store/shared.ts';
import type { SupplyStore } from '../store/store.ts';
import { requireKnown, requireWarehouse, warehouseField } from '../tool-kit.ts';
import { loadOf, type Route, type RoutingSolution, routeDistance } from './routing/problem.ts';
import { solveRouting } from './routing/solve.ts';
import {
  type Fleet,
  type NamedProblem,
  type OrderShares,
  orderShares,
  problemOfStops,
  problemOfWarehouse,
} from './routing-request.ts';

const place = {
  latitude: z.number().min(-90).max(90).optional(),
  longitude: z.number().min(-180).max(180).optional(),
  x: z.number().optional().describe('Instead of latitude and longitude: a point in a plane.'),
  y: z.number().optional(),
};

/** A matrix of this many stops has a million entries, and the search is still a matter of seconds. */
const MOST_STOPS = 1000;

const input = z
  .strictObject({
    warehouse_code: warehouseField.optional().describe('Routes from this warehouse to its stops, or to stop_codes.'),
    stop_codes: z.array(z.string().min(1)).optional().describe("Only these of the warehouse's stops."),
    order: purchaseOrderSchema
      .optional()
      .describe(
        'A purchase order, as in the purchase_orders of allocate_orders: plans the round that distributes its goods from ' +
          "its warehouse to that warehouse's stops, in proportion to what each usually takes and at most that.",
      ),
    stops: z
      .array(z.strictObject({ stop_code: z.string().min(1), demand: z.number().min(0), ...place }))
      .max(MOST_STOPS)
      .optional()
      .describe(
        'Stops to visit, with the load for each in any unit; needs depot (or distance_matrix) and vehicle_capacity.',
      ),
    depot: z.strictObject(place).optional().describe('Where the vehicles start and end, for `stops`.'),
    distance_matrix: z
      .array(z.array(z.number().min(0)))
      .max(MOST_STOPS + 1)
      .optional()
      .describe(
        'Distances for `stops` instead of coordinates: row and column 0 are the depot, then the stops in order.',
      ),
    vehicle_capacity: z
      .number()
      .positive()
      .optional()
      .describe(
        'Load of one vehicle, in the unit of the demands (kg for a warehouse). Default: that of the warehouse.',
      ),
    max_vehicles: z.int().min(1).optional().describe('Default: those of the warehouse; without limit for `stops`.'),
  })
  .refine(
    ({ stops, order, warehouse_code }) =>
      (stops !== undefined) !== (order !== undefined || warehouse_code !== undefined),
    'give either `stops`, or `order`, or `warehouse_code`',
  );

const visitSchema = z.strictObject({
  stop_code: z.string(),
  load: z.number(),
  distance: z.number().describe('From the previous stop, or from the depot.'),
});

const output = z.strictObject({
  depot: z.string(),
  distance_unit: z.enum(['km', 'units']).describe('km is great-circle distance; roads are longer.'),
  vehicle_capacity: z.number(),
  routes: z.array(
    z.strictObject({
      vehicle: z.int(),
      stops: z.array(visitSchema).describe('In order of the visits.'),
      load: z.number(),
      utilisation: z.number().describe('load / vehicle_capacity.'),
      distance: z.number().describe('With the way back to the depot.'),
    }),
  ),
  vehicles_used: z.int(),
  total_distance: z.number(),
  total_load: z.number(),
  stops_served: z.int(),
  unserved: z.array(z.strictObject({ stop_code: z.string(), load: z.number(), reason: z.string() })),
  order: z
    .strictObject({
      supplier_code: z.string(),
      warehouse_code: z.string(),
      order_kg: z.number(),
      left_at_warehouse_kg: z.number().describe('What the stops do not take in this round.'),
      items_without_weight: z.array(z.string()).describe('Items whose weight is not known; they count as 0 kg.'),
    })
    .nullable(),
  method: z.string(),
});

/** The search stops when this little is left of the function's time. */
const RESERVE_MS = 1500;

/**
 * Capacitated vehicle routing: savings (Clarke and Wright 1964), local search (2-opt, or-opt, exchange, crossing tails)
 * and ruin and recreate (Schrimpf et al. 2000); see routing/. A heuristic: routes keep the capacity and the number of
 * vehicles always, and are close to the shortest, on the instances of Augerat et al. within 0.3 % on average.
 */
export const optimizeDeliveryRoutes = defineTool({
  name: 'optimize_delivery_routes',
  description:
    'Plans short routes for vehicles of limited capacity: from a warehouse to its stops, for the distribution of a ' +
    'purchase order, or for stops that you give with coordinates or a distance matrix. Says what could not be served.',
  input,
  output,
  reads: ['stops:{warehouse_code}', 'items'],
  writes: [],
  idempotent: true,
  latency: 'fast',
  timeoutSeconds: 60,
  handler: async (request, context) => {
    const { named, shares, order } = await problemOf(request);
    const solution = solveRouting(named.problem, () => context.remainingMs() > RESERVE_MS);
    return {
      ...reportOf(named, solution),
      order:
        order === undefined || shares === undefined
          ? null
          : {
              supplier_code: order.supplier_code,
              warehouse_code: order.warehouse_code,
              order_kg: shares.orderKg,
              left_at_warehouse_kg: shares.leftKg,
              items_without_weight: shares.itemsWithoutWeight,
            },
      method: 'Clarke-Wright savings, local search (2-opt, or-opt, exchange, crossing tails), ruin and recreate',
    };
  },
});

type Request = z.output<typeof input>;

/** The problem, and for an order how its goods are shared out. */
interface Planned {
  named: NamedProblem;
  shares?: OrderShares;
  order?: PurchaseOrder;
}

async function problemOf(request: Request): Promise<Planned> {
  if (request.stops !== undefined) {
    const capacity = request.vehicle_capacity;
    if (capacity === undefined) throw new PermanentToolError('invalid_input', '`stops` need a vehicle_capacity');
    const fleet = { capacity, maxVehicles: request.max_vehicles };
    return { named: problemOfStops(request.depot, request.stops, request.distance_matrix, fleet) };
  }
  const store = await sharedStore();
  const code = request.order?.warehouse_code ?? request.warehouse_code!;
  if (request.warehouse_code !== undefined && request.warehouse_code !== code) {
    throw new PermanentToolError('invalid_input', `the order is for ${code}, not for ${request.warehouse_code}`);
  }
  const [warehouse, all] = await Promise.all([requireWarehouse(store, code), store.stops(code)]);
  const stops = chosen(all, request.stop_codes);
  const fleet = fleetOf(warehouse, request);
  return request.order === undefined
    ? {
        named: problemOfWarehouse(
          warehouse,
          stops,
          stops.map(({ demand_kg }) => demand_kg),
          fleet,
        ),
      }
    : orderProblem(store, warehouse, stops, request.order, fleet);
}

/** Stops that get nothing of the order are not visited. */
async function orderProblem(
  store: SupplyStore,
  warehouse: Warehouse,
  stops: Stop[],
  order: PurchaseOrder,
  fleet: Fleet,
): Promise<Planned> {
  const shares = orderShares(order, stops, await store.items());
  const visited = stops.filter((_, index) => shares.loads[index]! > 0);
  const loads = shares.loads.filter((load) => load > 0);
  return { named: problemOfWarehouse(warehouse, visited, loads, fleet), shares, order };
}

function chosen(stops: Stop[], codes: readonly string[] | undefined): Stop[] {
  if (codes === undefined) return stops;
  const existing = stops.map(({ stop_code }) => stop_code);
  requireKnown('stop', codes, existing);
  return stops.filter(({ stop_code }) => codes.includes(stop_code));
}

function fleetOf(warehouse: Warehouse, request: Request): Fleet {
  const capacity = request.vehicle_capacity ?? warehouse.vehicle_capacity_kg;
  if (!capacity) {
    throw new PermanentToolError(
      'no_vehicle_capacity',
      `warehouse ${warehouse.warehouse_code} has no vehicle_capacity_kg; give vehicle_capacity`,
    );
  }
  return { capacity, maxVehicles: request.max_vehicles ?? warehouse.vehicle_count };
}

const REASONS: Record<RoutingSolution['unserved'][number]['reason'], string> = {
  exceeds_capacity: 'its load exceeds the capacity of a vehicle',
  no_vehicle_left: 'no vehicle has room left; allow more vehicles',
};

function reportOf({ problem, codes, distanceUnit }: NamedProblem, { routes, unserved }: RoutingSolution) {
  const distances = routes.map((route) => routeDistance(route, problem));
  const loads = routes.map((route) => loadOf(route, problem));
  const visits = (route: Route) =>
    route.map((stop, index) => ({
      stop_code: codes[stop]!,
      load: problem.loads[stop]!,
      distance: round(problem.distances[index === 0 ? 0 : route[index - 1]!]![stop]!, 3),
    }));
  return {
    depot: codes[0]!,
    distance_unit: distanceUnit,
    vehicle_capacity: problem.capacity,
    routes: routes.map((route, index) => ({
      vehicle: index + 1,
      stops: visits(route),
      load: round(loads[index]!),
      utilisation: round(loads[index]! / problem.capacity, 4),
      distance: round(distances[index]!, 3),
    })),
    vehicles_used: routes.length,
    total_distance: round(
      distances.reduce((sum, distance) => sum + distance, 0),
      3,
    ),
    total_load: round(loads.reduce((sum, load) => sum + load, 0)),
    stops_served: routes.reduce((sum, route) => sum + route.length, 0),
    unserved: unserved.map(({ place: stop, reason }) => ({
      stop_code: codes[stop]!,
      load: problem.loads[stop]!,
      reason: REASONS[reason],
    })),
  };
}
