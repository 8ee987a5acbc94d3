/**
 * What Step Functions charges for one run in us-east-1, in US dollars, before any free tier and without what the functions
 * themselves cost. https://aws.amazon.com/step-functions/pricing/
 */

/** Of a Standard execution, per state entered. The first 4,000 of a month are free. */
const PER_TRANSITION = 0.025 / 1000;

/** Of an Express execution. */
const PER_REQUEST = 1 / 1_000_000;

/** $0.06 per GB-hour, which is that of the first 1,000 GB-hours of a month; later ones cost less. */
const PER_GB_SECOND = 0.06 / 3600;

const BILLED_MS = 100;
const BILLED_MB = 64;
const BYTES_PER_MB = 1024 * 1024;
const MB_PER_GB = 1024;

/** AWS's own estimate: so much whatever the machine, the definition, and the data once for each Parallel and each Map. */
const BASE_MB = 50;

/** Each retry of a call is another transition. */
export function standardPrice(transitions: number): number {
  return dollars(transitions * PER_TRANSITION);
}

/** What an Express execution is made of. */
export interface ExpressUse {
  ms: number;
  definitionBytes: number;
  /** Of the data that the execution carries; taken to be its input. */
  dataBytes: number;
  /** Parallel and Map states. */
  joins: number;
}

export function expressPrice(use: ExpressUse): number {
  const billedMs = Math.max(1, Math.ceil(use.ms / BILLED_MS)) * BILLED_MS;
  return dollars(PER_REQUEST + (billedMs / 1000) * (billedMemoryMb(use) / MB_PER_GB) * PER_GB_SECOND);
}

/** Memory in the steps of 64 MB in which it is billed. */
export function billedMemoryMb({ definitionBytes, dataBytes, joins }: Omit<ExpressUse, 'ms'>): number {
  const mb = BASE_MB + (definitionBytes + dataBytes * joins) / BYTES_PER_MB;
  return Math.ceil(mb / BILLED_MB) * BILLED_MB;
}

/** Thousandths of a millionth: sums of fractions show no digits that mean nothing. */
function dollars(amount: number): number {
  return Math.round(amount * 1e9) / 1e9;
}
