/** Suppliers in order of a score over several criteria. */
import { mean } from 'simple-statistics';
import { type Criterion, topsis } from '../math/topsis.ts';
import type { Performance } from './performance.ts';

/** Relative importance of each criterion; only their proportions matter. */
export interface Weights {
  on_time: number;
  lead_time: number;
  late_days: number;
  price: number;
}

export const DEFAULT_WEIGHTS: Weights = { on_time: 0.4, lead_time: 0.2, late_days: 0.15, price: 0.25 };

const CRITERIA: { name: keyof Weights; kind: Criterion['kind']; value: (of: Performance) => number | undefined }[] = [
  { name: 'on_time', kind: 'benefit', value: ({ onTimeRate }) => onTimeRate },
  { name: 'lead_time', kind: 'cost', value: ({ averageLeadTimeDays }) => averageLeadTimeDays },
  { name: 'late_days', kind: 'cost', value: ({ averageLateDays }) => averageLateDays },
  { name: 'price', kind: 'cost', value: ({ priceIndex }) => priceIndex },
];

export interface Scored {
  performance: Performance;
  /** TOPSIS closeness: 0 is the worst, 1 the best of those compared. */
  score: number;
  /** Criteria that the supplier has no data for; it was given the mean of the others, which neither helps nor hurts. */
  estimated: (keyof Weights)[];
}

/** Best first; equal scores in order of deliveries, then of the code. A criterion that nobody has data for does not count. */
export function rankSuppliers(performances: readonly Performance[], weights: Weights): Scored[] {
  const used = CRITERIA.map((criterion) => ({ criterion, values: performances.map(criterion.value) })).filter(
    ({ values }) => values.some((value) => value !== undefined),
  );
  const columns = used.map(({ values }) => filled(values));
  const rows = performances.map((_, row) => columns.map((column) => column[row]!));
  const scores = topsis(
    rows,
    used.map(({ criterion }) => ({ weight: weights[criterion.name], kind: criterion.kind })),
  );
  return performances
    .map((performance, row) => ({
      performance,
      score: scores[row]!,
      estimated: used.filter(({ values }) => values[row] === undefined).map(({ criterion }) => criterion.name),
    }))
    .sort(byScore);
}

function filled(values: readonly (number | undefined)[]): number[] {
  const average = mean(values.filter((value) => value !== undefined));
  return values.map((value) => value ?? average);
}

function byScore(a: Scored, b: Scored): number {
  const byCode = a.performance.supplier_code < b.performance.supplier_code ? -1 : 1;
  return b.score - a.score || b.performance.deliveries - a.performance.deliveries || byCode;
}
