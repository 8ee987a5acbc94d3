/**
 * TOPSIS: Technique for Order of Preference by Similarity to Ideal Solution.
 *
 * Source: C. L. Hwang and K. Yoon, Multiple Attribute Decision Making, Springer 1981. Columns are scaled to unit length
 * (vector normalisation) and weighted; an alternative's closeness is S- / (S+ + S-), its Euclidean distances from the
 * worst and the best value of every criterion.
 */

export interface Criterion {
  weight: number;
  /** `benefit`: more is better; `cost`: less is better. */
  kind: 'benefit' | 'cost';
}

/**
 * The closeness of each row, between 0 and 1. Weights count relative to their sum. Where all alternatives are alike, or no
 * criterion has weight, none is nearer to the ideal than another and all get 1.
 */
export function topsis(rows: readonly (readonly number[])[], criteria: readonly Criterion[]): number[] {
  const total = criteria.reduce((sum, { weight }) => sum + weight, 0);
  const columns = criteria.map(({ weight, kind }, column) => {
    const values = rows.map((row) => row[column]!);
    const length = Math.hypot(...values);
    const scaled = values.map((value) => (length === 0 || total === 0 ? 0 : ((value / length) * weight) / total));
    const [least, most] = [Math.min(...scaled), Math.max(...scaled)];
    return kind === 'benefit' ? { scaled, best: most, worst: least } : { scaled, best: least, worst: most };
  });
  return rows.map((_, row) => {
    const toBest = Math.hypot(...columns.map(({ scaled, best }) => scaled[row]! - best));
    const toWorst = Math.hypot(...columns.map(({ scaled, worst }) => scaled[row]! - worst));
    return toBest + toWorst === 0 ? 1 : toWorst / (toBest + toWorst);
  });
}
