/** Parallel: all branches at once, their outputs in their order. */
import type { ParallelState } from '../../asl/definition.ts';
import { runChildren } from '../children.ts';
import { checkedResult } from '../result.ts';
import { withRetries } from '../retry.ts';
import type { Finished, StateVisit, Transition } from '../types.ts';

export function runParallel(state: ParallelState, visit: StateVisit): Promise<Transition> {
  return withRetries(state, visit, () => attempt(state, visit));
}

async function attempt(state: ParallelState, visit: StateVisit): Promise<Finished> {
  const { run, resumption } = visit;
  const input = await visit.language.branchInput(state, visit);
  const startedId = resumption?.startedId ?? visit.tell('ParallelStateStarted');
  const result = await runChildren(visit, {
    count: state.Branches.length,
    concurrency: Number.POSITIVE_INFINITY,
    startedId,
    run: (index, scope) => run.runMachine(state.Branches[index]!, input, scope, resumption?.children?.get(index)),
  });
  visit.tellBeside('ParallelStateSucceeded');
  visit.isDecided = true;
  return visit.language.finish(state, visit, checkedResult(result, visit.name));
}
