/** Mean and spread of weekly demand over the last complete weeks. */
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { addDays, daysBetween, weekStart } from '../calendar.ts';
import { round } from '../math/round.ts';
import type { Demand } from '../records.ts';

export interface DemandStatistics {
  /** Complete weeks looked at; 0 when nothing was recorded. */
  weeks: number;
  /** Units a week. */
  mean: number;
  /** Sample standard deviation of a week's demand; 0 for fewer than two weeks. */
  sd: number;
}

/**
 * Statistics of at most `historyWeeks` weeks that ended by `asOf`, from the item's first recorded week on. A week without
 * a record in between is a week without demand.
 */
export function demandStatistics(demand: readonly Demand[], asOf: string, historyWeeks: number): DemandStatistics {
  // The last week that is complete starts on the Monday six days before, or earlier.
  const last = weekStart(addDays(asOf, -6));
  const recorded = demand.filter(({ week_start }) => week_start <= last);
  const first = recorded[0]?.week_start;
  if (first === undefined) return { weeks: 0, mean: 0, sd: 0 };
  const weeks = Math.min(historyWeeks, daysBetween(first, last) / 7 + 1);
  const start = addDays(last, -7 * (weeks - 1));
  const quantities = new Array<number>(weeks).fill(0);
  for (const { week_start, quantity } of recorded) {
    if (week_start >= start) quantities[daysBetween(start, week_start) / 7] = quantity;
  }
  return { weeks, mean: mean(quantities), sd: weeks < 2 ? 0 : sampleStandardDeviation(quantities) };
}

/** Days that a stock lasts at mean demand; null when there is none. */
export function daysOfCover(onHand: number, { mean: weekly }: Pick<DemandStatistics, 'mean'>): number | null {
  return weekly === 0 ? null : round((onHand / weekly) * 7, 1);
}
