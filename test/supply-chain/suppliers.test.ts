import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topsis } from '../../lib/supply-chain/math/topsis.ts';
import type { Shipment } from '../../lib/supply-chain/records.ts';
import { shipmentAsOf } from '../../lib/supply-chain/shipments.ts';
import { allocate } from '../../lib/supply-chain/supplier/allocation.ts';
import { type AllocationProblem, type Candidate, worthOf } from '../../lib/supply-chain/supplier/allocation-problem.ts';
import { priceIndexes, supplierPerformance } from '../../lib/supply-chain/supplier/performance.ts';
import { DEFAULT_WEIGHTS, rankSuppliers } from '../../lib/supply-chain/supplier/ranking.ts';

describe('TOPSIS', () => {
  it('gives the closeness of the fighter aircraft of Hwang and Yoon (1981)', () => {
    // Speed, range, payload, cost, reliability, manoeuvrability. The published values come from rounded steps.
    const published = [0.643, 0.268, 0.613, 0.312];
    const aircraft = [
      [2.0, 1500, 20_000, 5.5, 5, 9],
      [2.5, 2700, 18_000, 6.5, 3, 5],
      [1.8, 2000, 21_000, 4.5, 7, 7],
      [2.2, 1800, 20_000, 5.0, 5, 5],
    ];
    const weights = [0.2, 0.1, 0.1, 0.1, 0.2, 0.3];
    const criteria = weights.map((weight, index) => ({ weight, kind: index === 3 ? 'cost' : 'benefit' }) as const);

    const closeness = topsis(aircraft, criteria);

    closeness.forEach((value, index) => {
      expect(Math.abs(value - published[index]!)).toBeLessThan(0.001);
    });
  });

  it('does not depend on the scale of the weights, nor on that of a criterion', () => {
    const rows = [
      [0.9, 12],
      [0.7, 5],
      [0.8, 9],
    ];
    const original = topsis(rows, [
      { weight: 2, kind: 'benefit' },
      { weight: 1, kind: 'cost' },
    ]);

    const rescaled = topsis(
      rows.map(([rate, days]) => [rate! * 100, days! * 24]),
      [
        { weight: 20, kind: 'benefit' },
        { weight: 10, kind: 'cost' },
      ],
    );

    rescaled.forEach((value, index) => {
      expect(value).toBeCloseTo(original[index]!, 12);
    });
  });
});

const shipment = (fields: Partial<Shipment>): Shipment => ({
  shipment_id: '1',
  supplier_code: 'S',
  destination: 'W',
  promised_date: '2025-01-10',
  ...fields,
});

describe('the performance of a supplier', () => {
  it('counts what was delivered by the day, on time up to the promised date', () => {
    const shipments = [
      shipment({ ordered_date: '2025-01-01', delivered_date: '2025-01-10', value: 100 }),
      shipment({ ordered_date: '2025-01-01', delivered_date: '2025-01-14', quantity: 3, unit_price: 20 }),
      shipment({ delivered_date: '2025-01-08' }),
      shipment({ ordered_date: '2025-01-02', delivered_date: '2025-02-20' }),
      shipment({ ordered_date: '2025-01-02' }),
      shipment({ status: 'cancelled' }),
    ];

    const performance = supplierPerformance('S', shipments, '2025-01-31', undefined);

    expect(performance).toEqual({
      supplier_code: 'S',
      deliveries: 3,
      onTimeRate: 2 / 3,
      averageLateDays: 4 / 3,
      averageLeadTimeDays: 11,
      leadTimeSdDays: Math.sqrt(8),
      spend: 160,
      openLate: 2,
    });
  });

  it('sees a shipment as it was on a day in the past', () => {
    const arrived = shipment({ ordered_date: '2025-01-01', delivered_date: '2025-01-14' });

    expect(['2024-12-31', '2025-01-13', '2025-01-14'].map((day) => shipmentAsOf(arrived, day))).toEqual([
      'unknown',
      'open',
      'delivered',
    ]);
  });

  it('compares prices item by item with the market', () => {
    const bought = (item_code: string, quantity: number, unit_price: number) =>
      shipment({ item_code, quantity, unit_price, delivered_date: '2025-01-10' });
    const shipments = new Map([
      ['CHEAP', [bought('A', 10, 8)]],
      ['DEAR', [bought('A', 10, 12)]],
      ['ALONE', [bought('B', 10, 99)]],
    ]);

    expect([...priceIndexes(shipments, '2025-02-01')]).toEqual([
      ['CHEAP', 0.8],
      ['DEAR', 1.2],
    ]);
  });

  it('ranks without data for a criterion by the mean of the others, and says so', () => {
    const base = { deliveries: 10, spend: 0, openLate: 0, averageLateDays: 1, priceIndex: 1 };
    const ranked = rankSuppliers(
      [
        { ...base, supplier_code: 'SLOW', onTimeRate: 0.5, averageLeadTimeDays: 30 },
        { ...base, supplier_code: 'FAST', onTimeRate: 0.9, averageLeadTimeDays: 10 },
        { ...base, supplier_code: 'SILENT', onTimeRate: 0.9 },
      ],
      DEFAULT_WEIGHTS,
    );

    expect(ranked.map(({ performance, estimated }) => [performance.supplier_code, estimated])).toEqual([
      ['FAST', []],
      ['SILENT', ['lead_time']],
      ['SLOW', []],
    ]);
    expect(ranked[0]!.score).toBe(1);
  });
});

describe('the allocation of order lines', () => {
  const offer = (supplier_code: string, value: number): Candidate => ({
    supplier_code,
    quantity: 1,
    unit_price: value,
    value,
    lead_time_days: 1,
    cost: value,
  });
  const suppliersOf = (problem: AllocationProblem) => allocate(problem).assignment.map((one) => one?.supplier_code);

  it('joins orders where that saves the cost of one', () => {
    const candidates = [
      [offer('A', 100), offer('B', 103)],
      [offer('A', 104), offer('B', 100)],
    ];

    expect(suppliersOf({ candidates, minimumValue: new Map(), orderCost: 0 })).toEqual(['A', 'B']);
    expect(suppliersOf({ candidates, minimumValue: new Map(), orderCost: 10 })).toEqual(['B', 'B']);
  });

  it('gives up a supplier whose minimum order value is not reached, and leaves out a line that only it has', () => {
    const candidates = [[offer('A', 10), offer('B', 50)], [offer('A', 10)]];

    expect(suppliersOf({ candidates, minimumValue: new Map([['A', 100]]), orderCost: 0 })).toEqual(['B', undefined]);
    expect(suppliersOf({ candidates, minimumValue: new Map([['A', 20]]), orderCost: 0 })).toEqual(['A', 'A']);
  });

  it('is as good as the best of all assignments', () => {
    const supplier = fc.constantFrom('A', 'B', 'C');
    const candidates = fc.array(
      fc.uniqueArray(fc.tuple(supplier, fc.integer({ min: 1, max: 60 })), { maxLength: 3, selector: ([name]) => name }),
      { minLength: 1, maxLength: 5 },
    );
    const minimums = fc.tuple(...[0, 0, 0].map(() => fc.integer({ min: 0, max: 80 })));
    fc.assert(
      fc.property(candidates, minimums, fc.integer({ min: 0, max: 20 }), (lines, [a, b, c], orderCost) => {
        const problem: AllocationProblem = {
          candidates: lines.map((line) => line.map(([name, value]) => offer(name, value))),
          minimumValue: new Map([
            ['A', a],
            ['B', b],
            ['C', c],
          ] as [string, number][]),
          orderCost,
        };
        const best = everyAssignment(problem.candidates)
          .map((assignment) => worthOf(assignment, problem))
          .sort((x, y) => x.unplaced - y.unplaced || x.cost - y.cost)[0]!;

        const found = allocate(problem);

        expect(found.optimal).toBe(true);
        expect(worthOf(found.assignment, problem)).toEqual(best);
      }),
      { numRuns: 150 },
    );
  });
});

function everyAssignment(candidates: AllocationProblem['candidates']): (Candidate | undefined)[][] {
  return candidates.reduce<(Candidate | undefined)[][]>(
    (partial, line) => partial.flatMap((chosen) => [...line, undefined].map((candidate) => [...chosen, candidate])),
    [[]],
  );
}
