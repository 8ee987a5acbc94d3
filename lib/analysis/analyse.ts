/** The analysis of a plan before anything runs. */
import { callMs, itemsOf } from '../compiler/estimates.ts';
import type { PreparedPlan } from '../compiler/prepare.ts';
import type { ResolvedAction } from '../plan/resolve.ts';
import { resourceName } from '../plan/resources.ts';
import type { AnalysedAction, Analysis } from './analysis.ts';
import { type Criticality, findCritical } from './critical.ts';
import { workOf } from './estimates.ts';
import { type Schedule, schedule } from './schedule.ts';
import { analyseStateMachine, type StateMachineOptions } from './state-machine.ts';
import { analysisWarnings } from './warnings.ts';
import { waveMs, wavesOf } from './waves.ts';

/** Pure: the same plan gives the same analysis. */
export function analysePlan(plan: PreparedPlan, options: StateMachineOptions = {}): Analysis {
  const { settings, dependencies, races } = plan;
  const work = workOf(plan);
  const order = { graph: dependencies.graph, raceBefore: (join: string) => races.before(join) };
  const unlimited = work.map((one) => ({ ...one, cap: Number.POSITIVE_INFINITY }));
  const maxParallel = settings.parallel ? (settings.max_parallel ?? Number.POSITIVE_INFINITY) : 1;

  const earliest = schedule({ ...order, work: unlimited, maxParallel: Number.POSITIVE_INFINITY });
  const critical = findCritical(plan, earliest);
  const waves = wavesOf(plan);
  const parallelMs = schedule({ ...order, work, maxParallel }).makespanMs;
  const sequentialMs = work.reduce((sum, { calls, callMs }) => sum + calls * callMs, 0);

  const { warnings: ofMachine, ...machine } = analyseStateMachine(plan, options);

  const waveOf = new Map(waves.flatMap((ids, index) => ids.map((id) => [id, index + 1])));
  return {
    name: plan.name,
    actions: plan.actions.map((action) => analysedAction(action, waveOf.get(action.id)!, earliest, critical)),
    edges: dependencies.edges,
    waves,
    critical_path: { ids: critical.path, seconds: seconds(critical.length) },
    sequential_seconds: seconds(sequentialMs),
    parallel_seconds: seconds(parallelMs),
    wave_seconds: seconds(waveMs(waves, work, maxParallel)),
    compiled_seconds: machine.compiled_seconds,
    speedup: parallelMs === 0 ? 1 : Math.round((sequentialMs / parallelMs) * 100) / 100,
    max_parallel: Number.isFinite(maxParallel) ? maxParallel : null,
    engine: machine.engine,
    state_machine: machine.state_machine,
    price_per_run_usd: machine.price_per_run_usd,
    warnings: [...analysisWarnings(plan, parallelMs), ...ofMachine],
  };
}

function analysedAction(
  resolved: ResolvedAction,
  wave: number,
  earliest: Schedule,
  critical: Criticality,
): AnalysedAction {
  const { id, action, tool, when, forEach, resources } = resolved;
  const { startMs, finishMs, losesTo } = earliest.actions.get(id)!;
  const slackMs = critical.slackMs.get(id)!;
  return {
    id,
    tool_name: tool.name,
    type: action.type,
    estimated_seconds: seconds(callMs(resolved)),
    wave,
    earliest_start_seconds: seconds(startMs),
    earliest_finish_seconds: seconds(finishMs),
    slack_seconds: seconds(slackMs),
    on_critical_path: slackMs === 0 && losesTo === undefined,
    loses_to: losesTo ?? null,
    mode: action.mode,
    join: action.join,
    when: when?.text ?? null,
    for_each: forEach === undefined ? null : { items: itemsOf(resolved) },
    lanes: {
      items_in_order: resolved.itemsInOrder,
      concurrency_cap: tool.concurrency_cap ?? null,
      priority: action.priority,
    },
    reads: resources.reads.map(resourceName),
    writes: resources.writes.map(resourceName),
  };
}

function seconds(ms: number): number {
  return ms / 1000;
}
