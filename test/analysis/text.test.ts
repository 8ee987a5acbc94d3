import * as fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { analysePlan } from '../../lib/analysis/analyse.ts';
import { analysisText, LEAST_WIDTH } from '../../lib/analysis/text.ts';
import { hostileAnalysis } from './hostile.ts';
import { planOf, replenishment } from './plans.ts';

describe('analysisText', () => {
  it('tells a plan at 80 columns', () => {
    const text = analysisText(analysePlan(replenishment()), { width: 80 });

    expect(text.replace(/\d+ bytes/, 'N bytes')).toBe(`\
replenish-wh001: 9 actions, 4 waves, critical path 11.0 s: vendors -> orders ->
  routes -> notify

wave  action   tool                      estimate   start     slack
   1  reorder  calculate_reorder_points     1.0 s   0.0 s     4.0 s
      vendors  rank_vendors                 5.0 s   0.0 s  critical
      audit    audit_orders                 5.0 s   0.0 s  critical
      quote_a  ask_carrier                  2.0 s   0.0 s     8.0 s
   2  orders   allocate_orders              5.0 s   5.0 s  critical
        needs reorder (data), vendors (data); after audit (conflict on orders)
        only when $count($reorder.lines) > 0
      quote_b  ask_carrier                  4.0 s   1.0 s     loses
        needs reorder (explicit)
        cancelled at 2.0 s, when quote_a wins
   3  quote    accept_quote                 1.0 s   2.0 s     8.0 s
        needs the first of quote_a (explicit), quote_b (explicit)
      routes   plan_route                   1.0 s  10.0 s  critical
        needs orders (data)
        for each item; all listed after it wait for it
   4  notify   notify_planner               1.0 s  11.0 s  critical
        needs orders (data); after routes (fence)
        not awaited; priority 2

one after another  24.0 s
wave by wave       13.0 s
in parallel        12.0 s  speed-up 2.00
compiled           15.0 s
calls at once, at most: 2 over all, 3 of plan_route; this costs 1.0 s
estimates, if every condition holds and no call fails

engine: standard
- calculate_reorder_points, rank_vendors, audit_orders and 5 others are not
  idempotent, and only the history of Standard tells for certain what was done
state machine: N bytes, 14 transitions, 66 events
Step Functions' price of a run: standard $0.00035, express $0.0000166, direct
  $0; what the functions cost comes on top

warnings
- routes: its list is known only at run time; it is counted as one item`);
  });

  it('tells the smallest plan', () => {
    const text = analysisText(analysePlan(planOf([{ id: 'only', expected_seconds: 0.04 }])), { width: 80 });

    expect(text.replace(/\d+ bytes/, 'N bytes')).toBe(`\
plan: 1 action, 1 wave, critical path 0.04 s: only

wave  action  tool  estimate  start     slack
   1  only    work    0.04 s  0.0 s  critical

one after another  0.04 s
wave by wave       0.04 s
in parallel        0.04 s  speed-up 1.00
compiled           0.04 s
nothing limits how many calls run at once
estimates, if every condition holds and no call fails

engine: standard
- work is not idempotent, and only the history of Standard tells for certain
  what was done
state machine: N bytes, 1 transition, 7 events
Step Functions' price of a run: standard $0.000025, express $0.0000011, direct
  $0; what the functions cost comes on top`);
  });

  it('leaves out the tool on a narrow terminal, and gives a long id a line of its own', () => {
    const plan = planOf([{ id: 'compare_the_offers_of_all_carriers_for_warehouse_WH001' }, { id: 'short' }]);

    const table = analysisText(analysePlan(plan), { width: 50 }).split('\n\n')[1];

    expect(table).toBe(`\
wave  action             estimate  start     slack
   1  compare_the_offers_of_all_carriers_for_wareh
      ouse_WH001
                            2.0 s  0.0 s  critical
      short                 2.0 s  0.0 s  critical`);
  });

  it('shortens what is long: paths, dependencies, warnings', () => {
    const chain = Array.from({ length: 30 }, (_, index) => ({
      id: `s${index}`,
      depends_on: Array.from({ length: index }, (_, before) => `s${before}`),
      for_each: '$inputs.list',
    }));

    const text = analysisText(analysePlan(planOf(chain)), { width: 240 });

    expect(text).toContain('s0 -> s1 -> s2 -> s3 -> s4 -> s5 -> (18 more) -> s24 -> s25 -> s26 -> s27 -> s28 -> s29\n');
    expect(text).toContain('needs s28 (explicit), s0 (explicit), s1 (explicit), ');
    expect(text).toContain(' s10 (explicit), 17 more\n');
    expect(text).toMatch(/- s19: .*\n- 10 more$/);
  });

  it('stays within its width and obeys no text of the plan', () => {
    const widths = fc.integer({ min: LEAST_WIDTH, max: 160 });
    fc.assert(
      fc.property(hostileAnalysis, widths, (analysis, width) => {
        const text = analysisText(analysis, { width });

        expect(text.split('\n').filter((line) => stringWidth(line) > width)).toEqual([]);
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      }),
      { numRuns: 300 },
    );
  });
});
