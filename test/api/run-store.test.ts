/** The table of runs on its own: documents of any size, expiry, and what two processes do at once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../lib/engine/records.ts';
import { RunStore } from '../../lib/engine/run-store/run-store.ts';
import type { StoredEvent } from '../../lib/engine/runs/stored-event.ts';
import type { NewRun } from '../../lib/engine/runs/stored-run.ts';
import { type LocalDynamoDb, startLocalDynamoDb } from '../../lib/local/dynamodb.ts';

const START = Date.parse('2026-03-04T05:06:07.000Z');
const DAY_MS = 86_400_000;
let now = START;
let database: LocalDynamoDb;
let store: RunStore;

beforeAll(async () => {
  database = await startLocalDynamoDb();
  const clock = { now: () => now, sleep: async () => {} };
  store = new RunStore({ table: 'runs', endpoint: database.endpoint, clock, retentionDays: 30 });
  await store.createTable();
});
afterAll(async () => {
  store.close();
  await database.close();
});

function newRun(runId: string, fields: Partial<NewRun> = {}): NewRun {
  return {
    runId,
    caller: 'test',
    requestHash: 'hash',
    name: 'plan',
    engine: 'direct',
    machine: undefined,
    actions: 1,
    startedAt: now,
    source: { plan: { actions: [{ id: 'a', tool: 'work' }] }, inputs: {}, analysis: {} as never },
    warnings: [],
    lease: { owner: 'me', until: now + 1_000 },
    ...fields,
  };
}

function recordOf(run_id: string, result: string, status: RunRecord['status'] = 'succeeded'): RunRecord {
  const time = new Date(now).toISOString();
  return {
    run_id,
    name: 'plan',
    status,
    engine: 'direct',
    started_at: time,
    finished_at: time,
    makespan_ms: 0,
    sequential_ms: 0,
    speedup: 1,
    results: { a: result },
    records: [],
    error: null,
    warnings: [],
  };
}

function eventOf(run_id: string, sequence: number, message = ''): StoredEvent {
  return { time: new Date(now).toISOString(), run_id, sequence, type: 'progress', action_id: 'a', message };
}

describe('a run', () => {
  it.each([
    ['small', 10],
    ['larger than what stands beside the rest', 200_000],
    ['larger than an item', 1_000_000],
  ])('that is %s is kept whole', async (name, size) => {
    const text = 'ü'.repeat(size);
    const run = newRun(`sized ${name}`, { source: { plan: text, inputs: { text }, analysis: {} as never } });
    const record = recordOf(run.runId, text);
    const events = [1, 2, 3].map((sequence) => eventOf(run.runId, sequence, text));

    await store.create(run);
    await store.addEvents(run.runId, events.slice(0, 1));
    await store.finish(run.runId, { attempt: 0, record, events: events.slice(1) });

    const kept = await store.get(run.runId);
    expect(kept?.source).toEqual(run.source);
    expect(kept?.record).toEqual(record);
    expect(await store.events(run.runId)).toEqual(events);
    expect(await store.events(run.runId, 2)).toEqual(events.slice(2));
  });

  it('is created once', async () => {
    const created = await Promise.all([1, 2, 3].map(() => store.create(newRun('once'))));

    expect(created.filter(Boolean)).toHaveLength(1);
  });

  it('ends once for each attempt, and only who resumes it first does', async () => {
    await store.create(newRun('ended'));
    const events = [eventOf('ended', 1)];
    const finish = (attempt: number, result: string) =>
      store.finish('ended', { attempt, record: recordOf('ended', result, 'failed'), events });

    const ends = [await finish(0, 'first'), await finish(0, 'second')];
    const reopened = await Promise.all(
      [1, 2].map(() => store.reopen('ended', 0, { lease: { owner: 'me', until: now }, machine: undefined })),
    );
    const during = await store.get('ended');
    const late = await finish(0, 'of the attempt before');
    const last = await finish(1, 'third');

    expect(ends).toEqual([true, false]);
    expect(reopened.filter(Boolean)).toHaveLength(1);
    expect(during?.summary.status).toBe('running');
    expect(during?.record?.results['a']).toBe('first');
    expect([late, last]).toEqual([false, true]);
    expect((await store.get('ended'))?.record?.results['a']).toBe('third');
    expect(await store.events('ended')).toEqual(events);
  });

  it('is open until it has ended', async () => {
    await store.create(newRun('open'));
    const before = (await store.open()).map(({ runId }) => runId);
    await store.finish('open', { attempt: 0, record: recordOf('open', ''), events: [] });
    const after = (await store.open()).map(({ runId }) => runId);

    expect(before).toContain('open');
    expect(after).not.toContain('open');
  });

  it('is gone when its time is over, and removed where the table does not do that by itself', async () => {
    await store.create(newRun('old', { source: { plan: 'x'.repeat(500_000), inputs: {}, analysis: {} as never } }));
    await store.addEvents('old', [eventOf('old', 1)]);
    now += 31 * DAY_MS;
    await store.create(newRun('young'));
    const [old, { runs }] = [await store.get('old'), await store.list({ limit: 100 })];

    await store.removeExpired();

    now = START;
    expect(old).toBeUndefined();
    expect(runs.map(({ run_id }) => run_id)).toEqual(['young']);
    expect(await store.get('old')).toBeUndefined();
    expect(await store.events('old')).toEqual([]);
    expect((await store.get('young'))?.summary.run_id).toBe('young');
  });
});

it('says so when there is no table', async () => {
  const nowhere = new RunStore({ table: 'nothing', endpoint: database.endpoint });

  const failed = nowhere.get('any');

  await expect(failed).rejects.toMatchObject({ code: 'store_unavailable', fault: 'service' });
  await expect(failed).rejects.toThrow('there is no table nothing');
  nowhere.close();
});
