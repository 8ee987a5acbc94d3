/** What the API does, whatever serves it. The tool `work` does what its input tells it: see `functions.ts`. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../lib/engine/records.ts';
import type { RunSummary } from '../../../lib/engine/runs/summary.ts';
import type { Client } from './clients.ts';
import { checkedByDocument } from './document.ts';
import { allEvents, receivedEvents } from './events.ts';

export interface Opened {
  client: Client;
  close(): Promise<void>;
}

/** An action that is one call of `work`. */
export function work(id: string, told: object = {}, fields: object = {}): object {
  return { id, tool: 'work', input: told, ...fields };
}

export const diamond = {
  name: 'diamond',
  actions: [
    work('start', { gives: { n: 1 } }),
    work('left', { gives: { from: '$start.n' } }),
    work('right', { gives: { from: '$start.n' } }),
    work('end', { gives: ['$left.from', '$right.from'] }),
  ],
};

/** A plan that goes on until it is stopped. */
const long = {
  name: 'long',
  actions: [work('first', { gives: 'done' }), work('second', { takes: 800 }, { depends_on: ['first'] })],
};

export function describeApi(way: string, open: () => Promise<Opened>): void {
  describe(`the API ${way}`, () => {
    let opened: Opened;
    let client: Client;
    beforeAll(async () => {
      opened = await open();
      client = await checkedByDocument(opened.client);
    });
    afterAll(() => opened.close());

    const post = (path: string, body?: unknown) => client.send('POST', path, { body });
    const get = (path: string, headers = {}) => client.send('GET', path, { headers });
    const bodyOf = async <Body = RunRecord>(response: Response | Promise<Response>) =>
      (await (await response).json()) as Body;
    const run = async (plan: object, more = {}) => bodyOf(post('/runs', { plan, wait: true, ...more }));
    const statuses = ({ records }: RunRecord) => Object.fromEntries(records.map(({ id, status }) => [id, status]));
    /** Started, and far enough that its first action has ended. */
    const startLong = async (engine = 'standard') => {
      const { run_id } = await bodyOf(post('/runs', { plan: long, engine }));
      await until(async () => (await bodyOf(get(`/runs/${run_id}`))).records.length > 0);
      return run_id;
    };

    it('answers that it is there', async () => {
      const response = await get('/health');

      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ status: 'ok' });
    });

    it('compiles a plan', async () => {
      const compiled = await bodyOf<Record<string, unknown>>(
        post('/plans/compile', { plan: diamond, engine: 'standard' }),
      );

      expect(compiled).toMatchObject({ type: 'STANDARD', states: { start: 'start', left: 'left' } });
      expect(compiled['name']).toMatch(/^stepweave-[0-9a-f]{32}$/);
      expect(JSON.stringify(compiled['definition'])).toContain('arn:aws:states:::lambda:invoke');
    });

    it('analyzes a plan', async () => {
      const analysis = await bodyOf<Record<string, unknown>>(post('/plans/analyze', { plan: diamond }));

      expect(analysis['waves']).toEqual([['start'], ['left', 'right'], ['end']]);
      expect(analysis['engine']).toMatchObject({ engine: 'express' });
      expect(analysis['mermaid']).toContain('start');
    });

    it.each(['express', 'standard', 'direct'])('runs a plan with parallel branches on %s', async (engine) => {
      const response = await post('/runs', { plan: diamond, engine, wait: true });
      const done = await bodyOf(response);

      expect(response.status).toBe(200);
      expect(response.headers.get('location')).toMatch(new RegExp(`/runs/${done.run_id}$`));
      expect(done).toMatchObject({ status: 'succeeded', engine, name: 'diamond', error: null });
      expect(done.results['end']).toEqual([1, 1]);
      expect(await bodyOf(get(`/runs/${done.run_id}`))).toEqual(done);
    });

    it('puts a fallback in the place of what failed, and goes on', async () => {
      const done = await run({
        actions: [
          work('broken', { fails: ['permanent'] }, { fallback: { n: 0 } }),
          work('after', { gives: '$broken.n' }),
        ],
      });

      expect(done.status).toBe('succeeded');
      expect(statuses(done)).toEqual({ broken: 'fallback', after: 'succeeded' });
      expect(done.results['after']).toBe(0);
      expect(done.records[0]).toMatchObject({ success: true, error: 'no', error_type: 'permanent_error' });
    });

    it('tries again what may be tried again', async () => {
      const done = await run({ actions: [work('shaky', { fails: ['retryable', 'retryable'], gives: 'at last' })] });

      expect(done).toMatchObject({ status: 'succeeded', results: { shaky: 'at last' } });
      expect(done.records[0]?.attempts).toBe(3);
    });

    it('says of a partial run what failed and what was skipped', async () => {
      const done = await run({
        actions: [
          work('fine', { gives: 1 }),
          work('broken', { fails: ['permanent'] }),
          work('after', { gives: '$broken.n' }),
        ],
      });

      expect(done.status).toBe('partial');
      expect(statuses(done)).toEqual({ fine: 'succeeded', broken: 'failed', after: 'skipped' });
      expect(done.error).toBe('broken failed: no');
    });

    it('gives inputs to a plan', async () => {
      const done = await run({ actions: [work('echo', { gives: '$inputs.city' })] }, { inputs: { city: 'Bonn' } });

      expect(done.results).toEqual({ echo: 'Bonn' });
    });

    it('shows the plan, inputs and analysis of a run to who asks for them', async () => {
      const { run_id } = await run(diamond, { inputs: { a: 1 } });

      const details = await bodyOf<Record<string, unknown>>(get(`/runs/${run_id}?include=plan,inputs,analysis`));
      const bare = await bodyOf<Record<string, unknown>>(get(`/runs/${run_id}`));

      expect(details).toMatchObject({ plan: diamond, inputs: { a: 1 }, analysis: { name: 'diamond' } });
      expect(bare).not.toHaveProperty('plan');
    });

    it('answers at once when it is not told to wait, and shows the run while it goes on', async () => {
      const response = await post('/runs', { plan: long, engine: 'standard' });
      const started = await bodyOf(response);
      await until(async () => (await bodyOf(get(`/runs/${started.run_id}`))).records.length > 0);
      const now = await bodyOf(get(`/runs/${started.run_id}`));
      await post(`/runs/${started.run_id}/stop`);

      expect(response.status).toBe(202);
      expect(started).toMatchObject({ status: 'running', finished_at: null });
      expect(now).toMatchObject({ status: 'running', results: { first: 'done' } });
      expect(now.records.map(({ id }) => id)).toEqual(['first']);
    });

    it('answers with the run as it is when the time to wait is over', async () => {
      const response = await post('/runs', { plan: long, wait: 2 });
      const { run_id, status } = await bodyOf(response);
      await post(`/runs/${run_id}/stop`);

      expect([response.status, status]).toEqual([202, 'running']);
    });

    it.each(['express', 'standard', 'direct'])('stops a run on %s', async (engine) => {
      const runId = await startLong(engine);

      const stopped = await bodyOf(post(`/runs/${runId}/stop`, { reason: 'changed my mind' }));

      expect(stopped).toMatchObject({ status: 'cancelled', error: 'changed my mind', results: { first: 'done' } });
      expect(statuses(stopped)).toEqual({ first: 'succeeded', second: 'cancelled' });
      expect((await post(`/runs/${runId}/stop`)).status).toBe(200);
    });

    it.each(['express', 'standard', 'direct'])('resumes a run on %s where it was left', async (engine) => {
      const plan = {
        name: 'resumed',
        actions: [
          work('kept', { gives: 1 }),
          work('retried', { fails: ['permanent'], gives: 2 }),
          work('after', { gives: ['$kept', '$retried'] }),
        ],
      };
      const failed = await run(plan, { engine });

      const response = await post(`/runs/${failed.run_id}/resume`, { wait: true });
      const resumed = await bodyOf(response);

      expect(failed.status).toBe('partial');
      expect(response.status).toBe(200);
      expect(resumed).toMatchObject({ run_id: failed.run_id, status: 'succeeded', engine });
      expect(resumed.results['after']).toEqual([1, 2]);
      expect(resumed.records[0]).toEqual(failed.records[0]);
      expect(await bodyOf(get(`/runs/${failed.run_id}`))).toEqual(resumed);
      const events = await allEvents(await get(`/runs/${failed.run_id}/events`));
      expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
      expect(events.filter(({ type }) => type === 'run_completed')).toHaveLength(2);
    });

    it('does not resume what has nothing left, or still runs', async () => {
      const done = await run(diamond);
      const runId = await startLong();

      const again = await post(`/runs/${done.run_id}/resume`);
      const early = await post(`/runs/${runId}/resume`);
      await post(`/runs/${runId}/stop`);

      expect([again.status, (await bodyOf<{ code: string }>(again)).code]).toEqual([409, 'nothing_to_resume']);
      expect([early.status, (await bodyOf<{ code: string }>(early)).code]).toEqual([409, 'run_not_ended']);
    });

    it('does not stop what has ended', async () => {
      const { run_id } = await run(diamond);

      const response = await post(`/runs/${run_id}/stop`);

      expect([response.status, (await bodyOf<{ code: string }>(response)).code]).toEqual([409, 'run_ended']);
    });

    it('tells the events of a run in order, from any of them on', async () => {
      const { run_id } = await run(diamond);

      const all = await allEvents(await get(`/runs/${run_id}/events`));
      const rest = await allEvents(await get(`/runs/${run_id}/events`, { 'last-event-id': '4' }));
      const last = await allEvents(await get(`/runs/${run_id}/events?after=${all.length - 1}`));

      expect(all[0]?.type).toBe('run_started');
      expect(all.map(({ id, data }) => [id, data.sequence])).toEqual(all.map((_, index) => [index + 1, index + 1]));
      expect(all.at(-1)).toMatchObject({ type: 'run_completed', data: { run: { run_id, status: 'succeeded' } } });
      expect(all.filter(({ type }) => type === 'action_completed')).toHaveLength(4);
      expect(rest).toEqual(all.slice(4));
      expect(last).toEqual(all.slice(-1));
    });

    it('tells the events as a list to who asks for JSON', async () => {
      const { run_id } = await run(diamond);

      const response = await get(`/runs/${run_id}/events?after=2`, { accept: 'application/json' });
      const list = await bodyOf<{ status: string; events: { sequence: number }[] }>(response);

      expect(list.status).toBe('succeeded');
      expect(list.events[0]?.sequence).toBe(3);
    });

    it('tells the events while they happen', async () => {
      if (!client.streams) return expect((await get('/health')).status).toBe(200); // there is nothing to stream with
      const runId = await startLong();
      const types: string[] = [];

      for await (const { type, data } of receivedEvents(await get(`/runs/${runId}/events`))) {
        types.push(type);
        if (data.type === 'action_started' && data.action_id === 'second') await post(`/runs/${runId}/stop`);
      }

      expect(types).toEqual([
        'run_started',
        'action_started',
        'action_completed',
        'action_started',
        'action_failed',
        'run_completed',
      ]);
    });

    it('gives the same run for the same key and body', async () => {
      const idempotency_key = randomUUID();
      const bodies = Array.from({ length: 50 }, () => ({ plan: diamond, wait: true, idempotency_key }));

      const responses = await Promise.all(bodies.map((body) => post('/runs', body)));
      const runs = await Promise.all(responses.map((response) => bodyOf(response)));
      const later = await post('/runs', { plan: diamond, idempotency_key });

      expect(new Set(runs.map(({ run_id }) => run_id)).size).toBe(1);
      expect(runs.every(({ status }) => status === 'succeeded')).toBe(true);
      expect(later.status).toBe(200);
      expect(await bodyOf(later)).toEqual(runs[0]);
    });

    it('refuses the same key with another body', async () => {
      const idempotency_key = randomUUID();
      await post('/runs', { plan: diamond, idempotency_key, wait: true });

      const response = await post('/runs', { plan: { actions: [work('other')] }, idempotency_key });

      expect([response.status, (await bodyOf<{ code: string }>(response)).code]).toEqual([409, 'idempotency_conflict']);
    });

    it('lists runs, the latest first, page by page', async () => {
      const name = `listed ${randomUUID()}`;
      const ids: string[] = [];
      for (let n = 0; n < 5; n++) ids.push((await run({ ...diamond, name })).run_id);
      type Page = { runs: RunSummary[]; next_cursor: string | null };
      const pages: Page[] = [];
      const query = `name=${encodeURIComponent(name)}&status=succeeded&limit=2`;
      for (let cursor: string | null = ''; cursor !== null; cursor = pages.at(-1)!.next_cursor) {
        pages.push(await bodyOf<Page>(get(`/runs?${query}${cursor && `&cursor=${cursor}`}`)));
      }

      const runs = pages.flatMap((page) => page.runs);
      expect(runs.map(({ run_id }) => run_id)).toEqual(ids.toReversed());
      expect(runs[0]).toMatchObject({ name, status: 'succeeded', engine: 'express', actions: 4, error: null });
      expect(pages.map((page) => page.runs.length)).toEqual([2, 2, 1]);
      expect((await bodyOf<Page>(get(`/runs?name=${encodeURIComponent(name)}&status=failed`))).runs).toEqual([]);
      const middle = runs[2]!.started_at;
      const after = await bodyOf<Page>(get(`/runs?name=${encodeURIComponent(name)}&started_after=${middle}`));
      expect(after.runs.length).toBeGreaterThanOrEqual(2);
      expect(after.runs.length).toBeLessThan(5);
    });

    it('lists the tools', async () => {
      const { tools } = await bodyOf<{ tools: { name: string }[] }>(get('/tools'));

      expect(tools.map(({ name }) => name)).toContain('work');
    });

    describe('with the tool calls of a model', () => {
      const call = (id: string, name: string, input: object) => ({ type: 'tool_use', id, name, input });
      const message = {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I look at both.' },
          call('toolu_1', 'work', { gives: 'one' }),
          call('toolu_2', 'work', { fails: ['permanent'] }),
          call('toolu_3', 'wrok', {}),
        ],
      };

      it("runs them and gives the results back in the provider's way", async () => {
        const response = await post('/runs', { tool_calls: message });
        const answer = await bodyOf<{ run: RunRecord; format: string; messages: { content: object[] }[] }>(response);
        const later = await bodyOf<object>(get(`/runs/${answer.run.run_id}?include=messages`));

        expect([response.status, answer.format, answer.run.status]).toEqual([200, 'anthropic_messages', 'partial']);
        expect(answer.messages).toMatchObject([
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'toolu_1', content: 'one' },
              { type: 'tool_result', tool_use_id: 'toolu_2', is_error: true },
              { type: 'tool_result', tool_use_id: 'toolu_3', is_error: true },
            ],
          },
        ]);
        expect(later).toEqual({ ...answer.run, format: answer.format, messages: answer.messages });
      });

      it('calls one alone directly', async () => {
        const tool_calls = [{ id: 'c1', type: 'function', function: { name: 'work', arguments: '{"gives":1}' } }];

        const answer = await bodyOf<{ run: RunRecord; messages: object[] }>(post('/runs', { tool_calls }));

        expect(answer.run).toMatchObject({ engine: 'direct', status: 'succeeded' });
        expect(answer.messages).toEqual([{ role: 'tool', tool_call_id: 'c1', content: '1' }]);
      });

      it('answers where none of them can be run', async () => {
        const tool_calls = [call('toolu_1', 'wrok', {})];

        const answer = await bodyOf<{ run: null; messages: object[] }>(post('/runs', { tool_calls }));

        expect(answer.run).toBeNull();
        expect(answer.messages).toHaveLength(1);
      });

      it.each([
        [{ tool_calls: { no: 'model' } }, 'invalid_tool_calls', 'tool_calls'],
        [{ tool_calls: message, plan: diamond }, 'invalid_request', 'tool_calls'],
      ])('refuses %j', async (body, code, path) => {
        const response = await post('/runs', body);
        const problem = await bodyOf<{ code: string; issues: { path: string }[] }>(response);

        expect([response.status, problem.code, problem.issues[0]?.path]).toEqual([422, code, path]);
      });

      it.each(['openai_chat', 'openai_responses', 'anthropic_messages', 'bedrock_converse'])(
        'lists the tools for %s',
        async (format) => {
          const list = await bodyOf<{ format: string; tools: object }>(get(`/tools?format=${format}`));

          expect(list.format).toBe(format);
          expect(JSON.stringify(list.tools)).toContain('"name":"work"');
        },
      );
    });

    describe('refuses', () => {
      const problemOf = async (response: Response) => {
        expect(response.headers.get('content-type')).toBe('application/problem+json');
        return bodyOf<{ status: number; code: string; issues?: { path: string; code: string; hint?: string }[] }>(
          response,
        );
      };
      const unknown = '0b51a0d5-0b5e-4c1c-8b1c-3c9a0a5a1c11';

      it.each([
        ['a body that is not JSON', '/runs', '{"plan": nope}', 400, 'invalid_json'],
        ['no body', '/runs', undefined, 422, 'invalid_request'],
        ['a body that is no object', '/runs', [], 422, 'invalid_request'],
        ['a body without a plan', '/runs', {}, 422, 'invalid_request'],
        ['unknown fields', '/runs', { plan: diamond, wait_for: 1 }, 422, 'invalid_request'],
        ['a negative wait', '/runs', { plan: diamond, wait: -1 }, 422, 'invalid_request'],
        ['an engine that does not exist', '/runs', { plan: diamond, engine: 'fast' }, 422, 'invalid_request'],
        ['a plan without actions', '/plans/compile', { plan: { actions: [] } }, 422, 'invalid_plan'],
        ['a plan that is no plan', '/plans/analyze', { plan: 7 }, 422, 'invalid_plan'],
        ['a stop of no run', `/runs/${unknown}/stop`, {}, 404, 'run_not_found'],
        ['a resumption of no run', `/runs/${unknown}/resume`, {}, 404, 'run_not_found'],
        ['an id that is none', '/runs/7/stop', {}, 400, 'invalid_path'],
      ])('%s', async (_, path, body, status, code) => {
        const problem = await problemOf(await post(path, body));

        expect(problem).toMatchObject({ status, code });
      });

      it.each([
        ['a path that does not exist', '/planes', 404, 'not_found'],
        ['a run that does not exist', `/runs/${unknown}`, 404, 'run_not_found'],
        ['events of a run that does not exist', `/runs/${unknown}/events`, 404, 'run_not_found'],
        ['an unknown parameter', '/runs?page=2', 400, 'invalid_query'],
        ['a page that is too large', '/runs?limit=1000', 400, 'invalid_query'],
        ['a status that does not exist', '/runs?status=done', 400, 'invalid_query'],
        ['a cursor that is none', '/runs?cursor=xyz', 400, 'invalid_cursor'],
        ['to show what it does not have', `/runs/${unknown}?include=secrets`, 400, 'invalid_query'],
      ])('%s', async (_, path, status, code) => {
        const problem = await problemOf(await get(path));

        expect(problem).toMatchObject({ status, code });
      });

      it('a plan with all that is wrong with it, where it stands in the request', async () => {
        const plan = { actions: [work('a', {}, { depends_on: ['b'] }), { id: 'b', tool: 'wrok', input: '$c' }] };

        const { status, code, issues = [] } = await problemOf(await post('/runs', { plan }));

        expect([status, code]).toEqual([422, 'invalid_plan']);
        expect(issues.map(({ path }) => path)).toEqual(['plan.actions[1].tool', 'plan.actions[1].input']);
      });

      it.each([
        ['plan', (deep: string) => `{"plan":${deep}}`],
        ['actions', (deep: string) => `{"plan":{"actions":[{"id":"a","tool":"work","input":${deep}}]}}`],
        ['inputs', (deep: string) => `{"plan":{"actions":[{"id":"a","tool":"work"}]},"inputs":{"a":${deep}}}`],
        ['tool calls', (deep: string) => `{"tool_calls":[{"type":"tool_use","id":"t","name":"work","input":${deep}}]}`],
      ])('%s that are nested without end', async (_, bodyWith) => {
        const deep = `${'[['.repeat(50_000)}${']]'.repeat(50_000)}`;

        const response = await post('/runs', bodyWith(deep));

        expect([200, 422]).toContain(response.status); // calls are refused one by one
        expect(JSON.stringify(await response.json())).toMatch(/nested too deep/);
      });

      it('names that objects have already', async () => {
        const body = '{"plan":{"actions":[{"id":"a","tool":"work","__proto__":{"x":1}}]},"__proto__":{"wait":true}}';

        const response = await post('/runs', body);

        expect(response.status).toBe(422);
        expect(({} as { wait?: boolean }).wait).toBeUndefined();
      });

      it('another method', async () => {
        const response = await client.send('DELETE', '/runs');

        expect(response.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
        expect(await problemOf(response)).toMatchObject({ status: 405, code: 'method_not_allowed' });
      });

      it('a body of another type', async () => {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };

        const response = await client.send('POST', '/runs', { body: 'plan=1', headers });

        expect(await problemOf(response)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
      });

      it('a body that is too large', async () => {
        const response = await post('/runs', { plan: diamond, inputs: { text: 'x'.repeat(3_000_000) } });

        expect(await problemOf(response)).toMatchObject({ status: 413, code: 'body_too_large' });
      });

      it('a plan with too many actions', async () => {
        const actions = Array.from({ length: 1_001 }, (_, index) => work(`a${index}`));

        const response = await post('/runs', { plan: { actions } });

        expect(await problemOf(response)).toMatchObject({ status: 422, code: 'too_many_actions' });
      });
    });

    it('answers HEAD as GET, and OPTIONS with what there is', async () => {
      const head = await client.send('HEAD', '/tools');
      const options = await client.send('OPTIONS', '/runs');

      expect([head.status, await head.text()]).toEqual([200, '']);
      expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, POST, OPTIONS']);
      expect(options.headers.get('access-control-allow-origin')).toBeNull();
    });
  });
}

/** Asks again until it holds. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('it never came');
}
