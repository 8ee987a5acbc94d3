/** The supply-chain store of a data folder, with the sample in it when nothing else is. */
import { startLocalDynamoDb } from '../local/dynamodb.ts';
import { ensureSampleData } from '../supply-chain/sample/ensure.ts';
import { SupplyStore } from '../supply-chain/store/store.ts';
import { tablePrefix } from '../supply-chain/store/tables.ts';

export interface OpenStore {
  store: SupplyStore;
  /** What a function needs to reach it. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/** Starts the embedded DynamoDB on a folder. */
export async function openStore(folder: string): Promise<OpenStore> {
  const database = await startLocalDynamoDb({ folder });
  const prefix = tablePrefix();
  try {
    const store = await SupplyStore.open(prefix, database.endpoint);
    return {
      store,
      env: { AWS_ENDPOINT_URL_DYNAMODB: database.endpoint, STEPWEAVE_TABLE_PREFIX: prefix },
      async close() {
        store.close();
        await database.close();
      },
    };
  } catch (thrown) {
    await database.close();
    throw thrown;
  }
}

/** The same, with the sample loaded into a store that is empty. */
export async function openStoreWithSample(folder: string, onNotice: (text: string) => void): Promise<OpenStore> {
  const open = await openStore(folder);
  try {
    const notice = await loadingNotice(open.store, folder);
    if (notice !== undefined) onNotice(notice);
    await ensureSampleData(open.store);
    return open;
  } catch (thrown) {
    await open.close();
    throw thrown;
  }
}

/** What is about to happen, when that is more than a moment's work. */
async function loadingNotice(store: SupplyStore, folder: string): Promise<string | undefined> {
  const dataset = await store.prepare();
  if (dataset?.source === 'sample' && dataset.state === 'loading') {
    return `Loading the sample data into ${folder} again, because the last time was broken off ...`;
  }
  const isEmpty = dataset === undefined && (await store.isEmpty());
  return isEmpty ? `Loading the sample data into ${folder} (once) ...` : undefined;
}
