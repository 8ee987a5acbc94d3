/**
 * Local search: moves that shorten the routes and keep every load within the capacity. 2-opt: G. A. Croes (1958); or-opt:
 * I. Or (1976); exchange and crossing tails (2-opt*): J.-Y. Potvin and J.-M. Rousseau (1995).
 */
import { fits, loadOf, type Route, type RoutingProblem, routeDistance } from './problem.ts';

/** A move must gain more than this, or rounding errors could be traded for ever. */
const LEAST_GAIN = 1e-7;
const LONGEST_SEGMENT = 3;

/** Applies one kind of move wherever it helps; says whether it did. */
type Improve = (routes: Route[], problem: RoutingProblem) => boolean;

const MOVES: readonly Improve[] = [twoOpt, orOpt, exchange, crossTails];

/** Repeats every kind of move until none helps, or until told to stop. The routes are changed in place. */
export function improveRoutes(routes: Route[], problem: RoutingProblem, mayGoOn: () => boolean): Route[] {
  let improved = true;
  while (improved) {
    improved = false;
    for (const move of MOVES) {
      if (!mayGoOn()) return routes.filter((route) => route.length > 0);
      improved = move(routes, problem) || improved;
    }
  }
  return routes.filter((route) => route.length > 0);
}

/** Turns a stretch of a route round. */
function twoOpt(routes: Route[], problem: RoutingProblem): boolean {
  return routes.map((route) => untwist(route, problem)).some(Boolean);
}

function untwist(route: Route, { distances }: RoutingProblem): boolean {
  let improved = false;
  const at = (index: number) => route[index] ?? 0;
  for (let first = 0; first < route.length - 1; first++) {
    // The stretch's own length, one way and the other: they differ where distances do.
    let forward = 0;
    let backward = 0;
    for (let last = first + 1; last < route.length; last++) {
      forward += distances[at(last - 1)]![at(last)]!;
      backward += distances[at(last)]![at(last - 1)]!;
      const [before, after] = [first === 0 ? 0 : at(first - 1), at(last + 1)];
      const now = distances[before]![at(first)]! + forward + distances[at(last)]![after]!;
      const turned = distances[before]![at(last)]! + backward + distances[at(first)]![after]!;
      if (turned >= now - LEAST_GAIN) continue;
      route.splice(first, last - first + 1, ...route.slice(first, last + 1).reverse());
      [forward, backward] = [backward, forward];
      improved = true;
    }
  }
  return improved;
}

/** Moves up to three neighbouring stops, perhaps turned round, to the best place in this or another route. */
function orOpt(routes: Route[], problem: RoutingProblem): boolean {
  let improved = false;
  const loads = routes.map((route) => loadOf(route, problem));
  for (let from = 0; from < routes.length; from++) {
    for (let length = 1; length <= LONGEST_SEGMENT; length++) {
      for (let start = 0; start + length <= routes[from]!.length; start++) {
        const target = bestPlace(routes, loads, from, start, length, problem);
        if (target === undefined) continue;
        const segment = routes[from]!.splice(start, length);
        const moved = loadOf(segment, problem);
        routes[target.route]!.splice(target.position, 0, ...(target.turned ? segment.reverse() : segment));
        loads[from]! -= moved;
        loads[target.route]! += moved;
        improved = true;
      }
    }
  }
  return improved;
}

/** Where the segment is best, if that is better than where it is. Positions are those of the route without it. */
function bestPlace(
  routes: readonly Route[],
  loads: readonly number[],
  from: number,
  start: number,
  length: number,
  problem: RoutingProblem,
): { route: number; position: number; turned: boolean } | undefined {
  const { distances } = problem;
  const source = routes[from]!;
  const segment = source.slice(start, start + length);
  const [head, tail] = [segment[0]!, segment.at(-1)!];
  const [before, after] = [start === 0 ? 0 : source[start - 1]!, source[start + length] ?? 0];
  const gain = distances[before]![head]! + distances[tail]![after]! - distances[before]![after]!;
  if (gain <= LEAST_GAIN) return undefined;
  const turnedExtra = within(segment.toReversed(), distances) - within(segment, distances);
  const segmentLoad = loadOf(segment, problem);
  let best: { route: number; position: number; turned: boolean } | undefined;
  let bestCost = gain - LEAST_GAIN;
  for (let route = 0; route < routes.length; route++) {
    if (route !== from && !fits(loads[route]! + segmentLoad, problem)) continue;
    const rest = route === from ? source.toSpliced(start, length) : routes[route]!;
    for (let position = 0; position <= rest.length; position++) {
      if (route === from && position === start) continue;
      const [left, right] = [position === 0 ? 0 : rest[position - 1]!, rest[position] ?? 0];
      const straight = distances[left]![head]! + distances[tail]![right]! - distances[left]![right]!;
      const turned = distances[left]![tail]! + distances[head]![right]! - distances[left]![right]! + turnedExtra;
      const cost = Math.min(straight, turned);
      if (cost >= bestCost) continue;
      bestCost = cost;
      best = { route, position, turned: turned < straight };
    }
  }
  return best;
}

function within(segment: Route, distances: RoutingProblem['distances']): number {
  return segment.reduce((sum, place, index) => (index === 0 ? 0 : sum + distances[segment[index - 1]!]![place]!), 0);
}

/** Swaps a stop of one route with a stop of another. */
function exchange(routes: Route[], problem: RoutingProblem): boolean {
  let improved = false;
  const loads = routes.map((route) => loadOf(route, problem));
  for (let a = 0; a < routes.length; a++) {
    for (let b = a + 1; b < routes.length; b++) improved = exchangeBetween(routes, loads, a, b, problem) || improved;
  }
  return improved;
}

function exchangeBetween(routes: Route[], loads: number[], a: number, b: number, problem: RoutingProblem): boolean {
  const [one, other] = [routes[a]!, routes[b]!];
  let improved = false;
  for (let i = 0; i < one.length; i++) {
    for (let j = 0; j < other.length; j++) {
      const difference = problem.loads[other[j]!]! - problem.loads[one[i]!]!;
      if (!fits(loads[a]! + difference, problem) || !fits(loads[b]! - difference, problem)) continue;
      const gain =
        around(one, i, one[i]!, problem) +
        around(other, j, other[j]!, problem) -
        around(one, i, other[j]!, problem) -
        around(other, j, one[i]!, problem);
      if (gain <= LEAST_GAIN) continue;
      [one[i], other[j]] = [other[j]!, one[i]!];
      loads[a]! += difference;
      loads[b]! -= difference;
      improved = true;
    }
  }
  return improved;
}

/** Length of the two legs next to a position if `place` stood there. */
function around(route: Route, position: number, place: number, { distances }: RoutingProblem): number {
  const [before, after] = [position === 0 ? 0 : route[position - 1]!, route[position + 1] ?? 0];
  return distances[before]![place]! + distances[place]![after]!;
}

/** Cuts two routes and joins the head of each with the tail of the other. */
function crossTails(routes: Route[], problem: RoutingProblem): boolean {
  let improved = false;
  for (let a = 0; a < routes.length; a++) {
    for (let b = a + 1; b < routes.length; b++) {
      const crossed = bestCrossing(routes[a]!, routes[b]!, problem);
      if (crossed === undefined) continue;
      [routes[a], routes[b]] = crossed;
      improved = true;
    }
  }
  return improved;
}

function bestCrossing(one: Route, other: Route, problem: RoutingProblem): [Route, Route] | undefined {
  const { distances, loads } = problem;
  const [oneTotal, otherTotal] = [loadOf(one, problem), loadOf(other, problem)];
  let best: [number, number] | undefined;
  let bestGain = LEAST_GAIN;
  let oneHead = 0;
  for (let i = 0; i <= one.length; i++) {
    if (i > 0) oneHead += loads[one[i - 1]!]!;
    const [oneEnd, oneNext] = [i === 0 ? 0 : one[i - 1]!, one[i] ?? 0];
    let otherHead = 0;
    for (let j = 0; j <= other.length; j++) {
      if (j > 0) otherHead += loads[other[j - 1]!]!;
      const [otherEnd, otherNext] = [j === 0 ? 0 : other[j - 1]!, other[j] ?? 0];
      const now = distances[oneEnd]![oneNext]! + distances[otherEnd]![otherNext]!;
      const gain = now - distances[oneEnd]![otherNext]! - distances[otherEnd]![oneNext]!;
      if (gain <= bestGain) continue;
      const possible = fits(oneHead + otherTotal - otherHead, problem) && fits(otherHead + oneTotal - oneHead, problem);
      if (!possible) continue;
      bestGain = gain;
      best = [i, j];
    }
  }
  if (best === undefined) return undefined;
  const [i, j] = best;
  const crossed: [Route, Route] = [
    [...one.slice(0, i), ...other.slice(j)],
    [...other.slice(0, j), ...one.slice(i)],
  ];
  const before = routeDistance(one, problem) + routeDistance(other, problem);
  const after = routeDistance(crossed[0], problem) + routeDistance(crossed[1], problem);
  return after < before - LEAST_GAIN ? crossed : undefined;
}
