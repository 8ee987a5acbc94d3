/** Which engine runs a plan, and why. */
import { MAX_EXPRESS_SECONDS, MAX_HISTORY_EVENTS, MAX_INLINE_MAP_CONCURRENCY } from '../asl/limits.ts';
import type { MachineType } from '../compiler/compile.ts';
import { itemsOf } from '../compiler/estimates.ts';
import { EVENTS } from '../compiler/footprint.ts';
import type { PreparedPlan } from '../compiler/prepare.ts';
import { plural } from '../core/text.ts';
import type { ResolvedAction } from '../plan/resolve.ts';
import type { Settings } from '../plan/schema.ts';
import { LAMBDA_MAX_TIMEOUT_SECONDS } from '../tools/spec.ts';
import { type Work, workOf } from './estimates.ts';
import { schedule } from './schedule.ts';
import { formatSeconds } from './units.ts';

export type Engine = Exclude<Settings['engine'], 'auto'>;

export interface EngineChoice {
  engine: Engine;
  /** Each a sentence without its full stop. At least one. */
  reasons: string[];
}

/**
 * A plan is short if it is estimated to take at most so many seconds: a fifth of what an Express execution may take. The
 * estimates are coarse: latency classes lie five times apart, so that a plan of tools one class slower still ends in time.
 */
export const SHORT_SECONDS = MAX_EXPRESS_SECONDS / 5;

/**
 * Actions of a plan for Express at most. All their results travel to its one output of 256 KiB, which leaves each a good
 * kilobyte; and what their records take is in the definition, which holds 1 MB.
 */
export const MAX_EXPRESS_ACTIONS = 200;

/** Items of a list for Express at most, for the same reason. */
export const MAX_EXPRESS_ITEMS = 100;

/** Names that a reason tells; the others are counted. */
const MOST_NAMES = 3;

/**
 * What is asked for beats what the plan asks for; where both leave it open (`auto`), short plans that lose nothing by it go to
 * Express, all others to Standard. Compiles nothing.
 */
export function chooseEngine(plan: PreparedPlan, asked?: Settings['engine']): EngineChoice {
  const wanted = asked ?? plan.settings.engine;
  if (wanted === 'auto') return choose(plan);
  const who = asked === undefined ? 'the plan' : 'the caller';
  return { engine: wanted, reasons: [`${who} asks for the engine ${wanted}`] };
}

/** The type of the machine that a plan compiles to; for the engine `direct`, that which `auto` would take. */
export function machineTypeOf(plan: PreparedPlan, asked?: Settings['engine']): MachineType {
  const { engine } = chooseEngine(plan, asked);
  return (engine === 'direct' ? choose(plan).engine : engine) === 'express' ? 'EXPRESS' : 'STANDARD';
}

function choose(plan: PreparedPlan): EngineChoice {
  const estimated = secondsOf(plan, ({ callMs }) => callMs);
  const events = leastEvents(plan);
  const lost = lostWithExpress(plan);
  if (events > MAX_HISTORY_EVENTS && lost.length === 0 && estimated <= MAX_EXPRESS_SECONDS) {
    return {
      engine: 'express',
      reasons: [
        `it has at least ${events} events, and the history of a Standard execution holds ${MAX_HISTORY_EVENTS}`,
        `it is estimated to take ${formatSeconds(estimated)}, and an Express execution may take ${MAX_EXPRESS_SECONDS} s`,
      ],
    };
  }
  const worst = secondsOf(plan, worstMs(plan));
  const reasons = [...lost, ...tooLong(plan, estimated, worst)];
  if (reasons.length > 0) return { engine: 'standard', reasons };
  return {
    engine: 'express',
    reasons: [
      `it is short: estimated to take ${formatSeconds(estimated)}, and ${formatSeconds(worst)} if every call were tried as often as it may be`,
      'all its tools are idempotent, it continues on failure and it has no timeout of its own',
    ],
  };
}

/** What an Express execution cannot give this plan. */
function lostWithExpress({ settings, actions }: PreparedPlan): string[] {
  const long = actions.filter((action) => (itemsOf(action) ?? 0) > MAX_EXPRESS_ITEMS).map(({ id }) => id);
  const unsafe = [...new Set(actions.filter(({ tool }) => !tool.idempotent).map(({ tool }) => tool.name))];
  return [
    ...(actions.length > MAX_EXPRESS_ACTIONS
      ? [
          `it has ${actions.length} actions, and the one output of an Express execution holds the results of about ${MAX_EXPRESS_ACTIONS}`,
        ]
      : []),
    ...(long.length > 0
      ? [
          `the list of ${listed(long)} has more than ${MAX_EXPRESS_ITEMS} items, and the one output of an Express execution holds no more`,
        ]
      : []),
    ...(unsafe.length > 0
      ? [`${names(unsafe)} not idempotent, and only the history of Standard tells for certain what was done`]
      : []),
    ...(settings.on_failure === 'stop'
      ? ['it stops on failure, and only a Standard execution can be taken up again where it stopped']
      : []),
    ...(settings.timeout_seconds === undefined
      ? []
      : ['it has a timeout of its own, and only Standard tells what had ended by then']),
  ];
}

function tooLong(plan: PreparedPlan, estimated: number, worst: number): string[] {
  const patient = plan.actions.filter(maySurviveExpress).map(({ id }) => id);
  const reasons: string[] = [];
  if (estimated > SHORT_SECONDS) {
    reasons.push(`it is estimated to take ${formatSeconds(estimated)}, and short is at most ${SHORT_SECONDS} s`);
  } else if (worst > MAX_EXPRESS_SECONDS) {
    reasons.push(
      `if every call were tried as often as it may be, it would take longer than the ${MAX_EXPRESS_SECONDS} s of an Express execution`,
    );
  }
  if (patient.length > 0) {
    reasons.push(`${names(patient)} given longer than the ${MAX_EXPRESS_SECONDS} s of an Express execution`);
  }
  return reasons;
}

/** The longest timeout that a function can have says nothing: it is what a tool has that was given none. */
function maySurviveExpress({ timeoutSeconds }: ResolvedAction): boolean {
  return timeoutSeconds > MAX_EXPRESS_SECONDS && timeoutSeconds !== LAMBDA_MAX_TIMEOUT_SECONDS;
}

/** How long the plan takes if each call takes as long as it is said to. */
function secondsOf(plan: PreparedPlan, msOf: (work: Work) => number): number {
  const { settings, dependencies, races } = plan;
  const work = workOf(plan).map((one) => asIterations({ ...one, callMs: msOf(one) }));
  const maxParallel = settings.parallel ? (settings.max_parallel ?? Number.POSITIVE_INFINITY) : 1;
  const { makespanMs } = schedule({
    work,
    graph: dependencies.graph,
    raceBefore: (join) => races.before(join),
    maxParallel,
  });
  return makespanMs / 1000;
}

/** No more items of a list run at once than a Map runs. */
function asIterations(work: Work): Work {
  const rounds = Math.ceil(work.calls / MAX_INLINE_MAP_CONCURRENCY);
  if (rounds <= 1 || work.inOrder) return work;
  return { ...work, calls: MAX_INLINE_MAP_CONCURRENCY, callMs: rounds * work.callMs };
}

/** How long a call takes of which every attempt takes its estimate and all but the last fail. */
function worstMs({ actions }: PreparedPlan): (work: Work) => number {
  const byId = new Map(actions.map((action) => [action.id, action]));
  return ({ id, callMs }) => {
    const { tool, retry } = byId.get(id)!;
    if (callMs === 0 || !tool.idempotent) return callMs;
    let ms = callMs;
    let delay = retry.intervalSeconds;
    // A second at least goes by between two attempts, so that this ends however many there may be.
    for (let attempt = 0; attempt < retry.maxAttempts && ms <= MAX_EXPRESS_SECONDS * 1000; attempt++) {
      ms += Math.min(delay, retry.maxDelaySeconds ?? delay) * 1000 + callMs;
      delay *= retry.backoffRate;
    }
    return ms;
  };
}

/** Of the calls alone, without the Parallels around them. */
function leastEvents(plan: PreparedPlan): number {
  const calls = new Map(workOf(plan).map((work) => [work.id, work.calls]));
  return plan.actions.reduce<number>((sum, { id, forEach }) => {
    if (forEach === undefined) return sum + EVENTS.task;
    return sum + EVENTS.join + calls.get(id)! * (EVENTS.iteration + EVENTS.task);
  }, EVENTS.execution);
}

/** `a is`, `a, b, c and 4 more are`. */
function names(all: readonly string[]): string {
  return `${listed(all)} ${all.length === 1 ? 'is' : 'are'}`;
}

function listed(all: readonly string[]): string {
  if (all.length === 1) return all[0]!;
  const rest = all.length - MOST_NAMES;
  if (rest > 0) return `${all.slice(0, MOST_NAMES).join(', ')} and ${plural(rest, 'other')}`;
  return `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
