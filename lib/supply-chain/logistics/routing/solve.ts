/** Vehicle routes for a problem: savings, local search, the limit on vehicles, ruin and recreate. Always feasible. */
import { insertAll } from './insertion.ts';
import { improveRoutes } from './moves.ts';
import { fits, loadOf, type Route, type RoutingProblem, type RoutingSolution, totalDistance } from './problem.ts';
import { ruinAndRecreate } from './ruin-recreate.ts';
import { savingsRoutes } from './savings.ts';

/** Shape parameters of the savings that are tried; the best result counts. */
const SHAPES = [1, 0.6, 0.8, 1.2, 1.4, 1.6];
/** Above this many stops only the classic shape is tried: the list of savings grows with the square. */
const FEW_STOPS = 300;

/**
 * `mayGoOn` is asked between steps and ends the improvement early; what was found so far is feasible at any time. The
 * result depends on the problem alone unless it does.
 */
export function solveRouting(problem: RoutingProblem, mayGoOn: () => boolean = () => true): RoutingSolution {
  const stops = problem.loads.map((_, place) => place).slice(1);
  const possible = stops.filter((place) => fits(problem.loads[place]!, problem));
  const tooLarge = stops.filter((place) => !fits(problem.loads[place]!, problem));
  const shapes = possible.length > FEW_STOPS ? SHAPES.slice(0, 1) : SHAPES;
  let best: Route[] | undefined;
  for (const shape of shapes) {
    if (best !== undefined && !mayGoOn()) break;
    const routes = improveRoutes(savingsRoutes(possible, problem, shape), problem, mayGoOn);
    if (best === undefined || isBetter(routes, best, problem)) best = routes;
  }
  const { routes: found, left } = withinVehicles(best ?? [], problem, mayGoOn);
  const routes = improveRoutes(ruinAndRecreate(found, problem, mayGoOn), problem, mayGoOn);
  return {
    routes,
    unserved: [
      ...tooLarge.map((place) => ({ place, reason: 'exceeds_capacity' as const })),
      ...left.map((place) => ({ place, reason: 'no_vehicle_left' as const })),
    ],
  };
}

/** Fewer vehicles above the limit come first, then less distance. */
function isBetter(routes: Route[], than: Route[], problem: RoutingProblem): boolean {
  const over = (list: Route[]) => Math.max(0, list.length - (problem.maxVehicles ?? list.length));
  return (
    over(routes) - over(than) < 0 ||
    (over(routes) === over(than) && totalDistance(routes, problem) < totalDistance(than, problem))
  );
}

/** Dissolves the routes with the least load until the vehicles suffice; their stops go where there is room. */
function withinVehicles(
  solution: Route[],
  problem: RoutingProblem,
  mayGoOn: () => boolean,
): { routes: Route[]; left: number[] } {
  const limit = problem.maxVehicles ?? solution.length;
  if (solution.length <= limit) return { routes: solution, left: [] };
  const byLoad = solution.toSorted((a, b) => loadOf(b, problem) - loadOf(a, problem));
  const kept = byLoad.slice(0, limit).map((route) => [...route]);
  const homeless = byLoad.slice(limit).flat();
  const left = insertAll(kept, homeless, problem);
  const routes = improveRoutes(kept, problem, mayGoOn);
  // The search may have made room.
  return { routes, left: insertAll(routes, left, problem) };
}
