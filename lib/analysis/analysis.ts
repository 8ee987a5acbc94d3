/** What is known of a plan before it runs, as plain data. Every time is in seconds, every list in listed order. */
import type { MachineType } from '../compiler/compile.ts';
import type { Dependency } from '../compiler/dependencies.ts';
import type { Action } from '../plan/schema.ts';
import type { EngineChoice } from './engine-choice.ts';

export interface Analysis {
  name: string;
  actions: AnalysedAction[];
  edges: Dependency[];
  /** Ids by wave: all that a wave waits for is in the waves before it. */
  waves: string[][];
  /** One longest chain of actions that wait for each other: the least time any engine could need. */
  critical_path: { ids: string[]; seconds: number };
  /** All calls one after another. */
  sequential_seconds: number;
  /** As the engine runs it, within the limits on how many calls run at once. */
  parallel_seconds: number;
  /** Wave by wave, each waiting for the whole wave before it; within the same limits. */
  wave_seconds: number;
  /** As its state machine runs it, which may have to wait more: forks and joins cannot say every order. */
  compiled_seconds: number;
  /** How many times shorter than one after another; 1 when nothing takes any time. */
  speedup: number;
  /** At most this many calls at once; null: no limit of the plan's own. */
  max_parallel: number | null;
  engine: EngineChoice;
  state_machine: {
    /** With the engine `direct`, that which `auto` would take. */
    type: MachineType;
    definition_bytes: number;
    /** States entered on the way of success. */
    transitions: number;
    /** On the way of success. */
    history_events: number;
  };
  /** Of Step Functions alone, without what the functions cost and before any free tier. */
  price_per_run_usd: { standard: number; express: number; direct: number };
  /** Sentences, each naming its action or what it is of. */
  warnings: string[];
}

export interface AnalysedAction {
  id: string;
  tool_name: string;
  type: Action['type'];
  /** Of one call, which is ended by its timeout at the latest. */
  estimated_seconds: number;
  /** 1 is the first. */
  wave: number;
  /** When it can begin if nothing limits how many calls run at once. */
  earliest_start_seconds: number;
  /** When it has then ended, with all its items; at its start when it is fire_and_forget. */
  earliest_finish_seconds: number;
  /** How much longer it may take without making the plan take longer. */
  slack_seconds: number;
  /** Whether it has no slack: it is on a longest chain, of which there may be several. */
  on_critical_path: boolean;
  /** The candidate of the same `join: any` that is expected to win first, upon which this one is cancelled. */
  loses_to: string | null;
  mode: Action['mode'];
  join: Action['join'];
  /** The condition as it stands in the plan. Times take every condition to hold. */
  when: string | null;
  /** `items` is null when the list is known only at run time; it then counts as one item. */
  for_each: null | { items: number | null };
  lanes: {
    /** Items run one by one, because they write. */
    items_in_order: boolean;
    /** At most this many calls of the tool at once. */
    concurrency_cap: number | null;
    priority: number;
  };
  /** Resources as `inventory:WH001`; `inventory:*` is all with that beginning. */
  reads: string[];
  writes: string[];
}
