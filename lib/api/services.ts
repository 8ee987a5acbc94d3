/** What the API is made of: given by whoever serves it. */
import type { Clock } from '../core/clock.ts';
import type { RunService } from '../engine/runs/service.ts';
import type { ToolRegistry } from '../tools/registry.ts';
import type { RateLimitOptions } from './http/rate-limit.ts';

export interface ApiServices {
  runs: RunService;
  tools: ToolRegistry;
  clock: Clock;
  limits: ApiLimits;
}

export interface ApiLimits {
  /** A body is at most so large. */
  maxBodyBytes: number;
  /** A plan has at most so many actions. */
  maxActions: number;
  /** A caller waits at most so long for the end of a run, in seconds. */
  maxWaitSeconds: number;
  rate: RateLimitOptions;
  /** Seconds between two signs of life on a stream of events. */
  heartbeatSeconds: number;
}

/** A definition has at most 1 MB and an input 256 KiB: what is larger could not be run. */
export const DEFAULT_LIMITS: ApiLimits = {
  maxBodyBytes: 2_097_152,
  maxActions: 1_000,
  maxWaitSeconds: 300,
  rate: { perSecond: 1_000, burst: 2_000 },
  heartbeatSeconds: 15,
};

/** What the server that a request came through knows of it. */
export interface ApiEnvironment {
  /** Who asks: whose idempotency keys, and whose rate. */
  caller: string;
  /** What stands before the paths of the API, as the stage of API Gateway; empty or with a slash before it. */
  basePath: string;
  /** Whether a response can be sent while it is made. */
  streams: boolean;
}
