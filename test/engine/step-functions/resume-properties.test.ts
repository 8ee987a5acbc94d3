/** A run in which something failed, continued once nothing fails any more, ends as one in which nothing failed. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { preparePlan } from '../../../lib/compiler/prepare.ts';
import type { RunRecord } from '../../../lib/engine/records.ts';
import { continuationOf } from '../../../lib/engine/resume.ts';
import { wouldRunAgain } from '../../../lib/engine/step-functions/redrive.ts';
import { Races } from '../../agreement/races.ts';
import { readAsExpress, readAsStandard, runCompiled } from '../../support/compiled-run.ts';
import { asDocument, type RandomPlan, randomPlan } from '../../support/random-plan.ts';
import { type RunOptions, randomTools, runOnVirtualClock, type TracedCall } from '../../support/virtual-run.ts';

const numRuns = Number(process.env['STEPWEAVE_PROPERTY_RUNS'] ?? 100);

interface Ended {
  run: RunRecord;
  calls: readonly TracedCall[];
}

type Runner = (plan: RandomPlan, options?: RunOptions) => Promise<Ended>;

const direct: Runner = (plan, options) => runOnVirtualClock(plan, options);
const standard: Runner = async (plan, options) => {
  const compiled = await runCompiled(plan, 'STANDARD', options);
  return { run: await readAsStandard(compiled), calls: compiled.calls };
};
const express: Runner = async (plan, options) => {
  const compiled = await runCompiled(plan, 'EXPRESS', options);
  return { run: await readAsExpress(compiled), calls: compiled.calls };
};

/** A fallback that stood in is a result, which a run that is continued keeps. */
const plans = randomPlan({ failures: true, scarce: true, limited: true, maxActions: 10 }).map((plan) => ({
  ...plan,
  actions: plan.actions.map((action) => ({ ...action, fallback: false })),
}));

function healed(plan: RandomPlan): RandomPlan {
  const script = [{ end: 'ok' as const, seconds: 0.5 }];
  return { ...plan, timeoutSeconds: undefined, actions: plan.actions.map((action) => ({ ...action, script })) };
}

function isWhole(plan: RandomPlan, run: RunRecord): boolean {
  try {
    continuationOf(preparePlan(asDocument(plan), randomTools(plan.cap)), run);
    return false;
  } catch {
    return true;
  }
}

async function expectUnfailing(plan: RandomPlan, run: RunRecord): Promise<void> {
  const unfailing = await direct(healed(plan));
  expect(run.status).toBe(unfailing.run.status);
  const races = new Races(plan);
  for (const { id } of plan.actions) {
    if (races.has(id) || races.dependOnRace(id)) continue;
    const [one, other] = [run, unfailing.run].map(({ records }) => records.find((it) => it.id === id)!);
    expect([id, one!.status, one!.result, one!.reason]).toEqual([id, other!.status, other!.result, other!.reason]);
  }
}

it.each([
  ['direct', direct, direct],
  ['standard', standard, standard],
  ['express', express, express],
  ['direct, then standard', direct, standard],
  ['express, then direct', express, direct],
])(
  'on %s',
  async (_, begin, goOn) => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const first = await begin(plan);
        if (isWhole(plan, first.run)) return;
        const kept = first.run.records.filter(({ success }) => success);

        const resumed = await goOn(healed(plan), { resume: first.run });

        expect(resumed.run.run_id).toBe(first.run.run_id);
        await expectUnfailing(plan, resumed.run);
        for (const record of kept) {
          expect(resumed.run.records.find(({ id }) => id === record.id)).toEqual(record);
          expect(resumed.calls.map(({ id }) => id)).not.toContain(record.id);
        }
        for (const { identity, id } of resumed.calls) expect(identity).toContain(` run ${id} run:${id}`);
      }),
      { numRuns },
    );
  },
  300_000,
);

it('on standard, when the execution that failed is redriven', async () => {
  const stopping = plans.map((plan) => ({ ...plan, onFailure: 'stop' as const, timeoutSeconds: undefined }));
  let redriven = 0;

  await fc.assert(
    fc.asyncProperty(stopping, async (plan) => {
      const first = await runCompiled(plan, 'STANDARD');
      const before = await readAsStandard(first);
      const last = first.history.toReversed().map((event) => ({ ...event, timestamp: new Date(event.timestamp) }));
      if (first.end.status !== 'FAILED' || !wouldRunAgain(first.plan, before, last)) return;
      redriven += 1;

      const second = await runCompiled(healed(plan), 'STANDARD', { redrive: first });

      const run = await readAsStandard(second);
      await expectUnfailing(plan, run);
      for (const record of before.records.filter(({ success }) => success)) {
        expect(run.records.find(({ id }) => id === record.id)).toEqual(record);
        expect(second.calls.map(({ id }) => id)).not.toContain(record.id);
      }
    }),
    { numRuns },
  );

  expect(redriven).toBeGreaterThan(numRuns / 10);
}, 300_000);
