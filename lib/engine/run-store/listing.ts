/** Runs by the time of their start, latest first, page by page. */
import { createHash } from 'node:crypto';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { StepweaveError } from '../../core/errors.ts';
import type { RunStatus } from '../records.ts';
import type { RunSummary } from '../runs/summary.ts';
import type { Item, RunDocuments } from './documents.ts';
import { isExpired, readSummary } from './read.ts';
import { LISTING } from './table.ts';

export interface Listing {
  status?: RunStatus | undefined;
  /** Of the plan; exactly this one. */
  name?: string | undefined;
  /** Milliseconds since the epoch, both included. */
  startedAfter?: number | undefined;
  startedBefore?: number | undefined;
  limit: number;
  /** Of the page before; only with the same filters. */
  cursor?: string | undefined;
}

export interface ListingPage {
  runs: RunSummary[];
  /** Undefined when no run follows. */
  nextCursor: string | undefined;
}

/** Looks at so many pages of DynamoDB, of 1 MB each, for one of ours: a rare filter then answers with less, and a cursor. */
const MAX_PAGES = 10;

const cursorSchema = z.tuple([z.string(), z.string()]);

/** Throws a {@link StepweaveError} `invalid_cursor`. */
export async function listRuns(documents: RunDocuments, listing: Listing, now: number): Promise<ListingPage> {
  const filters = hashOf(listing);
  let start = listing.cursor === undefined ? undefined : startOf(listing.cursor, filters);
  const runs: RunSummary[] = [];
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const command = new QueryCommand({ TableName: documents.table, ...queryOf(listing), ExclusiveStartKey: start });
    const { Items = [], LastEvaluatedKey } = await documents.send((client) => client.send(command));
    for (const [index, item] of Items.entries()) {
      if (isExpired(item, now)) continue;
      runs.push(readSummary(item));
      if (runs.length < listing.limit) continue;
      const isLast = LastEvaluatedKey === undefined && index === Items.length - 1;
      return { runs, nextCursor: isLast ? undefined : cursorAt(String(item['started']), filters) };
    }
    if (LastEvaluatedKey === undefined) return { runs, nextCursor: undefined };
    start = LastEvaluatedKey;
  }
  return { runs, nextCursor: cursorAt(String(start?.['started']), filters) };
}

function queryOf({ status, name, startedAfter, startedBefore, limit }: Listing) {
  const conditions = [...(status ? ['#status = :status'] : []), ...(name ? ['#name = :name'] : [])];
  return {
    IndexName: 'by-start',
    ScanIndexForward: false,
    // Without a filter no more is read than is shown, and one more to see whether anything follows.
    ...(conditions.length === 0 && { Limit: limit + 1 }),
    KeyConditionExpression: '#listing = :listing AND #started BETWEEN :from AND :to',
    ...(conditions.length > 0 && { FilterExpression: conditions.join(' AND ') }),
    ExpressionAttributeNames: {
      '#listing': 'listing',
      '#started': 'started',
      ...(status && { '#status': 'status' }),
      ...(name && { '#name': 'name' }),
    },
    ExpressionAttributeValues: {
      ':listing': LISTING,
      ':from': startedAfter === undefined ? '0' : new Date(startedAfter).toISOString(),
      ':to': startedBefore === undefined ? '~' : `${new Date(startedBefore).toISOString()}~`,
      ...(status && { ':status': status }),
      ...(name && { ':name': name }),
    },
  };
}

function hashOf({ status, name, startedAfter, startedBefore }: Listing): string {
  const text = JSON.stringify([status, name, startedAfter, startedBefore]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}

function cursorAt(started: string, filters: string): string {
  return Buffer.from(JSON.stringify([started, filters])).toString('base64url');
}

/** The key of the run that the page before ended with. */
function startOf(cursor: string, filters: string): Item {
  const [started, hash] = parseCursor(cursor);
  const runId = started?.split('#')[1];
  if (started === undefined || runId === undefined || hash !== filters) {
    const message = 'the cursor is not of a page with these filters: take it as next_cursor gives it';
    throw new StepweaveError('invalid_cursor', 'user', message);
  }
  return { listing: LISTING, started, run_id: runId, part: 'run' };
}

function parseCursor(cursor: string): [string, string] | [] {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    return [];
  }
}
