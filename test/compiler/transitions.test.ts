/** The way of success costs nothing extra: one billed transition for each call, and one for each Parallel and Map. */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WON } from '../../lib/compiler/emit/race.ts';
import { preparePlan } from '../../lib/compiler/prepare.ts';
import type { Json } from '../../lib/core/json.ts';
import type { HistoryEvent } from '../../lib/interpreter/history.ts';
import { builtInTools } from '../../lib/supply-chain/tools.ts';
import { toolRegistry } from '../../lib/tools/registry.ts';
import { type CompiledRun, runCompiled } from '../support/compiled-run.ts';
import { listLength, type RandomPlan, randomPlan } from '../support/random-plan.ts';
import { compile, planOf, runMachine, statesIn } from './machines.ts';

const runs = { numRuns: Number(process.env['STEPWEAVE_PROPERTY_RUNS'] ?? 200) };
const unfailing = randomPlan({ failures: false, scarce: true });

/** How many states of a type a run entered; each is a billed transition. */
function entered(history: readonly HistoryEvent[], type = ''): number {
  return history.filter((event) => event.type.endsWith(`${type}StateEntered`)).length;
}

/** By the generator's own account: an action once, a list once and once for each of its items. */
function callsOf(plan: RandomPlan): number {
  return plan.actions.reduce((sum, action) => sum + (action.items === undefined ? 1 : 1 + listLength(plan, action)), 0);
}

function parallelsIn({ compiled }: CompiledRun): number {
  return statesIn(compiled.definition).filter(([, { Type }]) => Type === 'Parallel').length;
}

function racesIn({ compiled }: CompiledRun): number {
  return statesIn(compiled.definition).filter(
    ([, state]) => state.Type === 'Parallel' && state.Catch?.some(({ ErrorEquals }) => ErrorEquals.includes(WON)),
  ).length;
}

function failsIn({ compiled }: CompiledRun): number {
  return statesIn(compiled.definition).filter(([, { Type }]) => Type === 'Fail').length;
}

describe('on the way of success a random plan', () => {
  it('enters a state for each call, each Parallel and each Map, and no other', () =>
    fc.assert(
      fc.asyncProperty(
        unfailing.filter(({ actions }) => actions.every(({ join }) => join === 'all')),
        async (plan) => {
          const run = await runCompiled(plan, 'STANDARD');

          expect(run.end.status).toBe('SUCCEEDED');
          expect(entered(run.history)).toBe(callsOf(plan) + parallelsIn(run));
        },
      ),
      runs,
    ));

  it('enters beside those only how a race ends, where it has races', () =>
    fc.assert(
      fc.asyncProperty(unfailing, async (plan) => {
        const run = await runCompiled(plan, 'STANDARD');

        const { history } = run;
        const [fails, choices, ends] = [
          entered(history, 'Fail'),
          entered(history, 'Choice'),
          entered(history, 'Succeed'),
        ];
        expect(run.end.status).toBe('SUCCEEDED');
        expect(fails).toBeGreaterThanOrEqual(Math.min(1, racesIn(run))); // one within another may be cut off
        expect(fails).toBeLessThanOrEqual(failsIn(run)); // and who wins at the same instant ends as well
        expect(choices).toBeLessThanOrEqual(plan.actions.filter(({ items }) => items !== undefined).length);
        expect(ends).toBeLessThanOrEqual(racesIn(run)); // one that ends its branch
        expect(entered(history) - fails - choices - ends).toBeLessThanOrEqual(callsOf(plan) + parallelsIn(run));
        if (racesIn(run) === 0) expect(entered(history)).toBe(callsOf(plan) + parallelsIn(run));
      }),
      runs,
    ));
});

/** What the tools of the examples return, as far as the examples look at it. */
const RESULTS: Record<string, Json> = {
  reorder: { lines: [{ item: 'A' }] },
  vendors: {
    ranking: Array.from({ length: 6 }, (_, rank) => ({ rank, on_time_rate: 0.5, supplier_code: `S${rank}` })),
  },
  finalists: { ranking: [{ supplier_code: 'S0' }] },
  orders: { purchase_orders: ['P1', 'P2', 'P3'] },
  late: { delayed_shipments: 1, delayed_value: 2 },
  risks: { items_at_risk: 3 },
  late_at_year_end: { delayed_shipments: 1 },
};

describe('on the way of success an example', () => {
  it.each([
    ['replenish', { calls: 9 + 3, maps: 1 }],
    ['scms-supplier-review', { calls: 3 + 2 + 6, maps: 2 }],
  ])('%s', async (name, { calls, maps }) => {
    const document = JSON.parse(readFileSync(`examples/${name}.json`, 'utf8'));
    const compiled = compile(preparePlan(document, toolRegistry(builtInTools)));

    const run = await runMachine(compiled, ({ id }) => RESULTS[id] ?? null);

    const parallels = statesIn(compiled.definition).filter(([, { Type }]) => Type === 'Parallel').length;
    expect(run.end.status).toBe('SUCCEEDED');
    expect(run.calls).toHaveLength(calls);
    expect(entered(run.history)).toBe(calls + maps + parallels);
  });
});

describe('a race', () => {
  it('costs its Parallel, its candidates and the end of the winner', async () => {
    const compiled = compile(planOf([{ id: 'a' }, { id: 'b' }, { id: 'first', join: 'any', depends_on: ['a', 'b'] }]));

    const { history } = await runMachine(compiled);

    expect(entered(history)).toBe(1 + 2 + 1 + 1);
  });

  it('costs a Choice more where a list wins', async () => {
    const compiled = compile(
      planOf([
        { id: 'a', for_each: [1, 2] },
        { id: 'first', join: 'any', depends_on: ['a'] },
      ]),
    );

    const { history } = await runMachine(compiled);

    expect(entered(history)).toBe(1 + (1 + 2) + 1 + 1 + 1);
  });
});
