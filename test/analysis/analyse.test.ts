import { describe, expect, it } from 'vitest';
import { analysePlan } from '../../lib/analysis/analyse.ts';
import type { AnalysedAction } from '../../lib/analysis/analysis.ts';
import { planOf, replenishment } from './plans.ts';

/** `id start-finish (slack)`, in seconds; `L` for who loses a race. */
function times(actions: readonly AnalysedAction[]): string[] {
  return actions.map((action) => {
    const slack = action.loses_to === null ? action.slack_seconds : `loses to ${action.loses_to}`;
    return `${action.id} ${action.earliest_start_seconds}-${action.earliest_finish_seconds} (${slack})`;
  });
}

describe('analysePlan', () => {
  it('tells everything about a small plan', () => {
    const plan = planOf(
      [
        { id: 'stock', tool: 'read_stock', input: { warehouse: 'WH001' } },
        { id: 'tally', expected_seconds: 0.5, reads: ['stock:WH001'] },
        {
          id: 'order',
          tool: 'order_parts',
          input: { warehouse: 'WH001', part: '$item', stock: '$stock' },
          depends_on: ['tally'],
          when: '$stock.low',
          for_each: ['bolt', 'nut'],
          priority: 1,
        },
      ],
      {
        name: 'restock',
        settings: { max_parallel: 4 },
        tools: [
          { name: 'read_stock', latency: 'fast', reads: ['stock:{warehouse}'] },
          { name: 'order_parts', expected_seconds: 1.5, writes: ['stock:{warehouse}'], concurrency_cap: 3 },
        ],
      },
    );

    const analysis = analysePlan(plan);

    expect(analysis).toEqual({
      name: 'restock',
      actions: [
        {
          id: 'stock',
          tool_name: 'read_stock',
          type: 'tool',
          estimated_seconds: 1,
          wave: 1,
          earliest_start_seconds: 0,
          earliest_finish_seconds: 1,
          slack_seconds: 0,
          on_critical_path: true,
          loses_to: null,
          mode: 'async',
          join: 'all',
          when: null,
          for_each: null,
          lanes: { items_in_order: false, concurrency_cap: null, priority: 0 },
          reads: ['stock:WH001'],
          writes: [],
        },
        {
          id: 'tally',
          tool_name: 'work',
          type: 'tool',
          estimated_seconds: 0.5,
          wave: 1,
          earliest_start_seconds: 0,
          earliest_finish_seconds: 0.5,
          slack_seconds: 0.5,
          on_critical_path: false,
          loses_to: null,
          mode: 'async',
          join: 'all',
          when: null,
          for_each: null,
          lanes: { items_in_order: false, concurrency_cap: null, priority: 0 },
          reads: ['stock:WH001'],
          writes: [],
        },
        {
          id: 'order',
          tool_name: 'order_parts',
          type: 'tool',
          estimated_seconds: 1.5,
          wave: 2,
          earliest_start_seconds: 1,
          earliest_finish_seconds: 4,
          slack_seconds: 0,
          on_critical_path: true,
          loses_to: null,
          mode: 'async',
          join: 'all',
          when: '$stock.low',
          for_each: { items: 2 },
          lanes: { items_in_order: true, concurrency_cap: 3, priority: 1 },
          reads: [],
          writes: ['stock:WH001'],
        },
      ],
      edges: [
        { from: 'stock', to: 'order', kinds: ['data', 'conflict'], resource: 'stock:WH001', redundant: false },
        { from: 'tally', to: 'order', kinds: ['explicit', 'conflict'], resource: 'stock:WH001', redundant: false },
      ],
      waves: [['stock', 'tally'], ['order']],
      critical_path: { ids: ['stock', 'order'], seconds: 4 },
      sequential_seconds: 4.5,
      parallel_seconds: 4,
      wave_seconds: 4,
      speedup: 1.13,
      max_parallel: 4,
      compiled_seconds: 4,
      engine: {
        engine: 'standard',
        reasons: [
          'read_stock, work and order_parts are not idempotent, and only the history of Standard tells for certain what was done',
        ],
      },
      state_machine: {
        type: 'STANDARD',
        definition_bytes: expect.any(Number),
        transitions: 1 + 2 + (1 + 2),
        history_events: 2 + 4 + 2 * 5 + (4 + 2 * 7),
      },
      price_per_run_usd: { standard: 0.00015, express: 0.000005167, direct: 0 },
      warnings: [],
    });
  });

  it('adds up fractions exactly', () => {
    const plan = planOf([
      { id: 'a', expected_seconds: 0.1 },
      { id: 'b', expected_seconds: 0.2, depends_on: ['a'] },
      { id: 'c', expected_seconds: 0.3 },
    ]);

    const { actions, parallel_seconds } = analysePlan(plan);

    expect(actions.map(({ slack_seconds }) => slack_seconds)).toEqual([0, 0, 0]);
    expect(parallel_seconds).toBe(0.3);
  });

  it('puts an action in the wave after the last of what it waits for, whatever the reason', () => {
    const { waves, critical_path, wave_seconds } = analysePlan(replenishment());

    expect(waves).toEqual([
      ['reorder', 'vendors', 'audit', 'quote_a'],
      ['orders', 'quote_b'],
      ['quote', 'routes'],
      ['notify'],
    ]);
    expect(critical_path).toEqual({ ids: ['vendors', 'orders', 'routes', 'notify'], seconds: 11 });
    expect(wave_seconds).toBe(13); // with two lanes: 5 + 2, then 5, then 1, then nothing
  });
});

describe('a list', () => {
  it('has as many calls as it has items, side by side', () => {
    const { sequential_seconds, parallel_seconds } = analysePlan(planOf([{ id: 'a', for_each: [1, 2, 3] }]));

    expect([sequential_seconds, parallel_seconds]).toEqual([6, 2]);
  });

  it('counts literal elements, references among them', () => {
    const plan = planOf([{ id: 'a' }, { id: 'b', for_each: ['$a.x', '$a.y', 'z'] }]);

    expect(analysePlan(plan).actions[1]!.for_each).toEqual({ items: 3 });
  });

  it('runs item by item when it writes', () => {
    const { parallel_seconds } = analysePlan(planOf([{ id: 'a', for_each: [1, 2, 3], writes: ['stock'] }]));

    expect(parallel_seconds).toBe(6);
  });

  it('takes no time when it is empty', () => {
    const { parallel_seconds, speedup } = analysePlan(planOf([{ id: 'a', for_each: [] }]));

    expect([parallel_seconds, speedup]).toEqual([0, 1]);
  });

  it('counts as one item when only the run can tell, and says so', () => {
    const { actions, parallel_seconds, warnings } = analysePlan(planOf([{ id: 'a', for_each: '$inputs.orders' }]));

    expect(actions[0]!.for_each).toEqual({ items: null });
    expect(parallel_seconds).toBe(2);
    expect(warnings).toEqual(['a: its list is known only at run time; it is counted as one item']);
  });
});

describe('limits on how many calls run at once', () => {
  const three = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];

  it('hold over all calls', () => {
    const { parallel_seconds, max_parallel } = analysePlan(planOf(three, { settings: { max_parallel: 2 } }));

    expect([parallel_seconds, max_parallel]).toEqual([4, 2]);
  });

  it('hold for the calls of one tool', () => {
    const tools = [{ name: 'scarce', expected_seconds: 2, concurrency_cap: 1 }];
    const scarce = three.map((action) => ({ ...action, tool: 'scarce' }));

    const { parallel_seconds, critical_path } = analysePlan(planOf(scarce, { tools }));

    expect([parallel_seconds, critical_path.seconds]).toEqual([6, 2]);
  });

  it('leave one lane when the plan is not parallel', () => {
    const { parallel_seconds, max_parallel, speedup } = analysePlan(planOf(three, { settings: { parallel: false } }));

    expect([parallel_seconds, max_parallel, speedup]).toEqual([6, 1, 1]);
  });

  it('give way to the longest chain first', () => {
    const plan = planOf([{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd', depends_on: ['c'] }], {
      settings: { max_parallel: 2 },
    });

    expect(analysePlan(plan).parallel_seconds).toBe(4); // c and a, then d and b
  });

  it('give way to priority before the longest chain', () => {
    const plan = planOf(
      [{ id: 'a', priority: 1 }, { id: 'b', priority: 1 }, { id: 'c' }, { id: 'd', depends_on: ['c'] }],
      {
        settings: { max_parallel: 2 },
      },
    );

    expect(analysePlan(plan).parallel_seconds).toBe(6); // a and b, then c, then d
  });

  it('hold for the items of a list', () => {
    const plan = planOf([{ id: 'a', for_each: [1, 2, 3, 4, 5] }], { settings: { max_parallel: 2 } });

    expect(analysePlan(plan).parallel_seconds).toBe(6);
  });
});

describe('a race', () => {
  it('is over when its first candidate ends: the others and what leads only to them are cancelled', () => {
    const plan = planOf([
      { id: 'slow', expected_seconds: 9 },
      { id: 'slower', depends_on: ['slow'] },
      { id: 'fast', expected_seconds: 3 },
      { id: 'first', join: 'any', depends_on: ['slower', 'fast'] },
    ]);

    const { actions, critical_path } = analysePlan(plan);

    expect(times(actions)).toEqual([
      'slow 0-3 (loses to fast)',
      'slower 3-3 (loses to fast)',
      'fast 0-3 (0)',
      'first 3-5 (0)',
    ]);
    expect(critical_path).toEqual({ ids: ['fast', 'first'], seconds: 5 });
  });

  it('frees what waited for a loser', () => {
    const plan = planOf([
      { id: 'slow', expected_seconds: 9, writes: ['stock'] },
      { id: 'fast', expected_seconds: 3 },
      { id: 'first', join: 'any', depends_on: ['slow', 'fast'] },
      { id: 'tally', expected_seconds: 4, reads: ['stock'] },
    ]);

    const { actions, critical_path } = analysePlan(plan);

    expect(times(actions)).toEqual(['slow 0-3 (loses to fast)', 'fast 0-3 (0)', 'first 3-5 (2)', 'tally 3-7 (0)']);
    expect(critical_path).toEqual({ ids: ['fast', 'tally'], seconds: 7 });
  });

  it('waits for all candidates when another action needs one, and says so', () => {
    const plan = planOf([
      { id: 'slow', expected_seconds: 9 },
      { id: 'fast', expected_seconds: 3 },
      { id: 'first', join: 'any', depends_on: ['slow', 'fast'] },
      { id: 'report', depends_on: ['fast'] },
    ]);

    const { actions, warnings } = analysePlan(plan);

    expect(times(actions)).toEqual(['slow 0-9 (0)', 'fast 0-3 (6)', 'first 9-11 (0)', 'report 3-5 (6)']);
    expect(warnings).toEqual(['first waits for all of its candidates, because fast is required elsewhere too']);
  });
});

describe('what is not awaited', () => {
  it('takes no time', () => {
    const plan = planOf([{ id: 'a' }, { id: 'tell', mode: 'fire_and_forget', depends_on: ['a'] }]);

    const { actions, sequential_seconds } = analysePlan(plan);

    expect(times(actions)).toEqual(['a 0-2 (0)', 'tell 2-2 (0)']);
    expect(sequential_seconds).toBe(2);
  });
});

describe('warnings', () => {
  it('begin with those of the plan', () => {
    const plan = planOf([{ id: 'a', retry: { max_attempts: 2 }, for_each: '$inputs.list' }]);

    const { warnings } = analysePlan(plan);

    expect(warnings).toEqual([...plan.warnings, 'a: its list is known only at run time; it is counted as one item']);
    expect(plan.warnings).toHaveLength(1);
  });

  it('tell of an estimate beyond the timeout, which then counts', () => {
    const { actions, warnings } = analysePlan(planOf([{ id: 'a', expected_seconds: 1e300, timeout_seconds: 20 }]));

    expect(actions[0]!.estimated_seconds).toBe(20);
    expect(warnings).toEqual(['a: its estimate of 1e+300 s is longer than its timeout of 20 s, which counts instead']);
  });

  it('tell of the limits of Step Functions that the plan is over', () => {
    const plan = planOf([{ id: 'a', for_each: Array.from({ length: 4000 }, (_, item) => item) }]);

    const { engine, warnings } = analysePlan(plan);

    expect(engine.engine).toBe('standard');
    expect(warnings).toEqual([
      'actions: a Standard execution of it has more events than its history can hold (got 28006 events, if no call fails; allowed: at most 25000)',
    ]);
  });

  it('tell of a run that will not end in time', () => {
    const { warnings } = analysePlan(planOf([{ id: 'a' }], { settings: { timeout_seconds: 1 } }));

    expect(warnings).toEqual(['the plan is estimated to take 2 s, longer than its limit of 1 s']);
  });
});
