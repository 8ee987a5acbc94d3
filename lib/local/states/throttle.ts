/** How many requests an account may send: a token bucket per operation. */
import type { Clock } from '../../core/clock.ts';

interface Bucket {
  size: number;
  /** Tokens per second. */
  refill: number;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-api-action-throttling-general */
const EVERYWHERE: Readonly<Record<string, Bucket>> = {
  CreateStateMachine: { size: 100, refill: 1 },
  DeleteStateMachine: { size: 100, refill: 1 },
  DescribeStateMachine: { size: 200, refill: 20 },
  GetExecutionHistory: { size: 400, refill: 20 },
  ListStateMachines: { size: 100, refill: 5 },
  'StartExecution of EXPRESS': { size: 6_000, refill: 6_000 },
  UpdateStateMachine: { size: 100, refill: 1 },
  ValidateStateMachineDefinition: { size: 100, refill: 1 },
};

/** The three largest Regions, and all others. */
const BY_REGION: Readonly<Record<string, readonly [Bucket, Bucket]>> = {
  DescribeExecution: [
    { size: 300, refill: 15 },
    { size: 250, refill: 10 },
  ],
  ListExecutions: [
    { size: 200, refill: 5 },
    { size: 100, refill: 2 },
  ],
  RedriveExecution: [
    { size: 1_300, refill: 300 },
    { size: 800, refill: 150 },
  ],
  'StartExecution of STANDARD': [
    { size: 1_300, refill: 300 },
    { size: 800, refill: 150 },
  ],
  StopExecution: [
    { size: 1_000, refill: 200 },
    { size: 500, refill: 25 },
  ],
};

const LARGE_REGIONS = new Set(['us-east-1', 'us-west-2', 'eu-west-1']);

/** Counts requests by operation; one that is not listed is never throttled. */
export class Throttle {
  readonly #region: string;
  readonly #clock: Clock;
  readonly #levels = new Map<string, { tokens: number; at: number }>();

  constructor(region: string, clock: Clock) {
    this.#region = region;
    this.#clock = clock;
  }

  /** Takes a token; false when there is none, and the request has to be refused. */
  admit(operation: string): boolean {
    const bucket = this.#bucketOf(operation);
    if (bucket === undefined) return true;
    const now = this.#clock.now();
    const level = this.#levels.get(operation) ?? { tokens: bucket.size, at: now };
    const tokens = Math.min(bucket.size, level.tokens + ((now - level.at) / 1_000) * bucket.refill);
    const admitted = tokens >= 1;
    this.#levels.set(operation, { tokens: admitted ? tokens - 1 : tokens, at: now });
    return admitted;
  }

  #bucketOf(operation: string): Bucket | undefined {
    return EVERYWHERE[operation] ?? BY_REGION[operation]?.[LARGE_REGIONS.has(this.#region) ? 0 : 1];
  }
}
