/** Queries of the local DynamoDB leave nothing open behind them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { expect, it, vi } from 'vitest';
import { startLocalDynamoDb } from '../../lib/local/dynamodb.ts';
import { SupplyStore } from '../../lib/supply-chain/store/store.ts';

it('ends the iterator of every query', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stepweave-iterators-'));
  const local = await startLocalDynamoDb({ folder });
  const store = await SupplyStore.open('stepweave-', local.endpoint);
  await store.createTables();
  await store.write('item', [{ item_code: 'A' }, { item_code: 'B' }] as never);
  const values = vi.spyOn(Level.prototype, 'values');

  await store.items();
  await store.items();

  const iterators = values.mock.results.map(({ value }) => value as { next(): Promise<unknown> });
  const left = await Promise.allSettled(iterators.map((iterator) => iterator.next()));
  values.mockRestore();
  store.close();
  await local.close();
  await rm(folder, { recursive: true });
  expect(iterators).toHaveLength(2);
  expect(left.map((one) => one.status === 'rejected' && one.reason.code)).toEqual([
    'LEVEL_ITERATOR_NOT_OPEN',
    'LEVEL_ITERATOR_NOT_OPEN',
  ]);
});
