/** The figures of a state machine are what the interpreter does when nothing fails. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../lib/compiler/compile.ts';
import { footprintOf } from '../../lib/compiler/footprint.ts';
import type { HistoryEvent } from '../../lib/interpreter/history.ts';
import { runCompiled } from '../support/compiled-run.ts';
import { type RandomPlan, randomPlan } from '../support/random-plan.ts';
import { planOf } from './plans.ts';

/** Every call succeeds and takes the 5 s that it is estimated to; the length of every list is known. */
const unfailing = randomPlan({ failures: false, scarce: true }).map(
  (plan): RandomPlan => ({
    ...plan,
    actions: plan.actions.map((action) => ({
      ...action,
      listFrom: 'literal',
      script: [{ end: 'ok', seconds: 5 }],
    })),
  }),
);

/** Two of them would win a race at the same instant, and both end it. */
function withoutEmptyLists(plan: RandomPlan): RandomPlan {
  return {
    ...plan,
    actions: plan.actions.map((action) => ({ ...action, items: action.items === 0 ? 1 : action.items })),
  };
}

function isWithoutJoins({ actions }: RandomPlan): boolean {
  return actions.every(({ join }) => join === 'all');
}

function enteredIn(history: readonly HistoryEvent[]): number {
  return history.filter(({ type }) => type.endsWith('StateEntered')).length;
}

const runs = { numRuns: Number(process.env['STEPWEAVE_PROPERTY_RUNS'] ?? 200) };

describe('the footprint of a machine', () => {
  it('is what a run enters, records and takes, where nothing races', () =>
    fc.assert(
      fc.asyncProperty(unfailing.filter(isWithoutJoins), async (random) => {
        const { plan, compiled, history, end } = await runCompiled(random, 'STANDARD');

        const { transitions, events, ms } = footprintOf(compiled, plan);
        expect(end.status).toBe('SUCCEEDED');
        expect({ transitions, events, ms }).toEqual({
          transitions: enteredIn(history),
          events: history.length,
          ms: history.at(-1)!.timestamp - history[0]!.timestamp,
        });
      }),
      runs,
    ));

  it('is at least that much with races, whose losers may not come far', () =>
    fc.assert(
      fc.asyncProperty(unfailing.map(withoutEmptyLists), async (random) => {
        const { plan, compiled, history, end } = await runCompiled(random, 'STANDARD');

        const { transitions, events, ms } = footprintOf(compiled, plan);
        expect(end.status).toBe('SUCCEEDED');
        // Several that succeed at the very same instant all enter the state in which one of them wins.
        const wins = history.filter(({ type }) => type === 'FailStateEntered').length;
        expect(transitions + wins).toBeGreaterThanOrEqual(enteredIn(history));
        expect(events + wins).toBeGreaterThanOrEqual(history.length);
        expect(ms).toBe(history.at(-1)!.timestamp - history[0]!.timestamp);
      }),
      runs,
    ));

  it('counts a list that is known only at run time as one item', () => {
    const plan = planOf([{ id: 'a' }, { id: 'b', for_each: '$a' }]);

    const { transitions, events, ms } = footprintOf(compilePlan(plan, { type: 'STANDARD' }), plan);

    expect({ transitions, events, ms }).toEqual({ transitions: 3, events: 2 + 5 + 4 + 2 + 5, ms: 4000 });
  });

  it('runs at most forty items of a list at once', () => {
    const plan = planOf([{ id: 'a', for_each: Array.from({ length: 81 }, (_, item) => item) }]);

    expect(footprintOf(compilePlan(plan, { type: 'STANDARD' }), plan).ms).toBe(6000);
  });
});
