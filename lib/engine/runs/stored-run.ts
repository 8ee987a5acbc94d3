/** A run as it is kept. */
import type { Analysis } from '../../analysis/analysis.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { ToolCallFormat } from '../../plan/tool-calls/formats.ts';
import type { ToolCall } from '../../plan/tool-calls/tool-call.ts';
import type { RunRecord } from '../records.ts';
import type { RunSummary } from './summary.ts';

/** What a run was started with: enough to compile it again and to resume it. */
export interface RunSource {
  /** The plan document, as it was sent. */
  plan: Json;
  inputs: JsonObject;
  /** As it was when the run was started: estimates change. */
  analysis: Analysis;
  /** Whose answer the run is, if it is of the tool calls of a model. */
  toolCalls?: AnsweredCalls;
}

/** What it takes to give the results back to the model. */
export interface AnsweredCalls {
  format: ToolCallFormat;
  /** All calls of the turn, those that could not be run included. */
  calls: readonly Pick<ToolCall, 'callId' | 'issues'>[];
  /** Which call each action is. */
  callIds: Readonly<Record<string, string>>;
}

export interface NewRun {
  runId: string;
  caller: string;
  /** Tells whether two requests with one idempotency key ask for the same. */
  requestHash: string;
  name: string;
  engine: RunRecord['engine'];
  /** The state machine that runs it, if one does. */
  machine: string | undefined;
  /** How many actions its plan has. */
  actions: number;
  /** Milliseconds since the epoch. */
  startedAt: number;
  source: RunSource;
  warnings: readonly string[];
  lease: Lease;
}

/** Who has a run under way. It is lost when this time has passed, or when its owner is known to be gone. */
export interface Lease {
  owner: string;
  /** Milliseconds since the epoch. */
  until: number;
}

export interface StoredRun {
  summary: RunSummary;
  caller: string;
  requestHash: string;
  machine: string | undefined;
  /** 0, and one more for each time that it was resumed. */
  attempt: number;
  lease: Lease;
  source: RunSource;
  warnings: string[];
  /** Of a run that has ended. While it is resumed: of its last end. */
  record: RunRecord | undefined;
}
