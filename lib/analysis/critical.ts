/** Which actions decide how long a plan takes, and how much room the others have. */
import type { PreparedPlan } from '../compiler/prepare.ts';
import { Digraph } from '../graph/digraph.ts';
import { bottomLevels, type CriticalPath, criticalPath } from '../graph/longest-path.ts';
import type { Schedule } from './schedule.ts';

export interface Criticality extends CriticalPath {
  /** How much longer each action may take without making the plan take longer, in milliseconds. */
  slackMs: Map<string, number>;
}

/** By the critical path method. `earliest` is the schedule without any limit on how many calls run at once. */
export function findCritical(plan: PreparedPlan, earliest: Schedule): Criticality {
  const graph = whatHoldsUp(plan, earliest);
  const order = [...earliest.actions.keys()].filter((id) => !isLoser(id, earliest));
  const lengthMs = (id: string) => {
    const { startMs, finishMs } = earliest.actions.get(id)!;
    return finishMs - startMs;
  };
  const levels = bottomLevels(graph, order, lengthMs);
  const slackMs = new Map<string, number>();
  for (const [id, { startMs, finishMs }] of earliest.actions) {
    // Nothing waits for a loser itself, only for the winner.
    const latestStart = earliest.makespanMs - (levels.get(id) ?? finishMs - startMs);
    slackMs.set(id, latestStart - startMs);
  }
  return { ...criticalPath(graph, order, lengthMs), slackMs };
}

/**
 * The edges by which each action of the earliest schedule begins when it does. A join that takes its first candidate is
 * held up by the winner alone; what waits for a loser is held up by the winner, upon which the loser was cancelled.
 */
function whatHoldsUp({ actions, dependencies, races }: PreparedPlan, earliest: Schedule): Digraph {
  const graph = new Digraph(actions.map(({ id }) => id).filter((id) => !isLoser(id, earliest)));
  for (const [from, to] of dependencies.graph.edges()) {
    if (isLoser(to, earliest)) continue;
    const winner = earliest.winners.get(to);
    const isBeaten = winner !== undefined && winner !== from && races.before(to)!.candidates.includes(from);
    if (!isBeaten) graph.addEdge(earliest.actions.get(from)!.losesTo ?? from, to);
  }
  return graph;
}

function isLoser(id: string, earliest: Schedule): boolean {
  return earliest.actions.get(id)!.losesTo !== undefined;
}
