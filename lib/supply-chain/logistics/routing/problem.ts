/** Capacitated vehicle routing: the problem, a solution, and what a solution costs. */

/**
 * Vehicles of one capacity leave the depot and return to it. Place 0 is the depot, places 1 to n are the stops, in any
 * unit of distance and of load. Distances may differ by direction.
 */
export interface RoutingProblem {
  /** Load of each place; that of the depot does not count. */
  loads: readonly number[];
  capacity: number;
  /** `distances[from][to]`. */
  distances: readonly (readonly number[])[];
  /** No limit without it. */
  maxVehicles?: number;
}

/** The places that a vehicle visits in order, without the depot. */
export type Route = number[];

export interface RoutingSolution {
  routes: Route[];
  unserved: { place: number; reason: 'exceeds_capacity' | 'no_vehicle_left' }[];
}

/** Sums of loads are compared with this slack, so that decimal loads that add up to the capacity exactly still fit. */
export const LOAD_SLACK = 1e-9;

export function loadOf(route: Route, { loads }: RoutingProblem): number {
  return route.reduce((sum, place) => sum + loads[place]!, 0);
}

export function fits(load: number, { capacity }: RoutingProblem): boolean {
  return load <= capacity * (1 + LOAD_SLACK);
}

/** From the depot through the route and back. */
export function routeDistance(route: Route, { distances }: RoutingProblem): number {
  if (route.length === 0) return 0;
  const legs = route.reduce((sum, place, index) => sum + distances[index === 0 ? 0 : route[index - 1]!]![place]!, 0);
  return legs + distances[route.at(-1)!]![0]!;
}

export function totalDistance(routes: readonly Route[], problem: RoutingProblem): number {
  return routes.reduce((sum, route) => sum + routeDistance(route, problem), 0);
}
