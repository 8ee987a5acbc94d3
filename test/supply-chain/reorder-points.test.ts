import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demandStatistics } from '../../lib/supply-chain/inventory/demand-statistics.ts';
import { itemPolicy, orderQuantity } from '../../lib/supply-chain/inventory/policy.ts';
import { economicOrderQuantity, reorderPoint } from '../../lib/supply-chain/inventory/reorder-points.ts';
import { stockoutRisk } from '../../lib/supply-chain/inventory/stockout.ts';
import { expectedShortage, normalCdf, normalQuantile } from '../../lib/supply-chain/math/normal.ts';

describe('reorder points', () => {
  it('give the safety stock of the textbook for an uncertain lead time', () => {
    // Chopra and Meindl, Supply Chain Management, "Impact of lead time uncertainty on safety inventory": Dell's tablets,
    // 2,500 +- 500 a day, lead time 7 +- 7 days, cycle service level 90 %: 22,491 tablets.
    const tablets = { demandMean: 2500, demandSd: 500, leadTime: 7, leadTimeSd: 7, serviceLevel: 0.9 };

    const point = reorderPoint(tablets);

    expect(Math.round(point.safetyStock)).toBe(22_491);
    expect(point.leadTimeDemand).toBe(17_500);
    expect(Math.round(point.reorderPoint)).toBe(39_991);
  });

  it('give the economic order quantity of the textbook', () => {
    // Heizer and Render, Operations Management, "Sharp, Inc.": 1,000 needles a year, $10 an order, $0.50 a needle and year.
    expect(economicOrderQuantity(1000, 10, 0.5)).toBe(200);
  });

  it('give just the demand of the lead time when nothing varies', () => {
    // Heizer and Render, "An Apple store": 8,000 iPods a year of 250 days, three days: 96.
    const point = reorderPoint({ demandMean: 32, demandSd: 0, leadTime: 3, leadTimeSd: 0, serviceLevel: 0.95 });

    expect(point).toMatchObject({ safetyStock: 0, reorderPoint: 96 });
  });

  it('never fall when the service level or the lead time rises', () => {
    const amount = fc.double({ min: 0, max: 1e5, noNaN: true });
    const weeks = fc.double({ min: 0, max: 50, noNaN: true });
    const level = fc.double({ min: 0.5, max: 0.9999, noNaN: true });
    fc.assert(
      fc.property(amount, amount, weeks, weeks, weeks, level, level, (mean, sd, leadTime, longer, leadTimeSd, a, b) => {
        const at = (serviceLevel: number, weeksAhead: number) =>
          reorderPoint({ demandMean: mean, demandSd: sd, leadTime: weeksAhead, leadTimeSd, serviceLevel }).reorderPoint;
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const slack = 1e-9 * (1 + mean + sd) * 1000;
        expect(at(high, leadTime)).toBeGreaterThanOrEqual(at(low, leadTime) - slack);
        expect(at(low, leadTime + longer)).toBeGreaterThanOrEqual(at(low, leadTime) - slack);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the policy for an item', () => {
  const item = { item_code: 'A', unit_cost: 10, holding_cost_rate: 0.2, order_cost: 50 };
  const demand = { weeks: 52, mean: 100, sd: 20 };
  const options = { serviceLevel: 0.95, defaultLeadTimeDays: 14 };

  it('prefers a dearer supplier whose short lead time saves more stock than it costs', () => {
    const near = { supplier_code: 'NEAR', item_code: 'A', unit_price: 10.05, lead_time_days: 3, lead_time_sd_days: 0 };
    const far = { supplier_code: 'FAR', item_code: 'A', unit_price: 10, lead_time_days: 90, lead_time_sd_days: 30 };

    const policy = itemPolicy(item, demand, [far, near], options);

    expect(policy.quote?.supplier_code).toBe('NEAR');
  });

  it('orders up to the level once the position is at the reorder point, and nothing above it', () => {
    const quote = { supplier_code: 'S', item_code: 'A', unit_price: 10, lead_time_days: 14, lead_time_sd_days: 2 };
    const policy = itemPolicy(item, demand, [quote], options);

    expect(orderQuantity(policy, policy.reorderPoint + 1)).toBe(0);
    expect(orderQuantity(policy, policy.reorderPoint)).toBe(Math.ceil(policy.lotSize));
    expect(orderQuantity(policy, 0)).toBe(Math.ceil(policy.orderUpTo));
  });

  it('says what it had to assume', () => {
    const policy = itemPolicy({ item_code: 'A' }, demand, [], options);

    expect(policy.notes.join('\n')).toMatch(/no supplier.*\n.*14 days were assumed\n.*spread.*\n.*no unit cost/s);
    expect(policy.lotSize).toBe(policy.leadTimeDemand);
  });
});

describe('demand statistics', () => {
  const week = (week_start: string, quantity: number) => ({
    warehouse_code: 'W',
    item_code: 'A',
    week_start,
    quantity,
  });

  it('count weeks without a record as weeks without demand, from the first recorded one on', () => {
    const demand = [week('2025-01-06', 4), week('2025-01-20', 8)];

    expect(demandStatistics(demand, '2025-02-02', 26)).toEqual({ weeks: 4, mean: 3, sd: expect.closeTo(3.8297, 4) });
  });

  it('leave out a week that is not complete and weeks before the window', () => {
    const demand = [week('2025-01-06', 1000), week('2025-01-13', 2), week('2025-01-20', 4), week('2025-01-27', 999)];

    expect(demandStatistics(demand, '2025-02-01', 2)).toEqual({ weeks: 2, mean: 3, sd: Math.SQRT2 });
  });

  it('are empty without demand', () => {
    expect(demandStatistics([], '2025-02-01', 26)).toEqual({ weeks: 0, mean: 0, sd: 0 });
  });
});

describe('stock-out risk', () => {
  const calm = { arrivals: [], weeklyMean: 70, weeklySd: 14, horizonDays: 28, horizonSdDays: 0 };

  it('is the probability that demand of the horizon exceeds the stock', () => {
    // Four weeks: mean 280, sd 28; 308 in stock is one standard deviation above.
    const risk = stockoutRisk({ ...calm, onHand: 308 });

    expect(risk.probability).toBeCloseTo(1 - normalCdf(1), 10);
    expect(risk.expectedDay).toBe(30);
  });

  it('counts an arrival from its day on, and looks just before it', () => {
    const early = stockoutRisk({ ...calm, onHand: 70, arrivals: [{ day: 5, quantity: 1000 }] });
    const late = stockoutRisk({ ...calm, onHand: 70, arrivals: [{ day: 20, quantity: 1000 }] });

    expect(early.probability).toBeLessThan(0.1);
    expect(late.probability).toBeGreaterThan(0.9);
    expect(late.expectedDay).toBe(7);
  });
});

describe('the normal distribution', () => {
  it('has the tabulated values', () => {
    expect(normalQuantile(0.95)).toBeCloseTo(1.6448536269514722, 10);
    expect(normalQuantile(0.999)).toBeCloseTo(3.090232306167813, 10);
    expect(normalCdf(-8) / 6.22096057427178e-16).toBeCloseTo(1, 7);
    // Standard loss function at k = 1: 0.0833.
    expect(expectedShortage(0, 1, 1)).toBeCloseTo(0.08331547, 7);
  });
});
