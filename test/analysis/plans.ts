/** Plans to analyse: by hand, and at random. */
import * as fc from 'fast-check';
import { type PreparedPlan, preparePlan } from '../../lib/compiler/prepare.ts';
import { toolRegistry } from '../../lib/tools/registry.ts';
import { type ToolSpec, toolSpecSchema } from '../../lib/tools/spec.ts';

type Fields = Record<string, unknown>;

/** A plan of `actions`, each of the tool `work` (2 s) unless it says otherwise. */
export function planOf(
  actions: Fields[],
  { tools = [], ...document }: Fields & { tools?: Fields[] } = {},
): PreparedPlan {
  const specs = [{ name: 'work', expected_seconds: 2 }, ...tools].map((tool): ToolSpec => toolSpecSchema.parse(tool));
  return preparePlan(
    { actions: actions.map((action) => ({ tool: 'work', ...action })), ...document },
    toolRegistry(specs),
  );
}

/** A plan with a race in it, conditions, lists, a fence, a conflict and something that is not awaited. */
export function replenishment(): PreparedPlan {
  return planOf(
    [
      { id: 'reorder', tool: 'calculate_reorder_points', input: { warehouse_code: 'WH001' } },
      { id: 'vendors', tool: 'rank_vendors' },
      { id: 'audit', tool: 'audit_orders' },
      {
        id: 'orders',
        tool: 'allocate_orders',
        input: { warehouse_code: 'WH001', lines: '$reorder.lines', ranking: '$vendors.ranking' },
        when: '$count($reorder.lines) > 0',
      },
      { id: 'quote_a', tool: 'ask_carrier', expected_seconds: 2 },
      { id: 'quote_b', tool: 'ask_carrier', expected_seconds: 4, depends_on: ['reorder'] },
      { id: 'quote', tool: 'accept_quote', join: 'any', depends_on: ['quote_a', 'quote_b'], input: '$winner' },
      { id: 'routes', tool: 'plan_route', for_each: '$orders.purchase_orders', input: '$item', mode: 'sync' },
      { id: 'notify', tool: 'notify_planner', mode: 'fire_and_forget', input: '$orders', priority: 2 },
    ],
    {
      name: 'replenish-wh001',
      settings: { max_parallel: 2 },
      tools: [
        { name: 'calculate_reorder_points', latency: 'fast', reads: ['inventory:{warehouse_code}'] },
        { name: 'rank_vendors', latency: 'medium' },
        { name: 'audit_orders', latency: 'medium', reads: ['orders'] },
        { name: 'allocate_orders', latency: 'medium', writes: ['orders'] },
        { name: 'plan_route', latency: 'fast', concurrency_cap: 3 },
        { name: 'ask_carrier' },
        { name: 'accept_quote', latency: 'fast' },
        { name: 'notify_planner', latency: 'fast' },
      ],
    },
  );
}

export interface RandomShape {
  races: boolean;
  limits: boolean;
}

const RESOURCES = ['stock', 'orders', 'orders:A'];

/** Plans of up to 12 actions with edges of every kind. Lists that are not literal refer to `$inputs.one`. */
export function randomPlan({ races, limits }: RandomShape): fc.Arbitrary<PreparedPlan> {
  const draft = fc.record({
    parents: fc.array(fc.nat(), { maxLength: 3 }),
    refers: fc.boolean(),
    mode: fc.constantFrom('async', 'async', 'async', 'async', 'sync', 'fire_and_forget'),
    join: races ? fc.constantFrom('all', 'any') : fc.constant('all'),
    items: fc.constantFrom('once', 'once', 'once', 'unknown', 0, 1, 3, 5),
    expected_seconds: fc.integer({ min: 1, max: 12 }).map((tenths) => tenths / 10),
    priority: fc.integer({ min: 0, max: 1 }),
    tool: fc.constantFrom('work', 'scarce'),
    reads: fc.subarray(RESOURCES, { maxLength: 1 }),
    writes: fc.oneof({ weight: 3, arbitrary: fc.constant<string[]>([]) }, fc.subarray(RESOURCES, { maxLength: 1 })),
  });
  const settings = limits
    ? fc.record({ parallel: fc.constantFrom(true, true, false), max_parallel: fc.integer({ min: 1, max: 4 }) })
    : fc.constant({});
  return fc
    .tuple(fc.array(draft, { minLength: 1, maxLength: 12 }), settings, fc.integer({ min: 1, max: 2 }))
    .map(([drafts, chosen, cap]) =>
      planOf(asActions(drafts), {
        settings: chosen,
        tools: [{ name: 'scarce', ...(limits && { concurrency_cap: cap }) }],
      }),
    );
}

interface Draft {
  parents: number[];
  refers: boolean;
  mode: string;
  join: string;
  items: number | string;
}

function asActions(drafts: readonly Draft[]): Fields[] {
  const awaitable: string[] = [];
  return drafts.map(({ parents, refers, join, items, ...rest }, index) => {
    const id = `a${index}`;
    const before = awaitable.length === 0 ? [] : [...new Set(parents.map((at) => awaitable[at % awaitable.length]!))];
    if (rest.mode !== 'fire_and_forget') awaitable.push(id);
    return {
      id,
      ...rest,
      join: before.length === 0 ? 'all' : join,
      ...(refers ? { input: before.map((other) => `$${other}`) } : { depends_on: before }),
      ...(items === 'unknown' && { for_each: '$inputs.one' }),
      ...(typeof items === 'number' && { for_each: Array.from({ length: items }, (_, item) => item) }),
    };
  });
}
