/** What is of Lambda alone: streamed responses, callers, the stage, and that nothing goes on when a request is answered. */
import { Writable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bufferedHandler, streamingHandler } from '../../lib/api/lambda.ts';
import { orchestrator } from '../../lib/api/orchestrator.ts';
import type { RunRecord } from '../../lib/engine/records.ts';
import { toolRegistry } from '../../lib/tools/registry.ts';
import { proxyEvent } from './_fixtures/clients.ts';
import { allEvents } from './_fixtures/events.ts';
import { openPlace, type Place } from './_fixtures/place.ts';
import { diamond, until, work } from './_fixtures/suite.ts';

const places: Place[] = [];
afterEach(async () => {
  vi.unstubAllGlobals();
  for (const place of places.splice(0)) await place.close();
});

interface ProxyResult {
  statusCode: number;
  multiValueHeaders: Record<string, string[]>;
  body: string;
}

/** An orchestrator as Lambda runs it. */
async function open() {
  const place = await openPlace({ runs: { background: false }, limits: { maxWaitSeconds: 25 } });
  places.push(place);
  const handler = bufferedHandler(place.api);
  const send = async (method: string, path: string, body?: unknown) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const event = proxyEvent(method, path, { headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const { statusCode, multiValueHeaders, body: text } = (await handler(event)) as ProxyResult;
    return { status: statusCode, headers: multiValueHeaders, body: JSON.parse(text) };
  };
  return { place, send };
}

/** The runtime of Lambda, as far as it streams: metadata, then what is written. */
function runtime() {
  const metadata: { statusCode: number; headers: Record<string, string> }[] = [];
  vi.stubGlobal('awslambda', {
    streamifyResponse: (handler: unknown) => handler,
    HttpResponseStream: {
      from(stream: Writable, told: (typeof metadata)[number]) {
        metadata.push(told);
        return stream;
      },
    },
  });
  return metadata;
}

function collecting() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

type Streaming = (event: unknown, stream: Writable, context: object) => Promise<void>;

const long = { actions: [work('first', { gives: 1 }), work('second', { takes: 800 }, { depends_on: ['first'] })] };

describe('on Lambda', () => {
  it('a run is found under the stage that the API is deployed to', async () => {
    const { send } = await open();

    const { headers, body } = await send('POST', '/runs', { plan: diamond, wait: true });

    expect(headers['location']).toEqual([`/prod/runs/${body.run_id}`]);
  });

  it('what nobody waits for runs on Standard, also where it is short', async () => {
    const { send, place } = await open();

    const plan = { actions: [work('short', {}, { expected_seconds: 2 })] };

    const { status, body } = await send('POST', '/runs', { plan });
    const waited = await send('POST', '/runs', { plan, wait: true });

    expect([status, body.engine, waited.body.engine]).toEqual([202, 'standard', 'express']);
    expect(place.requests).toContain('StartExecution');
  });

  it('what cannot go on must be waited for', async () => {
    const { send } = await open();

    const { status, body } = await send('POST', '/runs', { plan: diamond, engine: 'direct' });

    expect([status, body.code]).toEqual([422, 'needs_wait']);
  });

  it('events are streamed', async () => {
    const metadata = runtime();
    const { send, place } = await open();
    const { body } = await send('POST', '/runs', { plan: diamond, wait: true });
    const { stream, text } = collecting();
    const handler = streamingHandler(place.api) as Streaming;

    await handler(proxyEvent('GET', `/runs/${body.run_id}/events`, { headers: {} }), stream, {});

    expect(metadata[0]).toMatchObject({ statusCode: 200 });
    expect(metadata[0]?.headers['content-type']).toContain('text/event-stream');
    const events = await allEvents(new Response(text()));
    expect(events.at(-1)?.type).toBe('run_completed');
  });

  it('a run that another function started is seen, streamed and stopped', async () => {
    runtime();
    const { send, place } = await open();
    const { body } = await send('POST', '/runs', { plan: long });
    const other = await place.sameStates();
    const { stream, text } = collecting();
    const streaming = (streamingHandler(other.api) as Streaming)(
      proxyEvent('GET', `/runs/${body.run_id}/events`, { headers: {} }),
      stream,
      {},
    );
    await until(async () => text().includes('"action_id":"second"'));
    const seen = (await other.runs.get(body.run_id))?.run;

    const stopped = (await other.runs.stop(body.run_id, 'enough')) as RunRecord;
    await streaming;

    expect(seen).toMatchObject({ status: 'running', results: { first: 1 } });
    expect(stopped).toMatchObject({ status: 'cancelled', error: 'enough', results: { first: 1 } });
    const events = await allEvents(new Response(text()));
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)?.type).toBe('run_completed');
  });

  it('a request that no Fetch request could be is answered all the same', async () => {
    const { place } = await open();
    const event = proxyEvent('GET', '/health', { headers: {}, body: 'a body where none may be' });

    const answer = (await bufferedHandler(place.api)(event)) as ProxyResult;

    expect(answer.statusCode).toBe(200);
  });
});

describe('the orchestrator', () => {
  const environment = {
    AWS_REGION: 'us-east-1',
    STEPWEAVE_RUN_TABLE: 'runs',
    STEPWEAVE_MACHINE_ARN_PREFIX: 'arn:aws:states:us-east-1:000000000000:stateMachine:',
    STEPWEAVE_ROLE_ARN: 'arn:aws:iam::000000000000:role/stepweave',
  };

  it('is made of its environment', async () => {
    vi.stubEnv('AWS_REGION', 'us-east-1');
    const { handler } = orchestrator(toolRegistry([]), environment);

    const answer = (await handler(proxyEvent('GET', '/tools', { headers: {} }))) as ProxyResult;

    expect(JSON.parse(answer.body)).toEqual({ tools: [] });
  });

  it('says all that its environment lacks', () => {
    expect(() => orchestrator(toolRegistry([]), { STEPWEAVE_RUN_TABLE: 'runs' })).toThrow(
      /STEPWEAVE_MACHINE_ARN_PREFIX.*STEPWEAVE_ROLE_ARN/,
    );
  });
});
