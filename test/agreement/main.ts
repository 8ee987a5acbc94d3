/**
 * `npm run agree -- [PLANS] [SEED]`: random plans, each run by the direct engine and as its compiled machine on the virtual
 * clock. Prints how many agreed, or a plan that does not, made as small as possible.
 */
import * as fc from 'fast-check';
import { asDocument, type RandomPlan } from '../support/random-plan.ts';
import { ANY_PLAN, verdictOn } from './compare.ts';

const plans = wholeNumber(process.argv[2], 5000);
const seed = wholeNumber(process.argv[3], Date.now() % 2 ** 31);
const started = performance.now();
const counts = new Map<string, number>();

const property = fc.asyncProperty(ANY_PLAN, async (plan) => {
  for (const kind of kindsOf(plan)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const { disagreements, isWhole } = await verdictOn(plan);
  if (isWhole) counts.set('in everything', (counts.get('in everything') ?? 0) + 1);
  if (disagreements.length > 0) throw new Error(disagreements.join('\n'));
});
const outcome = await fc.check(property, { numRuns: plans, seed });
const seconds = ((performance.now() - started) / 1000).toFixed(1);
if (!outcome.failed) {
  const told = [...counts].sort().map(([kind, count]) => `${count} ${kind}`);
  console.log(`${outcome.numRuns} plans agree (${told.join(', ')}), seed ${seed}, ${seconds} s`);
} else {
  const [plan] = outcome.counterexample!;
  console.log(`plan ${outcome.numRuns} of seed ${seed} does not agree; as small as it could be made:`);
  console.log(JSON.stringify(asDocument(plan), null, 1));
  for (const { id, script } of plan.actions)
    console.log(`${id}: ${script.map(({ end, seconds: s }) => `${end} after ${s} s`).join(', ')}`);
  console.log(outcome.errorInstance instanceof Error ? outcome.errorInstance.message : outcome.errorInstance);
  process.exitCode = 1;
}

function kindsOf({ actions, onFailure, maxParallel, cap }: RandomPlan): string[] {
  return [
    `with ${onFailure}`,
    ...(actions.some(({ join }) => join === 'any') ? ['with a join'] : []),
    ...(actions.some(({ items }) => items !== undefined) ? ['with a list'] : []),
    ...(actions.some(({ when }) => when !== 'none') ? ['with a condition'] : []),
    ...(maxParallel !== undefined || cap !== undefined ? ['with scarce lanes'] : []),
  ];
}

function wholeNumber(text: string | undefined, otherwise: number): number {
  const number = text === undefined ? otherwise : Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`not a whole number above 0: ${text}\nusage: npm run agree -- [PLANS] [SEED]`);
  process.exit(2);
}
