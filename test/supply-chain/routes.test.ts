import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceMatrix, euclidean, haversineKm } from '../../lib/supply-chain/logistics/routing/distances.ts';
import { loadOf, type RoutingProblem, totalDistance } from '../../lib/supply-chain/logistics/routing/problem.ts';
import { solveRouting } from '../../lib/supply-chain/logistics/routing/solve.ts';
import { sharedData } from './support.ts';

const planar = (
  places: [number, number][],
  loads: number[],
  capacity: number,
  maxVehicles?: number,
): RoutingProblem => ({
  loads: [0, ...loads],
  capacity,
  distances: distanceMatrix(
    [[50, 50] as [number, number], ...places].map(([x, y]) => ({ x, y })),
    euclidean,
  ),
  ...(maxVehicles !== undefined && { maxVehicles }),
});

describe('delivery routes', () => {
  it('visit neighbours together', () => {
    const problem = planar(
      [
        [0, 50],
        [100, 50],
        [0, 52],
        [100, 52],
      ],
      [1, 1, 1, 1],
      2,
    );

    const { routes } = solveRouting(problem);

    expect(routes.map((route) => route.toSorted()).sort()).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  it('serve every stop once, within the capacity and the vehicles, or say which they cannot and why', () => {
    const stop = fc.tuple(
      fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })),
      fc.integer({ min: 0, max: 30 }),
    );
    fc.assert(
      fc.property(
        fc.array(stop, { maxLength: 14 }),
        fc.integer({ min: 10, max: 60 }),
        fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
        (stops, capacity, maxVehicles) => {
          const loads = stops.map(([, load]) => load);
          const problem = planar(
            stops.map(([place]) => place),
            loads,
            capacity,
            maxVehicles,
          );

          const { routes, unserved } = solveRouting(problem);

          const seen = [...routes.flat(), ...unserved.map(({ place }) => place)].sort((a, b) => a - b);
          expect(seen).toEqual(stops.map((_, index) => index + 1));
          for (const route of routes) {
            expect(route.length).toBeGreaterThan(0);
            expect(loadOf(route, problem)).toBeLessThanOrEqual(capacity);
          }
          expect(routes.length).toBeLessThanOrEqual(maxVehicles ?? stops.length);
          for (const { place, reason } of unserved) {
            expect(problem.loads[place]! > capacity).toBe(reason === 'exceeds_capacity');
          }
          if (maxVehicles === undefined)
            expect(unserved.every(({ reason }) => reason === 'exceeds_capacity')).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keep one-way distances apart', () => {
    // Only 0 -> 1 -> 2 -> 3 -> 0 is short.
    const distances = [
      [0, 1, 9, 9],
      [9, 0, 1, 9],
      [9, 9, 0, 1],
      [1, 9, 9, 0],
    ];

    const { routes } = solveRouting({ loads: [0, 1, 1, 1], capacity: 3, distances });

    expect(routes).toEqual([[1, 2, 3]]);
  });

  it('are the same for the same problem', () => {
    const places = Array.from({ length: 25 }, (_, index): [number, number] => [(index * 37) % 100, (index * 61) % 100]);
    const problem = planar(
      places,
      places.map((_, index) => 1 + (index % 7)),
      20,
    );

    expect(solveRouting(problem)).toEqual(solveRouting(problem));
  });

  it('stop improving when told to, and are complete all the same', () => {
    const places = Array.from({ length: 40 }, (_, index): [number, number] => [(index * 37) % 100, (index * 61) % 100]);
    const problem = planar(
      places,
      places.map(() => 1),
      8,
    );

    const { routes, unserved } = solveRouting(problem, () => false);

    expect(routes.flat().length).toBe(40);
    expect(unserved).toEqual([]);
  });

  const instances = sharedData('cvrp');
  it.skipIf(instances === undefined)('are near the best known ones on instances of Augerat et al.', () => {
    const files = readdirSync(instances!).filter((name) => /^[AP]-n(3|5)\d-.*\.vrp$/.test(name));

    const gaps = files.map((name) => gapOf(join(instances!, name)));

    expect(files.length).toBeGreaterThan(5);
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeLessThan(0.01);
    expect(Math.max(...gaps)).toBeLessThan(0.03);
  });
});

describe('distances', () => {
  it('on the globe are great circles', () => {
    // Paris to Berlin, about 878 km.
    const km = haversineKm({ latitude: 48.8566, longitude: 2.3522 }, { latitude: 52.52, longitude: 13.405 });

    expect(Math.round(km)).toBe(877);
  });
});

/** How much longer our routes are than the best known ones, as a share. */
function gapOf(file: string): number {
  const text = readFileSync(file, 'utf8');
  const pairs = (from: string, to: string) =>
    text.slice(text.indexOf(from), text.indexOf(to)).trim().split('\n').slice(1);
  const numbers = (line: string) => line.trim().split(/\s+/).map(Number);
  const places = pairs('NODE_COORD_SECTION', 'DEMAND_SECTION').map(
    (line) => numbers(line).slice(1) as [number, number],
  );
  const problem = {
    loads: pairs('DEMAND_SECTION', 'DEPOT_SECTION').map((line) => numbers(line)[1]!),
    capacity: Number(/CAPACITY\s*:\s*(\d+)/.exec(text)![1]),
    distances: places.map(([ax, ay]) => places.map(([bx, by]) => Math.round(Math.hypot(ax - bx, ay - by)))),
  };
  const best = Number(/Cost\s+(\d+)/.exec(readFileSync(file.replace('.vrp', '.sol'), 'utf8'))![1]);
  return totalDistance(solveRouting(problem).routes, problem) / best - 1;
}
