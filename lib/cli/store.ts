/** The supply-chain store of a data folder, with the sample in it when nothing else is. */
import { startLocalDynamoDb } from '../local/dynamodb.ts';
import { ensureSampleData } from '../supply-chain/sample/ensure.ts';
import { closeSharedStores, sharedStore } from '../supply-chain/store/shared.ts';
import type { SupplyStore } from '../supply-chain/store/store.ts';

export interface OpenStore {
  store: SupplyStore;
  /** What a function needs to reach it. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/** Starts the embedded DynamoDB on a folder. */
export async function openStore(folder: string): Promise<OpenStore> {
  const database = await startLocalDynamoDb({ folder });
  const env = { AWS_ENDPOINT_URL_DYNAMODB: database.endpoint };
  Object.assign(process.env, env); // where the store, as every AWS client, looks for it
  return {
    store: await sharedStore(),
    env,
    async close() {
      await closeSharedStores();
      await database.close();
    },
  };
}

/** The same, with the sample loaded into a store that is empty. */
export async function openStoreWithSample(folder: string, onNotice: (text: string) => void): Promise<OpenStore> {
  const open = await openStore(folder);
  try {
    if ((await open.store.prepare()) === undefined) onNotice(`Loading the sample data into ${folder} (once) …`);
    await ensureSampleData(open.store);
    return open;
  } catch (thrown) {
    await open.close();
    throw thrown;
  }
}
