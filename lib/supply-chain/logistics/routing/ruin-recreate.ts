/**
 * Ruin and recreate: takes neighbouring stops out of the routes and puts them back greedily, thousands of times, and
 * accepts a longer solution less and less often. Sources: G. Schrimpf et al., "Record Breaking Optimization Results Using
 * the Ruin and Recreate Principle", J. Computational Physics 159 (2000); the removal of neighbours and the insertion that
 * now and then overlooks a place follow J. Christiaens and G. Vanden Berghe, "Slack Induction by String Removals for
 * Vehicle Routing Problems", Transportation Science 54 (2020).
 */
import { Random } from '../../math/random.ts';
import { insertCheapest } from './insertion.ts';
import { loadOf, type Route, type RoutingProblem, totalDistance } from './problem.ts';

const SEED = 1;
/** Stops taken out at once: 1 up to this many. */
const LARGEST_RUIN = 12;
/** A position is overlooked with this probability. */
const OVERLOOK = 0.01;
/** Temperatures as shares of the mean distance of a leg. */
const HOT = 1;
const COLD = 0.01;
/** Steps are limited so that a search takes about a third of a second, whatever the size. */
const WORK = 40_000_000;
const MOST_STEPS = 100_000;

/** Reproducible: the random numbers start from a fixed seed. Uses no more vehicles than the problem has, if `start` does not. */
export function ruinAndRecreate(start: readonly Route[], problem: RoutingProblem, mayGoOn: () => boolean): Route[] {
  const stops = start.flat();
  if (stops.length < 3) return start.map((route) => [...route]);
  const random = new Random(SEED);
  const neighbours = new Map(stops.map((stop) => [stop, nearest(stop, stops, problem)]));
  const steps = Math.min(MOST_STEPS, Math.ceil(WORK / (LARGEST_RUIN * stops.length)));
  let current = start.map((route) => [...route]);
  let currentCost = totalDistance(current, problem);
  let best = current;
  let bestCost = currentCost;
  const leg = currentCost / (stops.length + start.length);
  for (let step = 0; step < steps && (step % 100 !== 0 || mayGoOn()); step++) {
    const candidate = changed(current, neighbours.get(random.pick(stops))!, problem, random);
    if (candidate === undefined) continue;
    const cost = totalDistance(candidate, problem);
    const temperature = leg * HOT * (COLD / HOT) ** (step / steps);
    if (cost >= currentCost + random.exponential(temperature)) continue;
    current = candidate;
    currentCost = cost;
    if (cost < bestCost - 1e-9) {
      best = candidate;
      bestCost = cost;
    }
  }
  return best.filter((route) => route.length > 0);
}

/** The routes with some neighbours taken out and put back; nothing when one of them finds no room. */
function changed(
  routes: readonly Route[],
  neighbours: readonly number[],
  problem: RoutingProblem,
  random: Random,
): Route[] | undefined {
  const ruined = new Set(neighbours.slice(0, random.whole(1, LARGEST_RUIN)));
  const candidate = routes
    .map((route) => route.filter((place) => !ruined.has(place)))
    .filter((route) => route.length > 0);
  if (candidate.length < (problem.maxVehicles ?? Number.POSITIVE_INFINITY)) candidate.push([]);
  const loads = candidate.map((route) => loadOf(route, problem));
  const overlook = () => random.chance(OVERLOOK);
  for (const place of inSomeOrder(ruined, problem, random)) {
    if (!insertCheapest(candidate, loads, place, problem, overlook)) return undefined;
  }
  return candidate;
}

/** Large loads first, far ones first, near ones first, or any order: each finds other solutions. */
function inSomeOrder(places: Iterable<number>, { loads, distances }: RoutingProblem, random: Random): number[] {
  const keyed = [...places].map((place) => ({ place, shuffled: random.next() }));
  const far = (place: number) => distances[0]![place]!;
  const orders = [
    () => keyed.sort((a, b) => loads[b.place]! - loads[a.place]! || a.shuffled - b.shuffled),
    () => keyed.sort((a, b) => far(b.place) - far(a.place) || a.shuffled - b.shuffled),
    () => keyed.sort((a, b) => far(a.place) - far(b.place) || a.shuffled - b.shuffled),
    () => keyed.sort((a, b) => a.shuffled - b.shuffled),
  ];
  return random
    .pick(orders)()
    .map(({ place }) => place);
}

/** A stop and those around it, nearest first. */
function nearest(stop: number, stops: readonly number[], { distances }: RoutingProblem): number[] {
  const near = stops.toSorted((a, b) => distances[stop]![a]! - distances[stop]![b]! || a - b);
  return near
    .filter((other) => other !== stop)
    .toSpliced(0, 0, stop)
    .slice(0, LARGEST_RUIN);
}
