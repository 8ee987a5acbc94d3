/** Rounded for people: `digits` after the point. */
export function round(value: number, digits = 2): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}

/** The least whole number of units that is enough; a rounding error above a whole number does not add a unit. */
export function wholeUnits(quantity: number): number {
  return Math.ceil(round(quantity, 6));
}
