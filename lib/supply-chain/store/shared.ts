/** The store that the tools of one process share. */
import { SupplyStore } from './store.ts';
import { tablePrefix } from './tables.ts';

const stores = new Map<string, Promise<SupplyStore>>();

/**
 * Opened on first use and kept, as connections should be between invocations of a Lambda. A process that changes the
 * endpoint or the prefix gets another store.
 */
export function sharedStore(): Promise<SupplyStore> {
  const key = `${process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? ''} ${tablePrefix()}`;
  let store = stores.get(key);
  if (store === undefined) {
    store = SupplyStore.open();
    stores.set(key, store);
    store.catch(() => stores.delete(key));
  }
  return store;
}

/** Ends the connections of every shared store; the next use opens them anew. */
export async function closeSharedStores(): Promise<void> {
  const open = [...stores.values()];
  stores.clear();
  for (const store of await Promise.allSettled(open)) if (store.status === 'fulfilled') store.value.close();
}
