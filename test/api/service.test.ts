/** What only shows below the API: what a run costs, what happens when Step Functions fails, and when a process ends. */

import { afterEach, describe, expect, it } from 'vitest';
import { realClock } from '../../lib/core/clock.ts';
import type { RunRecord } from '../../lib/engine/records.ts';
import type { StoredEvent } from '../../lib/engine/runs/stored-event.ts';
import { openPlace, type Place, type PlaceOptions } from './_fixtures/place.ts';
import { diamond, until, work } from './_fixtures/suite.ts';
import { ThrottlingException } from './_fixtures/throttling.ts';

const places: Place[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

async function open(options?: PlaceOptions): Promise<Place> {
  const place = await openPlace(options);
  places.push(place);
  return place;
}

const environment = { caller: 'test', basePath: '', streams: true };

async function post({ api }: Place, path: string, body: unknown = {}, caller = 'test') {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return api.request(path, init, { ...environment, caller });
}

async function run(place: Place, plan: object, more = {}): Promise<RunRecord> {
  return (await post(place, '/runs', { plan, wait: true, ...more })).json() as Promise<RunRecord>;
}

async function get<Body = RunRecord>({ api }: Place, path: string): Promise<Body> {
  return (await api.request(path, {}, environment)).json() as Promise<Body>;
}

describe('what a run costs', () => {
  const quick = { actions: [work('one', { takes: 0 }), work('two', { takes: 0 })] };

  it('is one call of Step Functions and two writes where the shape is known and the caller waits', async () => {
    // What takes longer than a second has its events written meanwhile.
    const place = await open({ clock: realClock });
    await run(place, quick);
    const [before, written] = [place.requests.length, place.writes.length];

    const done = await run(place, quick, { inputs: { other: 1 } });

    expect(done).toMatchObject({ status: 'succeeded', engine: 'express' });
    expect(place.requests.slice(before)).toEqual(['StartSyncExecution']);
    expect(place.writes.slice(written)).toEqual(['PutItem', 'UpdateItem']);
  });

  it('is three calls where the shape is new', async () => {
    const place = await open();

    await run(place, diamond);

    expect(place.requests).toEqual(['StartSyncExecution', 'CreateStateMachine', 'StartSyncExecution']);
  });

  it('is one machine for many first runs of a shape at once', async () => {
    const place = await open();
    const plans = Array.from({ length: 50 }, (_, n) => ({ actions: [work('only', { gives: n })] }));

    const runs = await Promise.all(plans.map((plan) => run(place, plan)));

    expect(runs.map(({ results }) => results['only'])).toEqual(plans.map((_, n) => n));
    const { stateMachines = [] } = await place.sfn.listStateMachines({});
    expect(stateMachines).toHaveLength(1);
  });
});

describe('when Step Functions does not take a plan', () => {
  const unreachable = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

  it.each([
    ['cannot be reached', unreachable, 'Step Functions could not be reached'],
    ['asks for less', () => new ThrottlingException(), 'Step Functions asked for less at once'],
  ])('which %s, the functions are called directly, and the run says so', async (_, error, warning) => {
    const place = await open();
    place.refuse(error);

    const done = await run(place, { actions: [work('only', { gives: 1 })] });

    expect(done).toMatchObject({ status: 'succeeded', engine: 'direct', results: { only: 1 } });
    expect(done.warnings.join()).toContain(warning);
    expect(await get(place, `/runs/${done.run_id}`)).toEqual(done);
  });

  it('and may have begun it, a plan that may not be repeated fails', async () => {
    const place = await open();
    place.refuse((operation) =>
      operation === 'StartExecution' ? Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }) : undefined,
    );

    const done = await run(place, { actions: [{ id: 'once', tool: 'fragile', input: {} }] });

    expect(done.status).toBe('failed');
    expect(done.error).toContain('socket hang up');
    expect(done.records[0]?.status).toBe('cancelled');
    expect(place.functions.invoked).toEqual([]);
  });

  it('as the caller insists on its engine, nothing else is tried', async () => {
    const place = await open();
    place.refuse(unreachable);

    const done = await run(place, { actions: [work('only')] }, { engine: 'express' });

    expect(done).toMatchObject({ status: 'failed', engine: 'express' });
  });
});

describe('a process that ends', () => {
  const long = {
    actions: [work('first', { gives: 'done' }), work('second', { takes: 8_000 }, { depends_on: ['first'] })],
  };

  it.each(['express', 'standard', 'direct'])('leaves a run on %s that the next one can resume', async (engine) => {
    const place = await open();
    const { run_id } = (await (await post(place, '/runs', { plan: long, engine })).json()) as RunRecord;
    await until(async () => (await place.store.events(run_id)).some(({ type }) => type === 'action_completed'));

    const next = await place.restart();
    const recovered = await next.runs.recover('the server ended while the run was under way');
    const lost = await get(next, `/runs/${run_id}`);
    const listed = await get<{ runs: object[] }>(next, '/runs');
    next.functions.heal();
    const resumed = (await (await post(next, `/runs/${run_id}/resume`, { wait: 1 })).json()) as RunRecord;
    await post(next, `/runs/${run_id}/stop`);
    await next.runs.close(0, 'over');

    expect(recovered).toBe(1);
    expect(lost).toMatchObject({ status: 'cancelled', results: { first: 'done' } });
    expect(lost.error).toBe('the server ended while the run was under way');
    expect(lost.records[1]?.reason).toContain('its outcome is unknown');
    expect(listed.runs).toMatchObject([{ run_id, status: 'cancelled' }]);
    expect(resumed).toMatchObject({ run_id, status: 'running' });
    expect(next.functions.invoked.map(({ id }) => id)).not.toContain('first');
  });

  it('leaves of a run that was resumed what its last attempt had done', async () => {
    const place = await open();
    const plan = {
      actions: [
        work('shaky', { fails: ['permanent'], gives: 1 }),
        work('after', { takes: 8_000 }, { depends_on: ['shaky'] }),
      ],
    };
    const failed = await run(place, plan, { engine: 'direct' });
    await post(place, `/runs/${failed.run_id}/resume`);
    const started = (event: StoredEvent) => event.type === 'action_started' && event.action_id === 'after';
    await until(async () => (await place.store.events(failed.run_id)).some(started));

    const next = await place.restart();
    await next.runs.recover('the server ended');
    const lost = await get(next, `/runs/${failed.run_id}`);
    await next.runs.close(0, 'over');

    expect(failed.records.map(({ status }) => status)).toEqual(['failed', 'skipped']);
    expect(lost.records.map(({ status }) => status)).toEqual(['succeeded', 'cancelled']);
  });

  it('keeps ended runs with their records and events', async () => {
    const place = await open();
    const done = await run(place, diamond);

    const next = await place.restart();

    expect(await get(next, `/runs/${done.run_id}`)).toEqual(done);
    expect((await next.store.events(done.run_id)).at(-1)?.type).toBe('run_completed');
  });

  it('cancels what it has under way and takes no more, when it is asked to end', async () => {
    const place = await open();
    const { run_id } = (await (await post(place, '/runs', { plan: long })).json()) as RunRecord;

    const ended = await place.runs.close(10, 'the server was stopped');
    const refused = await post(place, '/runs', { plan: diamond });

    expect(ended).toBe(1);
    expect(await get(place, `/runs/${run_id}`)).toMatchObject({ status: 'cancelled', error: 'the server was stopped' });
    expect(refused.status).toBe(503);
  });
});

describe('large runs', () => {
  it('are kept whole, however large their plan, records and events', async () => {
    const place = await open();
    const text = 'ä'.repeat(60_000);
    const inputs = { text };
    const plan = { actions: Array.from({ length: 8 }, (_, n) => work(`a${n}`, { gives: '$inputs.text' })) };

    const done = await run(place, plan, { inputs, engine: 'direct' });
    const details = await get<Record<string, unknown>>(place, `/runs/${done.run_id}?include=inputs,plan`);
    const events = await place.store.events(done.run_id);

    expect(done.status).toBe('succeeded');
    expect(details).toEqual({ ...done, inputs, plan });
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ type }) => type === 'action_completed')).toHaveLength(8);
  });
});

describe('limits', () => {
  it('on how often a caller may ask are for each caller, and say when to come back', async () => {
    let now = 0;
    const place = await open({
      limits: { rate: { perSecond: 1, burst: 2 } },
      apiClock: { now: () => now, sleep: async () => {} },
    });
    const ask = (caller: string) => place.api.request('/tools', {}, { ...environment, caller });

    const first = [await ask('a'), await ask('a')].map(({ status }) => status);
    const refused = await ask('a');
    const other = await ask('b');
    now += 1_000;
    const later = await ask('a');

    expect(first).toEqual([200, 200]);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect([other.status, later.status]).toEqual([200, 200]);
  });

  it('on how many runs are under way refuse what is too much', async () => {
    const place = await open({ runs: { maxActive: 1 } });
    await post(place, '/runs', { plan: { actions: [work('long', { takes: 8_000 })] } });

    const response = await post(place, '/runs', { plan: diamond });

    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'too_many_runs' });
  });
});

describe('idempotency keys', () => {
  it('are of their caller', async () => {
    const place = await open();
    const body = { plan: diamond, idempotency_key: 'same', wait: true };

    const runs = await Promise.all(
      ['one', 'other'].map(async (caller) => (await post(place, '/runs', body, caller)).json()),
    );

    expect(new Set((runs as RunRecord[]).map(({ run_id }) => run_id)).size).toBe(2);
  });

  it('start a run once, also when the requests reach different processes', async () => {
    const place = await open();
    const next = await place.restart();
    const body = { plan: { actions: [work('only')] }, idempotency_key: 'same', wait: true };

    const runs = await Promise.all([place, next].map(async (one) => (await post(one, '/runs', body)).json()));
    await next.runs.close(0, 'over');

    expect(runs[0]).toEqual(runs[1]);
    expect([...place.functions.invoked, ...next.functions.invoked]).toHaveLength(1);
  });
});
