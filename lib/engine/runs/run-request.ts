/** What a run service is made of, what it is asked for, and what it tells. */

import type { Clock } from '../../core/clock.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { Settings } from '../../plan/schema.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import type { RunRecord } from '../records.ts';
import type { RunStore } from '../run-store/run-store.ts';
import type { Engines } from './engines.ts';
import type { AnsweredCalls, RunSource } from './stored-run.ts';

export interface RunServiceOptions {
  store: RunStore;
  engines: Engines;
  tools: ToolRegistry;
  clock?: Clock;
  /** At most so many runs are under way in this process. Default: 1,000. */
  maxActive?: number;
  /** Milliseconds after which a run that this process has under way counts as lost, if the process does not end it. */
  leaseMs?: number;
  /**
   * Whether this process goes on when a request is answered. A Lambda function does not: there only Standard executions do, and
   * what runs otherwise has to be waited for. Default: true.
   */
  background?: boolean;
  /** Milliseconds between two looks at a run that another process has under way. Default: 1 second. */
  pollMs?: number;
}

export interface RunRequest {
  /** Whose idempotency key it is. */
  caller: string;
  plan: Json;
  inputs: JsonObject;
  engine?: Settings['engine'] | undefined;
  idempotencyKey?: string | undefined;
  /** Whose answer the run is. */
  toolCalls?: AnsweredCalls | undefined;
  /** How long its end will be waited for, in milliseconds. */
  waitMs?: number;
  /** Beside those of the plan. */
  warnings?: readonly string[];
}

/** All that is known of a run. */
export interface RunDetails {
  run: RunRecord;
  source: RunSource;
}
