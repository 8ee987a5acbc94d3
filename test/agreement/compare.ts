/** Runs one random plan three ways and says where they differ. */
import * as fc from 'fast-check';
import { type CompiledRun, readAsExpress, readAsStandard, runCompiled } from '../support/compiled-run.ts';
import { type RandomPlan, randomPlan } from '../support/random-plan.ts';
import { runOnVirtualClock, type TracedRun } from '../support/virtual-run.ts';
import { type Comparison, compare } from './agreement.ts';
import { callProblems, differentCalls } from './calls.ts';

const SHAPE = { failures: true, scarce: true, limited: true, maxActions: 12 };

/** Plans of all kinds; half of them with expressions of all kinds, of which much fails. */
export const ANY_PLAN: fc.Arbitrary<RandomPlan> = fc.oneof(randomPlan(SHAPE), randomPlan({ ...SHAPE, rich: true }));

/** Of one plan. */
export interface Verdict {
  /** Sentences; none if direct, Standard and Express agree. */
  disagreements: string[];
  /** Whether timing decided nothing, so that everything was compared. */
  isWhole: boolean;
}

export async function verdictOn(plan: RandomPlan): Promise<Verdict> {
  const direct = await runOnVirtualClock(plan);
  const standard = await runCompiled(plan, 'STANDARD');
  const verdicts = [
    { engine: 'standard', ...ofEngine(plan, direct, standard, compareWith(await readAsStandard(standard))) },
  ];
  // What was done before a run was stopped is lost with an Express execution.
  if (plan.onFailure === 'continue') {
    const express = await runCompiled(plan, 'EXPRESS');
    verdicts.push({ engine: 'express', ...ofEngine(plan, direct, express, compareWith(await readAsExpress(express))) });
  }
  return {
    disagreements: verdicts.flatMap(({ engine, problems }) => problems.map((told) => `direct and ${engine}: ${told}`)),
    isWhole: verdicts.every(({ isWhole }) => isWhole),
  };

  function compareWith(other: Parameters<typeof compare>[2]): Comparison {
    return compare(plan, direct.run, other);
  }
}

function ofEngine(plan: RandomPlan, direct: TracedRun, { calls }: CompiledRun, comparison: Comparison) {
  const { differences, comparable } = comparison;
  return {
    problems: [...differences, ...callProblems(plan, calls), ...differentCalls(comparable, direct.calls, calls)],
    isWhole: comparable.length === plan.actions.length,
  };
}
