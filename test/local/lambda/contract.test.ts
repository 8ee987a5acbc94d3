/** What every client sees, in process and over HTTP: the real SDK client against the host. */
import {
  InvalidRequestContentException,
  InvokeCommand,
  type InvokeCommandInput,
  type InvokeCommandOutput,
  LambdaClient,
  ListFunctionsCommand,
  RequestTooLargeException,
  ResourceNotFoundException,
  TooManyRequestsException,
} from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test } from 'vitest';
import { MAX_EVENT_BYTES, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES } from '../../../lib/local/lambda/limits.ts';
import { lambdaRequestHandler } from '../../../lib/local/lambda/request-handler.ts';
import { serveLambda } from '../../../lib/local/lambda/server.ts';
import type { LambdaService } from '../../../lib/local/lambda/service.ts';
import { hostOf, tool, until } from './_fixtures/host.ts';

const account = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
};
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

function inProcess(service: LambdaService): LambdaClient {
  return new LambdaClient({ ...account, requestHandler: lambdaRequestHandler(service) });
}

async function overHttp(service: LambdaService): Promise<LambdaClient> {
  const server = await serveLambda(service);
  const client = new LambdaClient({ ...account, endpoint: server.url });
  cleanUp.push(
    () => server.close(),
    () => client.destroy(),
  );
  return client;
}

function payload(output: InvokeCommandOutput) {
  return JSON.parse(output.Payload?.transformToString() || 'null');
}

/** A JSON string of exactly this many bytes. */
function textOf(bytes: number): string {
  return JSON.stringify('x'.repeat(bytes - 2));
}

describe.each([
  ['in process', inProcess],
  ['over HTTP', overHttp],
])('Invoke %s', (_, connect) => {
  async function setUp(functions = [tool('echo')]) {
    const { host, log } = hostOf(functions, { maxEnvironments: 4 });
    const client = await connect(host);
    const invoke = (input: Partial<InvokeCommandInput> = {}, options: { abortSignal?: AbortSignal } = {}) =>
      client.send(new InvokeCommand({ FunctionName: 'echo', ...input }), options);
    return { host, log, client, invoke };
  }

  test('answers with what the function returns', async () => {
    const { invoke } = await setUp();

    const output = await invoke({ Payload: '{"warehouse":"WH001","menge":"drei Stück"}' });

    expect(payload(output)).toEqual({ warehouse: 'WH001', menge: 'drei Stück' });
    expect(output).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(output.FunctionError).toBeUndefined();
    expect(output.LogResult).toBeUndefined();
  });

  test('gives an empty event to a function that is called without one', async () => {
    const { invoke } = await setUp();

    expect(payload(await invoke())).toEqual({});
  });

  test('finds a function by its ARN and qualifier', async () => {
    const { invoke } = await setUp([tool('context')]);

    const FunctionName = 'arn:aws:lambda:eu-west-1:123456789012:function:context:live';
    const output = payload(await invoke({ FunctionName }));

    expect(output.invokedFunctionArn).toBe('arn:aws:lambda:us-east-1:000000000000:function:context:live');
    expect(payload(await invoke({ FunctionName: 'context', Qualifier: '7' })).invokedFunctionArn).toMatch(
      /:context:7$/,
    );
  });

  test('answers the failure of a function as a function error', async () => {
    const { invoke } = await setUp([tool('throws')]);

    const output = await invoke({ FunctionName: 'throws' });

    expect(output).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(payload(output)).toMatchObject({ errorType: 'StockError', errorMessage: 'no stock' });
    expect(payload(output).trace[0]).toBe('StockError: no stock');
  });

  test('throws ResourceNotFoundException for a function that does not exist', async () => {
    const { invoke } = await setUp();

    const attempt = invoke({ FunctionName: 'nowhere' });

    await expect(attempt).rejects.toThrow(ResourceNotFoundException);
    await expect(attempt).rejects.toMatchObject({
      message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nowhere',
      Type: 'User',
      $fault: 'client',
      $metadata: { httpStatusCode: 404, requestId: expect.any(String) },
    });
  });

  test('throws InvalidRequestContentException for an event that is no JSON', async () => {
    const { invoke } = await setUp();

    const attempt = invoke({ Payload: '{"a":' });

    await expect(attempt).rejects.toThrow(InvalidRequestContentException);
    await expect(attempt).rejects.toThrow(
      /^Could not parse request body into json: Could not parse payload into json:/,
    );
  });

  test('throws TooManyRequestsException, with the reason, beyond the concurrency of a function', async () => {
    const { host, invoke } = await setUp([tool('sleeps', { reservedConcurrency: 1 })]);
    const first = invoke({ FunctionName: 'sleeps', Payload: '{"ms":300}' });
    await until(() => host.stats.environments === 1);

    const second = invoke({ FunctionName: 'sleeps', Payload: '{"ms":0}' });

    await expect(second).rejects.toThrow(TooManyRequestsException);
    await expect(second).rejects.toMatchObject({
      message: 'Rate Exceeded.',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      $metadata: { httpStatusCode: 429 },
    });
    expect(payload(await first)).toBeNull();
  });

  test('takes an event of 6 MB, and not a byte more', async () => {
    const { invoke } = await setUp([tool('nothing')]);

    const output = await invoke({ FunctionName: 'nothing', Payload: textOf(MAX_REQUEST_BYTES) });
    const larger = invoke({ FunctionName: 'nothing', Payload: textOf(MAX_REQUEST_BYTES + 1) });

    expect(payload(output)).toBeNull();
    await expect(larger).rejects.toThrow(RequestTooLargeException);
    await expect(larger).rejects.toThrow('Request must be smaller than 6291456 bytes for the InvokeFunction operation');
  });

  test('answers Function.ResponseSizeTooLarge when the result is larger than Lambda carries', async () => {
    const { invoke } = await setUp([tool('large')]);
    const large = (bytes: number) => invoke({ FunctionName: 'large', Payload: JSON.stringify({ bytes }) });

    const output = await large(MAX_RESPONSE_BYTES - 2);
    const larger = await large(MAX_RESPONSE_BYTES - 1);

    expect(output.Payload).toHaveLength(MAX_RESPONSE_BYTES);
    expect(larger.FunctionError).toBe('Unhandled');
    expect(payload(larger)).toEqual({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    });
  });

  test('accepts an event at once and runs it in the background', async () => {
    const { host, log, invoke } = await setUp([tool('prints')]);

    const input = { FunctionName: 'prints', InvocationType: 'Event', Payload: '{"lines":["one"]}' } as const;
    const output = await invoke(input);

    expect(output).toMatchObject({ StatusCode: 202 });
    expect(output.Payload ?? '').toHaveLength(0);
    await until(() => log.some(({ text }) => text === 'one\n') && host.stats.idle === 1);
  });

  test('refuses an event above 1 MB', async () => {
    const { invoke } = await setUp();

    const attempt = invoke({ InvocationType: 'Event', Payload: textOf(MAX_EVENT_BYTES + 1) });

    await expect(attempt).rejects.toThrow(RequestTooLargeException);
    await expect(attempt).rejects.toThrow(
      '1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
    );
  });

  test('logs the failure of an event', async () => {
    const { log, invoke } = await setUp([tool('throws')]);

    await invoke({ FunctionName: 'throws', InvocationType: 'Event' });

    await until(() => log.length > 0);
    expect(log[0]).toMatchObject({ functionName: 'throws', stream: 'stderr', requestId: expect.any(String) });
    expect(log[0]?.text).toContain('"errorType":"StockError"');
  });

  test('runs nothing for a dry run, but finds a function missing', async () => {
    const { host, invoke } = await setUp();

    const output = await invoke({ InvocationType: 'DryRun' });
    const missing = invoke({ InvocationType: 'DryRun', FunctionName: 'nowhere' });

    expect(output.StatusCode).toBe(204);
    expect(host.stats.environments).toBe(0);
    await expect(missing).rejects.toThrow(ResourceNotFoundException);
  });

  test('gives the end of the log when it is asked for', async () => {
    const { invoke } = await setUp([tool('prints')]);
    const Payload = JSON.stringify({ lines: ['ä'.repeat(5000), 'last'] });

    const output = await invoke({ FunctionName: 'prints', LogType: 'Tail', Payload });

    const tail = Buffer.from(output.LogResult ?? '', 'base64');
    expect(tail.length).toBeLessThanOrEqual(4096);
    expect(tail.length).toBeGreaterThan(4090);
    expect(tail.toString()).toMatch(/^ä+\nlast\nto stderr\nby the stream\nby the descriptor\nlater\n$/);
  });

  test('ends the work of a call that is aborted', async () => {
    const { host, invoke } = await setUp([tool('spins')]);
    const controller = new AbortController();
    const attempt = invoke({ FunctionName: 'spins' }, { abortSignal: controller.signal });
    await until(() => host.stats.environments === 1);

    controller.abort();

    await expect(attempt).rejects.toMatchObject({ name: 'AbortError' });
    await until(() => host.stats.environments === 0);
  });

  test('says that it serves no other operation', async () => {
    const { client } = await setUp();

    const attempt = client.send(new ListFunctionsCommand({}));

    await expect(attempt).rejects.toMatchObject({
      name: 'NotImplementedException',
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe('the HTTP endpoint', () => {
  async function setUp() {
    const { host } = hostOf([tool('echo')]);
    const server = await serveLambda(host);
    cleanUp.push(() => server.close());
    const post = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, { method: 'POST', ...init });
    return { server, post };
  }
  const path = '/2015-03-31/functions/echo/invocations';

  test.each([
    ['GET', path, 501],
    ['POST', '/2015-03-31/functions/echo', 501],
    ['POST', '/2021-11-15/functions/echo/response-streaming-invocations', 501],
    ['POST', '/', 404],
    ['POST', '//', 404],
    ['POST', '/2015-03-31/functions/a%20b/invocations', 400],
    ['POST', '/2015-03-31/functions/%E0/invocations', 400],
    ['POST', '/2015-03-31/functions/echo:live/invocations?Qualifier=7', 400],
  ])('answers %s %s with %i', async (method, wanted, status) => {
    const { post } = await setUp();

    const response = await post(wanted, { method });

    expect(response.status).toBe(status);
    expect(response.headers.get('x-amzn-errortype')).toMatch(/Exception$/);
    expect(await response.json()).toMatchObject({ Type: 'User', message: expect.any(String) });
  });

  test('refuses an unknown invocation type', async () => {
    const { post } = await setUp();

    const response = await post(path, { headers: { 'X-Amz-Invocation-Type': 'Sometimes' } });

    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/Sometimes.*RequestResponse, Event or DryRun/);
  });

  test('listens on this machine only, and not to web pages', async () => {
    const { server, post } = await setUp();

    const response = await post(path, { headers: { origin: 'https://example.com' }, body: '{}' });

    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(response.status).toBe(403);
  });

  test('answers a body far beyond the limit without keeping it', async () => {
    const { post } = await setUp();

    const response = await post(path, { body: 'x'.repeat(40_000_000) });

    expect(response.status).toBe(413);
    expect(response.headers.get('x-amzn-errortype')).toBe('RequestTooLargeException');
  });

  test('says so when its port is taken', async () => {
    const { server } = await setUp();

    await expect(serveLambda(hostOf([]).host, { port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
