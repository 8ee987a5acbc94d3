/** Runs one random plan three ways and says where they differ. */

import { readAsExpress, readAsStandard, runCompiled } from '../support/compiled-run.ts';
import type { RandomPlan } from '../support/random-plan.ts';
import { runOnVirtualClock } from '../support/virtual-run.ts';
import { differences } from './agreement.ts';

/** Sentences; none if direct, Standard and Express agree. */
export async function disagreements(plan: RandomPlan): Promise<string[]> {
  const { run: direct } = await runOnVirtualClock(plan);
  const standard = differences(plan, direct, await readAsStandard(await runCompiled(plan, 'STANDARD')));
  // What was done before a run was stopped is lost with an Express execution.
  const express =
    plan.onFailure === 'stop' ? [] : differences(plan, direct, await readAsExpress(await runCompiled(plan, 'EXPRESS')));
  return [
    ...standard.map((told) => `direct and standard: ${told}`),
    ...express.map((told) => `direct and express: ${told}`),
  ];
}
