/** From the items of a run to the run. */
import type { RunRecord } from '../records.ts';
import type { RunSource, StoredRun } from '../runs/stored-run.ts';
import { type RunSummary, runSummarySchema } from '../runs/summary.ts';
import type { Item } from './documents.ts';
import { joinParts } from './parts.ts';

/** Undefined when there is no such run, or its time is over and it is about to be removed. `now` in milliseconds. */
export function readRun(items: readonly Item[], now: number): StoredRun | undefined {
  const item = items.find(({ part }) => part === 'run');
  if (item === undefined || isExpired(item, now)) return undefined;
  const source = textOf(item, items, 'source', 'source');
  if (source === undefined) return undefined;
  const attempt = Number(item['attempt']);
  // While it is resumed, the record of the attempt before is there.
  const written = item['status'] === 'running' ? attempt - 1 : attempt;
  const record = textOf(item, items, 'record', `record#${written}`);
  return {
    summary: readSummary(item),
    caller: String(item['caller']),
    requestHash: String(item['request_hash']),
    machine: typeof item['machine'] === 'string' ? item['machine'] : undefined,
    attempt,
    lease: { owner: String(item['owner']), until: Number(item['lease_until']) },
    source: JSON.parse(source) as RunSource,
    warnings: item['warnings'] as string[],
    record: record === undefined ? undefined : (JSON.parse(record) as RunRecord),
  };
}

/** What an item, or its copy in the index, says of a run. */
export function readSummary(item: Item): RunSummary {
  return runSummarySchema.parse(item);
}

/** DynamoDB removes items only some time after they have expired. */
export function isExpired(item: Item, now: number): boolean {
  return Number(item['expires_at']) * 1000 < now;
}

/** A document that stands in the item, or in parts beside it. */
function textOf(item: Item, items: readonly Item[], attribute: string, document: string): string | undefined {
  const inline = item[attribute];
  if (typeof inline === 'string') return inline;
  const count = item[`${attribute}_parts`];
  return typeof count === 'number' ? joinParts(items, document, count) : undefined;
}
