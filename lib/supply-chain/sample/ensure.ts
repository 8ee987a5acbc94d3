/** Puts the sample into a store that has nothing else. */
import type { RecordKind } from '../records.ts';
import type { SupplyStore } from '../store/store.ts';
import { SAMPLE_AS_OF } from './catalog.ts';
import { generateSample, type SampleData } from './generate.ts';

export interface SampleOutcome {
  /** `loaded` now; `present` already; `kept`: the store holds data of its own, which were left alone. */
  sample: 'loaded' | 'present' | 'kept';
}

/** Master data first: later records then name codes that the catalog knows. */
const ORDER: readonly RecordKind[] = [
  'warehouse',
  'item',
  'supplier',
  'shipment',
  'demand',
  'inventory',
  'quote',
  'stop',
];

/**
 * Loads the sample unless the store holds anything. A load that was broken off is done again; one that is complete costs
 * a single read.
 */
export async function ensureSampleData(store: SupplyStore): Promise<SampleOutcome> {
  const dataset = await store.prepare();
  if (dataset?.state === 'ready' || dataset?.source === 'import') {
    return { sample: dataset.source === 'sample' ? 'present' : 'kept' };
  }
  if (dataset === undefined && !(await store.isEmpty())) return { sample: 'kept' };
  await store.setDataset({ source: 'sample', state: 'loading', as_of: SAMPLE_AS_OF });
  const sample = generateSample();
  for (const kind of ORDER) await writeKind(store, sample, kind);
  await store.setDataset({ source: 'sample', state: 'ready', as_of: SAMPLE_AS_OF });
  return { sample: 'loaded' };
}

async function writeKind<Kind extends RecordKind>(store: SupplyStore, sample: SampleData, kind: Kind): Promise<void> {
  await store.write(kind, sample[kind]);
}
