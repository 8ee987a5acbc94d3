import { describe, expect, it } from 'vitest';
import { SupplyStore } from '../../lib/supply-chain/store/store.ts';
import { localStores } from './support.ts';

describe('the store', () => {
  const databases = localStores();

  it('reads a partition of several pages whole, in order', async () => {
    const store = await databases.store();
    // A page of DynamoDB is one megabyte.
    const shipments = Array.from({ length: 3000 }, (_, index) => ({
      shipment_id: `SH${String(index).padStart(5, '0')}`,
      supplier_code: 'BIG',
      destination: 'X'.repeat(240),
      mode: 'Y'.repeat(400),
      promised_date: '2025-01-01',
      delivered_date: '2025-01-02',
    }));

    await store.write('shipment', shipments);
    const read = (await store.shipments(['BIG', 'NOBODY'])).get('BIG')!;

    expect(read).toEqual(shipments);
  });

  it('lists only open shipments as open, and forgets them when they arrive', async () => {
    const store = await databases.store();
    const open = { shipment_id: '1', supplier_code: 'S', destination: 'W', promised_date: '2025-01-01' };
    const cancelled = { ...open, shipment_id: '2', status: 'cancelled' as const };

    await store.write('shipment', [open, cancelled]);
    const before = await store.openShipments();
    await store.write('shipment', [{ ...open, delivered_date: '2025-01-05' }]);
    const after = await store.openShipments();

    expect(before).toEqual([open]);
    expect(after).toEqual([]);
  });

  it('replaces a week of demand and keeps the others', async () => {
    const store = await databases.store();
    const week = (week_start: string, quantity: number) => ({
      warehouse_code: 'W',
      item_code: 'A',
      week_start,
      quantity,
    });

    await store.write('demand', [week('2024-12-30', 1), week('2025-01-06', 2)]);
    await store.write('demand', [week('2025-01-06', 3), week('2025-01-13', 4)]);

    expect((await store.demand('W')).get('A')).toEqual([
      week('2024-12-30', 1),
      week('2025-01-06', 3),
      week('2025-01-13', 4),
    ]);
  });

  it('leaves out what a number cannot be, and enters every code in the catalog', async () => {
    const store = await databases.store();

    await store.write('inventory', [{ warehouse_code: 'W', item_code: 'A', on_hand: 0.1, on_order: Number.NaN }]);

    expect(await store.inventory('W')).toEqual([{ warehouse_code: 'W', item_code: 'A', on_hand: 0.1 }]);
    expect(await store.warehouses()).toEqual([{ warehouse_code: 'W' }]);
    expect(await store.items()).toEqual([{ item_code: 'A' }]);
  });

  it('does not overwrite master data by naming their codes', async () => {
    const store = await databases.store();
    await store.write('item', [{ item_code: 'A', name: 'Apple' }]);

    await store.write('quote', [{ item_code: 'A', supplier_code: 'S', unit_price: 1, lead_time_days: 2 }]);

    expect(await store.items()).toEqual([{ item_code: 'A', name: 'Apple' }]);
  });

  it('keeps the last of several records with one key', async () => {
    const store = await databases.store();

    await store.write('item', [
      { item_code: 'A', name: 'first' },
      { item_code: 'A', name: 'last' },
    ]);

    expect(await store.items()).toEqual([{ item_code: 'A', name: 'last' }]);
  });

  it('says what to do when there are no tables', async () => {
    await databases.store();
    process.env['STEPWEAVE_TABLE_PREFIX'] = 'absent-';
    const store = await SupplyStore.open();

    const refused = await store.warehouses().catch((error) => error);
    store.close();

    expect(refused).toMatchObject({ code: 'no_store', message: expect.stringContaining('absent-catalog') });
  });
});
