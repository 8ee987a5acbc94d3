/** Runs in a table: one item that changes per run, which is written once when it starts and once when it ends. */
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Clock, realClock } from '../../core/clock.ts';
import type { RunRecord } from '../records.ts';
import type { StoredEvent } from '../runs/stored-event.ts';
import type { Lease, NewRun, StoredRun } from '../runs/stored-run.ts';
import { summaryOf } from '../runs/summary.ts';
import { type Item, isConditionFailure, RunDocuments } from './documents.ts';
import { batchesAfter, eventItems, eventsOf } from './event-parts.ts';
import { type Listing, type ListingPage, listRuns } from './listing.ts';
import { partsOf } from './parts.ts';
import { readRun } from './read.ts';
import { INLINE_END_BYTES, INLINE_SOURCE_BYTES, LISTING, OPEN } from './table.ts';

export interface RunStoreOptions {
  table: string;
  /** AWS's own if not given. */
  endpoint?: string | undefined;
  clock?: Clock;
  /** A run is kept for so many days after it started or was resumed. Default: 30. */
  retentionDays?: number;
}

const DEFAULT_RETENTION_DAYS = 30;
const DAY_MS = 86_400_000;

export class RunStore {
  readonly #documents: RunDocuments;
  readonly #clock: Clock;
  readonly #retentionMs: number;

  constructor({ table, endpoint, clock = realClock, retentionDays = DEFAULT_RETENTION_DAYS }: RunStoreOptions) {
    this.#clock = clock;
    this.#retentionMs = retentionDays * DAY_MS;
    this.#documents = new RunDocuments({ table, endpoint, clock });
  }

  close(): void {
    this.#documents.close();
  }

  createTable(): Promise<void> {
    return this.#documents.createTable();
  }

  /** Writes a new run, in one request if it fits into an item. False when there is a run of this id already. */
  async create(run: NewRun): Promise<boolean> {
    const base = this.#base(run.runId);
    const source = JSON.stringify(run.source);
    const inline = Buffer.byteLength(source) <= INLINE_SOURCE_BYTES;
    // The parts first: a run that is there can be read.
    const parts = inline ? [] : partsOf(base, 'source', source);
    if (!inline) await this.#documents.putAll(parts);
    const started_at = new Date(run.startedAt).toISOString();
    const item: Item = {
      ...base,
      part: 'run',
      listing: LISTING,
      open: OPEN,
      started: `${started_at}#${run.runId}`,
      name: run.name,
      status: 'running',
      engine: run.engine,
      started_at,
      finished_at: null,
      makespan_ms: 0,
      actions: run.actions,
      error: null,
      caller: run.caller,
      request_hash: run.requestHash,
      machine: run.machine,
      attempt: 0,
      owner: run.lease.owner,
      lease_until: run.lease.until,
      warnings: [...run.warnings],
      ...(inline ? { source } : { source_parts: parts.length }),
    };
    const command = new PutCommand({
      TableName: this.#documents.table,
      Item: item,
      ConditionExpression: 'attribute_not_exists(#id)',
      ExpressionAttributeNames: { '#id': 'run_id' },
    });
    return this.#ifConditionHolds((client) => client.send(command));
  }

  async get(runId: string): Promise<StoredRun | undefined> {
    const items = await this.#items(runId, 'record', 'source~');
    return readRun(items, this.#clock.now());
  }

  /** Events with larger numbers than `after`, in order. */
  async events(runId: string, after = 0): Promise<StoredEvent[]> {
    // The item of the run first: its events are moved to items of their own before it lets go of them.
    const last = lastEvents(await this.#runItem(runId));
    const all = [...eventsOf(await this.#items(runId, ...batchesAfter(after))), ...last];
    return [...new Map(all.map((event) => [event.sequence, event])).values()].filter(
      ({ sequence }) => sequence > after,
    );
  }

  /** Writes events that follow those that are there. Writing one twice changes nothing. */
  async addEvents(runId: string, events: readonly StoredEvent[]): Promise<void> {
    await this.#documents.putAll(eventItems(this.#base(runId), events));
  }

  /**
   * Writes the end of a run with the events that are not written yet: in one request if both fit into its item. False when
   * this attempt of it has ended already, as others see it.
   */
  async finish(
    runId: string,
    { attempt, record, events }: { attempt: number; record: RunRecord; events: readonly StoredEvent[] },
  ): Promise<boolean> {
    const base = this.#base(runId);
    const [recordText, eventsText] = [JSON.stringify(record), JSON.stringify(events)];
    const recordBytes = Buffer.byteLength(recordText);
    const recordFits = recordBytes <= INLINE_END_BYTES;
    const eventsFit = Buffer.byteLength(eventsText) <= INLINE_END_BYTES - (recordFits ? recordBytes : 0);
    const parts = recordFits ? [] : partsOf(base, `record#${attempt}`, recordText);
    const before = [...parts, ...(eventsFit ? [] : eventItems(base, events))];
    if (before.length > 0) await this.#documents.putAll(before);
    const { status, engine, started_at, finished_at, makespan_ms, error } = summaryOf(record);
    return this.#change(runId, attempt, {
      set: {
        status,
        engine,
        started_at,
        finished_at,
        makespan_ms,
        error,
        ...(recordFits ? { record: recordText } : { record_parts: parts.length }),
        ...(eventsFit && { events: eventsText }),
      },
      remove: ['open', ...(recordFits ? ['record_parts'] : ['record']), ...(eventsFit ? [] : ['events'])],
    });
  }

  /** A run that has ended goes on. False when it does already. */
  async reopen(runId: string, attempt: number, { lease, machine }: { lease: Lease; machine: string | undefined }) {
    const last = lastEvents(await this.#runItem(runId));
    if (last.length > 0) await this.addEvents(runId, last);
    const reopened = {
      status: 'running',
      open: OPEN,
      attempt: attempt + 1,
      owner: lease.owner,
      lease_until: lease.until,
      finished_at: null,
      error: null,
      ...(machine !== undefined && { machine }),
      expires_at: this.#expiresAt(),
    };
    return this.#change(runId, attempt, { set: reopened, remove: ['events'], wasRunning: false });
  }

  /** Runs whose start is the latest come first. */
  list(listing: Listing): Promise<ListingPage> {
    return listRuns(this.#documents, listing, this.#clock.now());
  }

  /** Ids and leases of the runs that have not ended. */
  async open(): Promise<{ runId: string; lease: Lease }[]> {
    const found: { runId: string; lease: Lease }[] = [];
    const query = {
      IndexName: 'open',
      KeyConditionExpression: '#open = :open',
      ExpressionAttributeNames: { '#open': 'open' },
      ExpressionAttributeValues: { ':open': OPEN },
    };
    for await (const page of this.#documents.query(query)) {
      for (const item of page) {
        const lease = { owner: String(item['owner']), until: Number(item['lease_until']) };
        found.push({ runId: String(item['run_id']), lease });
      }
    }
    return found;
  }

  /** Removes runs whose time is over. On AWS the table does that by itself. */
  async removeExpired(): Promise<number> {
    const nowSeconds = Math.floor(this.#clock.now() / 1000);
    let removed = 0;
    const query = {
      IndexName: 'by-start',
      KeyConditionExpression: '#listing = :listing',
      FilterExpression: '#expires < :now',
      ExpressionAttributeNames: { '#listing': 'listing', '#expires': 'expires_at' },
      ExpressionAttributeValues: { ':listing': LISTING, ':now': nowSeconds },
    };
    for await (const page of this.#documents.query(query)) {
      for (const { run_id } of page) {
        await this.#documents.deleteAll(await this.#items(String(run_id), 'a', 'z'));
        removed++;
      }
    }
    return removed;
  }

  async #items(runId: string, from: string, to: string): Promise<Item[]> {
    const query = {
      ConsistentRead: true,
      KeyConditionExpression: '#id = :id AND #part BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#id': 'run_id', '#part': 'part' },
      ExpressionAttributeValues: { ':id': runId, ':from': from, ':to': to },
    };
    const items: Item[] = [];
    for await (const page of this.#documents.query(query)) items.push(...page);
    return items;
  }

  async #runItem(runId: string): Promise<Item | undefined> {
    const Key = { run_id: runId, part: 'run' };
    const command = new GetCommand({ TableName: this.#documents.table, Key, ConsistentRead: true });
    const { Item: item } = await this.#documents.send((client) => client.send(command));
    return item;
  }

  /** Changes the item of a run if it is at this attempt and runs, or does not. */
  #change(runId: string, attempt: number, change: Change): Promise<boolean> {
    const set = Object.entries(change.set);
    const names = [...set.map(([name]) => name), ...change.remove];
    const nameOf = (name: string) => `#n${names.indexOf(name)}`;
    const command = new UpdateCommand({
      TableName: this.#documents.table,
      Key: { run_id: runId, part: 'run' },
      UpdateExpression:
        `SET ${set.map(([name], index) => `${nameOf(name)} = :v${index}`).join(', ')} ` +
        `REMOVE ${change.remove.map(nameOf).join(', ')}`,
      ConditionExpression: `#attempt = :attempt AND ${change.wasRunning === false ? 'attribute_not_exists' : 'attribute_exists'}(#open)`,
      ExpressionAttributeNames: {
        ...Object.fromEntries(names.map((name) => [nameOf(name), name])),
        '#attempt': 'attempt',
        '#open': 'open',
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(set.map(([, value], index) => [`:v${index}`, value])),
        ':attempt': attempt,
      },
    });
    return this.#ifConditionHolds((client) => client.send(command));
  }

  async #ifConditionHolds(send: Parameters<RunDocuments['send']>[0]): Promise<boolean> {
    try {
      await this.#documents.send(send);
      return true;
    } catch (thrown) {
      if (isConditionFailure(thrown)) return false;
      throw thrown;
    }
  }

  #base(runId: string): Item {
    return { run_id: runId, expires_at: this.#expiresAt() };
  }

  #expiresAt(): number {
    return Math.floor((this.#clock.now() + this.#retentionMs) / 1000);
  }
}

interface Change {
  set: Item;
  remove: readonly string[];
  /** True if not given. */
  wasRunning?: boolean;
}

/** The events that were written with the end of a run. */
function lastEvents(item: Item | undefined): StoredEvent[] {
  return typeof item?.['events'] === 'string' ? JSON.parse(item['events']) : [];
}
