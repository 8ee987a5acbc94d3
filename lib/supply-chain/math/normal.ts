/** The standard normal distribution. */

/**
 * Φ(z), to about 15 digits: Hart's rational approximation (1968) as given by G. West, "Better approximations to
 * cumulative normal functions", Wilmott Magazine, May 2005.
 */
export function normalCdf(z: number): number {
  const x = Math.abs(z);
  const tail =
    x > 37 ? 0 : Math.exp((-x * x) / 2) * (x < SPLIT ? horner(NUMERATOR, x) / horner(DENOMINATOR, x) : farTail(x));
  return z > 0 ? 1 - tail : tail;
}

/** φ(z). */
export function normalPdf(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** The z with Φ(z) = probability, for probabilities strictly between 0 and 1; by bisection, to about 1e-14. */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) throw new RangeError(`no quantile of probability ${probability}`);
  let low = -40;
  let high = 40;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Expected units short of a supply when demand is normal: E[max(0, D - supply)] = σ (φ(k) - k (1 - Φ(k))). */
export function expectedShortage(mean: number, sd: number, supply: number): number {
  if (sd === 0) return Math.max(0, mean - supply);
  const k = (supply - mean) / sd;
  return Math.max(0, sd * (normalPdf(k) - k * normalCdf(-k)));
}

/** P(D > supply) when demand is normal; certain either way when it does not vary. */
export function exceedance(mean: number, sd: number, supply: number): number {
  if (sd === 0) return mean > supply ? 1 : 0;
  return normalCdf((mean - supply) / sd);
}

const SPLIT = 7.07106781186547;
const NUMERATOR = [
  3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
  220.206867912376,
];
const DENOMINATOR = [
  8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
  793.826512519948, 440.413735824752,
];

function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0);
}

function farTail(x: number): number {
  const fraction = x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65))));
  return 1 / (fraction * Math.sqrt(2 * Math.PI));
}
