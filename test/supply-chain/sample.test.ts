import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type RecordKind, recordSchemas } from '../../lib/supply-chain/records.ts';
import { ensureSampleData } from '../../lib/supply-chain/sample/ensure.ts';
import { generateSample } from '../../lib/supply-chain/sample/generate.ts';
import { shipmentAsOf } from '../../lib/supply-chain/shipments.ts';
import { localStores } from './support.ts';

describe('the sample data', () => {
  const databases = localStores();
  const sample = generateSample();

  it('are the same bytes every time', () => {
    const digest = createHash('sha256').update(JSON.stringify(generateSample())).digest('hex');

    // A change of the generator changes this digest, and results that users compare with.
    expect(digest).toBe('82df02d8e259cffde151f8525ba2d002d39a65cdde93c13044069919e1e66c15');
  });

  it('are valid records', () => {
    for (const kind of Object.keys(sample) as RecordKind[]) {
      for (const record of sample[kind]) expect(recordSchemas[kind].safeParse(record).success).toBe(true);
    }
  });

  it('have what the tools are about: four warehouses, intermittent demand, late and open shipments', () => {
    const states = sample.shipment.map((shipment) => shipmentAsOf(shipment, '2025-12-28'));
    const late = sample.shipment.filter(
      ({ delivered_date, promised_date }) => !delivered_date && promised_date < '2025-12-28',
    );

    expect(sample.warehouse.length).toBe(4);
    expect(sample.demand.length).toBe(4 * 24 * 104);
    expect(sample.demand.some(({ quantity }) => quantity === 0)).toBe(true);
    expect(states.filter((state) => state === 'open').length).toBeGreaterThan(20);
    expect(late.length).toBeGreaterThan(5);
  });

  it('load once, within three seconds, and are there at once the next time', async () => {
    const store = await databases.store();

    const started = performance.now();
    const first = await ensureSampleData(store);
    const loaded = performance.now();
    const second = await ensureSampleData(store);
    const found = performance.now();

    expect([first.sample, second.sample]).toEqual(['loaded', 'present']);
    expect(loaded - started).toBeLessThan(3000);
    expect(found - loaded).toBeLessThan(50);
  });

  it('are loaded again when loading was broken off', async () => {
    const store = await databases.store();
    await store.setDataset({ source: 'sample', state: 'loading', as_of: '2025-12-28' });

    expect(await ensureSampleData(store)).toEqual({ sample: 'loaded' });
    expect((await store.inventory('WH001')).length).toBe(24);
  });

  it('stay out of a store that holds anything', async () => {
    const store = await databases.store();
    await store.write('supplier', [{ supplier_code: 'MINE' }]);

    expect(await ensureSampleData(store)).toEqual({ sample: 'kept' });
    expect((await store.suppliers()).length).toBe(1);
  });
});
