/**
 * The risk of running out within a horizon, with normal demand.
 *
 * Demand until day t has mean d t/7 and standard deviation σd sqrt(t/7). Stock is shortest just before a delivery arrives
 * and at the end, so the probability is taken there and the largest counts; that is a lower bound of the probability of
 * running out at any moment. Source of the model: E. A. Silver, D. F. Pyke and R. Peterson, Inventory Management and
 * Production Planning and Scheduling, ch. 7 (normal demand over a lead time).
 */
import { exceedance, expectedShortage } from '../math/normal.ts';

export interface Arrival {
  /** Days from now; an arrival that is overdue counts as arriving on day 0. */
  day: number;
  quantity: number;
}

export interface StockoutInput {
  onHand: number;
  arrivals: readonly Arrival[];
  weeklyMean: number;
  weeklySd: number;
  horizonDays: number;
  /** Standard deviation of the horizon where it is a lead time, in days; else 0. */
  horizonSdDays: number;
}

export interface StockoutRisk {
  probability: number;
  /** Units short on average, at the moment of the largest probability. */
  expectedShortage: number;
  /** The day on which mean demand has used up the stock and what arrives; absent when it lasts for a year. */
  expectedDay?: number;
}

/** How far ahead the expected day is looked for. */
export const LOOK_AHEAD_DAYS = 365;

export function stockoutRisk(input: StockoutInput): StockoutRisk {
  const moments = [
    ...input.arrivals
      .filter(({ day }) => day > 0 && day <= input.horizonDays)
      .map(({ day }) => riskBefore(day, 0, input)),
    riskBefore(input.horizonDays, input.horizonSdDays, input),
  ];
  const worst = moments.reduce((a, b) => (b.probability > a.probability ? b : a));
  const expectedDay = expectedStockoutDay(input);
  return { ...worst, ...(expectedDay !== undefined && { expectedDay }) };
}

/** The risk just before what arrives on that day. */
function riskBefore(day: number, daySd: number, { onHand, arrivals, weeklyMean, weeklySd }: StockoutInput) {
  const arrived = arrivals.filter((arrival) => arrival.day < day || arrival.day <= 0);
  const supply = onHand + arrived.reduce((sum, { quantity }) => sum + quantity, 0);
  const mean = (weeklyMean * day) / 7;
  const sd = Math.sqrt((weeklySd ** 2 * day) / 7 + ((weeklyMean * daySd) / 7) ** 2);
  return { probability: exceedance(mean, sd, supply), expectedShortage: expectedShortage(mean, sd, supply) };
}

function expectedStockoutDay({ onHand, arrivals, weeklyMean }: StockoutInput): number | undefined {
  if (weeklyMean <= 0) return undefined;
  const upcoming = [...arrivals].sort((a, b) => a.day - b.day);
  let supply = onHand;
  for (const { day, quantity } of upcoming) {
    const empty = (supply / weeklyMean) * 7;
    if (day > 0 && empty < day) break;
    supply += quantity;
  }
  const empty = Math.floor((supply / weeklyMean) * 7);
  return empty > LOOK_AHEAD_DAYS ? undefined : empty;
}
