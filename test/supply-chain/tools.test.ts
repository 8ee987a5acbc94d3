import { beforeAll, describe, expect, it } from 'vitest';
import { handler as inventory } from '../../lambdas/inventory/index.ts';
import { handler as logistics } from '../../lambdas/logistics/index.ts';
import { handler as supplier } from '../../lambdas/supplier/index.ts';
import { ensureSampleData } from '../../lib/supply-chain/sample/ensure.ts';
import { builtInTools } from '../../lib/supply-chain/tools.ts';
import { callTool, localStores } from './support.ts';

describe('the tools', () => {
  it('have specs that a model can act on: closed inputs, every field described', () => {
    expect(builtInTools.map(({ name }) => name)).toHaveLength(10);
    for (const { name, description, input_schema, function: served } of builtInTools) {
      const schema = input_schema as {
        additionalProperties?: unknown;
        properties: Record<string, { description?: string }>;
      };
      expect(description.length, name).toBeGreaterThan(30);
      expect(served).toMatch(/^stepweave-(inventory|logistics|supplier)$/);
      expect(schema.additionalProperties, name).toBe(false);
      const silent = Object.entries(schema.properties).filter(([, property]) => property.description === undefined);
      expect(silent, name).toEqual([]);
    }
  });
});

describe('the tools on the sample data', () => {
  const databases = localStores();
  beforeAll(async () => {
    await ensureSampleData(await databases.store());
  });

  it('hand their results to one another as in the plan of a replenishment', async () => {
    const reorder = await callTool(inventory, 'calculate_reorder_points', { warehouse_code: 'WH001' });
    const vendors = await callTool(supplier, 'analyze_supplier_performance', { category: 'all' });
    const orders = await callTool(supplier, 'allocate_orders', { lines: reorder.lines, ranking: vendors.ranking });
    const routes = [];
    for (const order of orders.purchase_orders) {
      routes.push(await callTool(logistics, 'optimize_delivery_routes', { order }));
    }
    const note = await callTool(logistics, 'notify_planner', { orders });

    expect(reorder.lines.length).toBeGreaterThan(5);
    expect(vendors.ranking.map(({ rank }: { rank: number }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(orders.lines_allocated).toBe(reorder.lines.length);
    for (const [index, order] of orders.purchase_orders.entries()) {
      const { order: of, total_load, vehicle_capacity, routes: vehicles } = routes[index];
      expect(of.supplier_code).toBe(order.supplier_code);
      expect(total_load + of.left_at_warehouse_kg).toBeCloseTo(of.order_kg, 0);
      for (const { load } of vehicles) expect(load).toBeLessThanOrEqual(vehicle_capacity);
    }
    expect(note).toMatchObject({ order_count: orders.purchase_orders.length, total_value: orders.total_value });
  });

  it('answer fast', async () => {
    const took = async (call: () => Promise<unknown>) => {
      const started = performance.now();
      await call();
      return performance.now() - started;
    };

    expect(await took(() => callTool(inventory, 'calculate_reorder_points', { warehouse_code: 'WH002' }))).toBeLessThan(
      1000,
    );
    expect(await took(() => callTool(inventory, 'identify_stockout_risk', { warehouse_code: 'WH002' }))).toBeLessThan(
      1000,
    );
    expect(await took(() => callTool(supplier, 'analyze_supplier_performance', {}))).toBeLessThan(1000);
    expect(await took(() => callTool(logistics, 'optimize_delivery_routes', { warehouse_code: 'WH002' }))).toBeLessThan(
      1500,
    );
  });

  it('count the open shipments in the risk of running out', async () => {
    const { risks } = await callTool(inventory, 'identify_stockout_risk', {
      warehouse_code: 'WH001',
      minimum_probability: 0,
    });

    const probabilities = risks.map(({ probability }: { probability: number }) => probability);
    expect(risks.length).toBe(24);
    expect(probabilities).toEqual(probabilities.toSorted((a: number, b: number) => b - a));
    expect(risks.some(({ inbound }: { inbound: number }) => inbound > 0)).toBe(true);
  });

  it('rank within a category, and list the categories when there is no such one', async () => {
    const climate = await callTool(supplier, 'analyze_supplier_performance', { category: 'climate' });
    const refused = await supplier({ tool_name: 'analyze_supplier_performance', input: { category: 'boats' } });

    expect(climate.ranking.map(({ supplier_code }: { supplier_code: string }) => supplier_code).sort()).toEqual([
      'SUP003',
      'SUP006',
      'SUP007',
    ]);
    expect(refused).toMatchObject({ success: false, error_type: 'unknown_category', retryable: false });
    expect(refused).toMatchObject({ error: expect.stringContaining('climate, electronics, packaging') });
  });

  it('compare landed costs with freight and minimum quantities', async () => {
    const lines = [{ item_code: 'IT021', quantity: 10 }];

    const { suppliers, cheapest } = await callTool(supplier, 'compare_supplier_costs', { lines });

    expect(suppliers.map(({ complete }: { complete: boolean }) => complete)).toEqual([true, true, true]);
    for (const { lines: costs, landed_cost, goods_cost, freight_cost, in_transit_cost, freight_basis } of suppliers) {
      expect(costs[0].quantity).toBeGreaterThan(10);
      expect(landed_cost).toBeCloseTo(goods_cost + freight_cost + in_transit_cost, 1);
      expect(freight_basis).toBe('deliveries');
    }
    expect(cheapest[0].supplier_code).toBe(suppliers[0].supplier_code);
  });

  it('find the shipments that are open and late', async () => {
    const all = await callTool(logistics, 'identify_delayed_shipments', {});
    const one = await callTool(logistics, 'identify_delayed_shipments', { warehouse_code: 'WH001' });

    expect(all).toMatchObject({ as_of: '2025-12-28', delayed_shipments: all.delayed.length });
    expect(all.delayed.every(({ days_late }: { days_late: number }) => days_late > 0)).toBe(true);
    expect(one.delayed_shipments).toBeLessThan(all.delayed_shipments);
  });

  it('plan routes for stops that the caller gives, and say what does not fit', async () => {
    const stops = [
      { stop_code: 'A', demand: 4, x: 0, y: 10 },
      { stop_code: 'B', demand: 3, x: 0, y: 20 },
      { stop_code: 'C', demand: 9, x: 5, y: 5 },
    ];

    const plan = await callTool(logistics, 'optimize_delivery_routes', {
      stops,
      depot: { x: 0, y: 0 },
      vehicle_capacity: 8,
    });

    expect(plan).toMatchObject({ vehicles_used: 1, total_distance: 40, stops_served: 2, distance_unit: 'units' });
    expect(plan.unserved).toEqual([{ stop_code: 'C', load: 9, reason: 'its load exceeds the capacity of a vehicle' }]);
  });

  it('place orders once, count them as on order, and refuse other goods under the same key', async () => {
    const ask = { warehouse_code: 'WH003', item_codes: ['IT001', 'IT002', 'IT003'], service_level: 0.99 };
    const before = await callTool(inventory, 'calculate_reorder_points', ask);
    const order = {
      supplier_code: 'SUP001',
      warehouse_code: 'WH003',
      lines: [{ item_code: 'IT001', quantity: 5000, unit_price: 2 }],
    };

    const first = await callTool(supplier, 'place_purchase_orders', { orders: [order] });
    const second = await callTool(supplier, 'place_purchase_orders', { orders: [order] });
    const other = await supplier({
      tool_name: 'place_purchase_orders',
      input: { order: { ...order, lines: [{ item_code: 'IT002', quantity: 1 }] } },
      idempotency_key: 'run-1/action-1',
    });
    const after = await callTool(inventory, 'calculate_reorder_points', ask);

    expect([first.placed[0].repeated, second.placed[0].repeated]).toEqual([false, true]);
    expect(second.placed[0].order_id).toBe(first.placed[0].order_id);
    expect(first.total_value).toBe(10_000);
    expect(other).toMatchObject({ success: false, error_type: 'idempotency_conflict', retryable: false });
    const onOrder = (result: typeof before) =>
      result.items.find(({ item_code }: { item_code: string }) => item_code === 'IT001').on_order;
    expect(onOrder(after) - onOrder(before)).toBe(5000);
  });

  it('reserve different docks for different orders, and the same ones for the same request', async () => {
    const order = {
      supplier_code: 'SUP001',
      warehouse_code: 'WH004',
      lead_time_days: 3,
      lines: [{ item_code: 'IT001', quantity: 1 }],
    };
    const input = { warehouse_code: 'WH004', orders: Array.from({ length: 5 }, () => order) };

    const first = await callTool(logistics, 'reserve_dock_slots', input, 'run-a');
    const repeat = await callTool(logistics, 'reserve_dock_slots', input, 'run-a');
    const other = await callTool(logistics, 'reserve_dock_slots', input, 'run-b');

    const slots = (result: typeof first) =>
      result.reservations.map(
        ({ date, hour, dock }: { date: string; hour: number; dock: number }) => `${date} ${hour} ${dock}`,
      );
    expect(slots(first)).toEqual([
      '2025-12-31 7 1',
      '2025-12-31 7 2',
      '2025-12-31 7 3',
      '2025-12-31 8 1',
      '2025-12-31 8 2',
    ]);
    expect(slots(repeat)).toEqual(slots(first));
    expect(new Set([...slots(first), ...slots(other)]).size).toBe(10);
  });

  it('write nothing that they could not recognise again', async () => {
    const refused = await logistics({ tool_name: 'notify_planner', input: { message: 'hello' } });

    expect(refused).toMatchObject({ success: false, error_type: 'no_reference' });
  });

  it('leave one note however often they are asked to', async () => {
    const input = { message: 'The Lyon docks are full.', reference: 'docks-2025-12-28' };

    const first = await callTool(logistics, 'notify_planner', input, 'run-1');
    const second = await callTool(logistics, 'notify_planner', input, 'run-2');

    expect([first.repeated, second.repeated]).toEqual([false, true]);
    expect(second.note_id).toBe(first.note_id);
  });

  it('list the warehouses when there is no such one, and refuse fields that they do not know', async () => {
    const unknown = await inventory({ tool_name: 'calculate_reorder_points', input: { warehouse_code: 'WH9' } });
    const typo = await inventory({
      tool_name: 'identify_stockout_risk',
      input: { warehouse_code: 'WH001', horizon: 3 },
    });

    expect(unknown).toMatchObject({ error_type: 'unknown_warehouse', error: expect.stringContaining('WH001, WH002') });
    expect(typo).toMatchObject({ error_type: 'invalid_input', error: expect.stringContaining('horizon') });
  });
});

describe('the tools on an empty store', () => {
  const databases = localStores();
  beforeAll(async () => {
    await databases.store();
  });

  it('answer with nothing where that is an answer', async () => {
    const vendors = await callTool(supplier, 'analyze_supplier_performance', {});
    const orders = await callTool(supplier, 'allocate_orders', { lines: [], ranking: [] });
    const unquoted = await callTool(supplier, 'allocate_orders', {
      lines: [{ item_code: 'A', warehouse_code: 'W', quantity: 1 }],
    });
    const delays = await callTool(logistics, 'identify_delayed_shipments', {});

    expect(vendors.ranking).toEqual([]);
    expect(orders).toMatchObject({ purchase_orders: [], unallocated: [], total_value: 0 });
    expect(unquoted.unallocated).toMatchObject([{ item_code: 'A', reason: 'no supplier quotes this item' }]);
    expect(delays).toMatchObject({ open_shipments: 0, delayed: [] });
  });

  it('say that data must be loaded first where it is not', async () => {
    const refused = await inventory({ tool_name: 'calculate_reorder_points', input: { warehouse_code: 'WH001' } });

    expect(refused).toMatchObject({ error_type: 'unknown_warehouse', error: expect.stringContaining('data import') });
  });
});
