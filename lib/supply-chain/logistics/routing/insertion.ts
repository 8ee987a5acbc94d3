/** Putting stops into routes where they cost least. */
import { fits, loadOf, type Route, type RoutingProblem } from './problem.ts';

/** Puts each stop, large ones first, where it costs least among the routes with room; returns those that fit nowhere. */
export function insertAll(routes: Route[], places: readonly number[], problem: RoutingProblem): number[] {
  const loads = routes.map((route) => loadOf(route, problem));
  const largestFirst = places.toSorted((a, b) => problem.loads[b]! - problem.loads[a]! || a - b);
  return largestFirst.filter((place) => !insertCheapest(routes, loads, place, problem));
}

/**
 * Puts the stop where it costs least and keeps `loads` up to date; false when no route has room. `overlook` may pass over
 * a position, which is how a search escapes from always choosing the same one.
 */
export function insertCheapest(
  routes: Route[],
  loads: number[],
  place: number,
  problem: RoutingProblem,
  overlook: () => boolean = () => false,
): boolean {
  const { distances } = problem;
  const load = problem.loads[place]!;
  const from = distances[place]!;
  let bestRoute = -1;
  let bestPosition = 0;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let index = 0; index < routes.length; index++) {
    if (!fits(loads[index]! + load, problem)) continue;
    const route = routes[index]!;
    let left = 0;
    for (let position = 0; position <= route.length; position++) {
      const right = route[position] ?? 0;
      const cost = distances[left]![place]! + from[right]! - distances[left]![right]!;
      left = right;
      if (cost >= bestCost || overlook()) continue;
      bestCost = cost;
      bestRoute = index;
      bestPosition = position;
    }
  }
  if (bestRoute < 0) return false;
  routes[bestRoute]!.splice(bestPosition, 0, place);
  loads[bestRoute]! += load;
  return true;
}
