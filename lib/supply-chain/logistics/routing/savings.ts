/**
 * A first solution by savings: G. Clarke and J. W. Wright, "Scheduling of Vehicles from a Central Depot to a Number of
 * Delivery Points", Operations Research 12 (1964), in its parallel version. The shape parameter λ of P. Yellow (1970)
 * weighs the distance between stops: s(i, j) = d(i, 0) + d(0, j) - λ d(i, j).
 */
import { fits, type Route, type RoutingProblem } from './problem.ts';

/** Joins routes end to start, largest saving first, while the load fits. */
export function savingsRoutes(stops: readonly number[], problem: RoutingProblem, shape: number): Route[] {
  const { distances, loads } = problem;
  const routeOf = new Map<number, { places: Route; load: number }>(
    stops.map((place) => [place, { places: [place], load: loads[place]! }]),
  );
  for (const { from, to } of savings(stops, distances, shape)) {
    const before = routeOf.get(from)!;
    const after = routeOf.get(to)!;
    if (before === after || !fits(before.load + after.load, problem)) continue;
    if (!bringTogether(before.places, from, after.places, to, distances)) continue;
    before.places.push(...after.places);
    before.load += after.load;
    for (const place of after.places) routeOf.set(place, before);
  }
  return [...new Set(routeOf.values())].map(({ places }) => places);
}

function savings(stops: readonly number[], distances: RoutingProblem['distances'], shape: number) {
  const list: { from: number; to: number; saving: number }[] = [];
  for (const from of stops) {
    for (const to of stops) {
      if (from === to) continue;
      const saving = distances[from]![0]! + distances[0]![to]! - shape * distances[from]![to]!;
      if (saving > 0) list.push({ from, to, saving });
    }
  }
  return list.sort((a, b) => b.saving - a.saving || a.from - b.from || a.to - b.to);
}

/** Whether `from` ends the one route and `to` starts the other, turning a route round where that costs nothing. */
function bringTogether(
  before: Route,
  from: number,
  after: Route,
  to: number,
  distances: RoutingProblem['distances'],
): boolean {
  if (before.at(-1) !== from && before[0] === from && sameBothWays(before, distances)) before.reverse();
  if (after[0] !== to && after.at(-1) === to && sameBothWays(after, distances)) after.reverse();
  return before.at(-1) === from && after[0] === to;
}

function sameBothWays(route: Route, distances: RoutingProblem['distances']): boolean {
  return [0, ...route].every((place, index) => {
    const next = route[index] ?? 0;
    return distances[place]![next] === distances[next]![place];
  });
}
