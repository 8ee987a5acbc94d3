/** Direct, Standard and Express agree: a few hundred plans here, thousands by `npm run agree`. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ANY_PLAN, verdictOn } from './compare.ts';

const SEED = process.env['STEPWEAVE_PROPERTY_SEED'];

it('the three engines agree on random plans, and in everything where timing decides nothing', async () => {
  let [count, whole] = [0, 0];

  await fc.assert(
    fc.asyncProperty(ANY_PLAN, async (plan) => {
      const { disagreements, isWhole } = await verdictOn(plan);
      count += 1;
      whole += isWhole ? 1 : 0;
      expect(disagreements).toEqual([]);
    }),
    {
      numRuns: Number(process.env['STEPWEAVE_PROPERTY_RUNS'] ?? 300),
      ...(SEED !== undefined && { seed: Number(SEED) }),
    },
  );

  expect(whole / count).toBeGreaterThan(0.3); // else most of it would not be compared
}, 600_000);
