/** Task states that call Lambda: the real client against fake functions and the local host. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { type Clock, realClock } from '../../../lib/core/clock.ts';
import type { Json } from '../../../lib/core/json.ts';
import { fakeLambdaService, parseBehaviours } from '../../../lib/local/lambda/fakes.ts';
import { lambdaRequestHandler } from '../../../lib/local/lambda/request-handler.ts';
import { lambdaTasks } from '../../../lib/local/states/lambda-tasks.ts';
import { account, functions } from './_fixtures/states.ts';

const INVOKE = 'arn:aws:states:::lambda:invoke';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function';
const BEHAVIOURS = {
  echo: { behavior: 'echo' },
  busy: { behavior: 'raise', error: { errorType: 'Busy', errorMessage: 'try later' } },
  slow: { behavior: 'timeout', sleepSeconds: 60 },
};

function call(resource: string, given: Json, signal = new AbortController().signal, clock: Clock = realClock) {
  return functions(BEHAVIOURS, clock).call({ resource, arguments: given, signal });
}

describe('lambda:invoke', () => {
  it('gives the answer in an envelope', async () => {
    expect(await call(INVOKE, { FunctionName: 'echo', Payload: { a: [1, null] } })).toEqual({
      ok: true,
      output: {
        ExecutedVersion: '$LATEST',
        Payload: { a: [1, null] },
        SdkHttpMetadata: { HttpStatusCode: 200 },
        SdkResponseMetadata: { RequestId: expect.any(String) },
        StatusCode: 200,
      },
    });
  });

  it('gives the function an empty object where there is no payload, or null', async () => {
    for (const given of [{ FunctionName: 'echo' }, { FunctionName: 'echo', Payload: null }]) {
      expect(await call(INVOKE, given)).toMatchObject({ ok: true, output: { Payload: {} } });
    }
  });

  it('does not wait for a function that is called as an event', async () => {
    const result = await call(INVOKE, { FunctionName: 'slow', InvocationType: 'Event', Payload: {} });

    expect(result).toMatchObject({ ok: true, output: { StatusCode: 202 } });
  });

  it("fails with the function's error, and its payload as the cause", async () => {
    const result = await call(INVOKE, { FunctionName: 'busy' });

    expect(result).toMatchObject({ ok: false, error: 'Busy' });
    expect(JSON.parse((result as { cause: string }).cause)).toMatchObject({
      errorType: 'Busy',
      errorMessage: 'try later',
    });
  });

  it("fails with the service's exception, as Step Functions writes it", async () => {
    expect(await call(INVOKE, { FunctionName: 'nowhere' })).toEqual({
      ok: false,
      error: 'Lambda.ResourceNotFoundException',
      cause: expect.stringMatching(
        /^Function not found: arn:aws:lambda:us-east-1:000000000000:function:nowhere:\$LATEST \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
      ),
    });
  });

  it.each([
    [{ Payload: {} }, 'The field "FunctionName" is required but was missing'],
    [{ FunctionName: 'echo', Timeout: 3 }, 'The field "Timeout" is not supported by Step Functions'],
    [{ FunctionName: 7 }, "The value for the field 'FunctionName' must be a STRING"],
    ['echo', 'They are no object'],
  ])('fails for the Arguments %j', async (given, reason) => {
    expect(await call(INVOKE, given)).toMatchObject({
      ok: false,
      error: 'States.Runtime',
      cause: expect.stringContaining(reason),
    });
  });

  it('rejects with the reason of an abort', async () => {
    const controller = new AbortController();
    const calling = call(INVOKE, { FunctionName: 'slow' }, controller.signal);

    controller.abort(new Error('out of time'));

    await expect(calling).rejects.toThrow('out of time');
  });
});

describe("a function's ARN", () => {
  it('gives what the function returns, and takes the whole of the Arguments', async () => {
    expect(await call(`${FUNCTION}:echo`, 'text')).toEqual({ ok: true, output: 'text' });
    expect(await call(`${FUNCTION}:echo:live`, { FunctionName: 'x' })).toEqual({
      ok: true,
      output: { FunctionName: 'x' },
    });
  });

  it('fails like lambda:invoke', async () => {
    expect(await call(`${FUNCTION}:busy`, {})).toMatchObject({ ok: false, error: 'Busy' });
  });
});

describe('Lambda tasks', () => {
  it('are those two resources, and no callback', () => {
    const { supports } = functions();

    expect([INVOKE, `${FUNCTION}:echo`, 'arn:aws-cn:states:::lambda:invoke'].map(supports)).toEqual([true, true, true]);
    const others = [
      `${INVOKE}.waitForTaskToken`,
      'arn:aws:states:::sqs:sendMessage',
      'echo',
      'arn:aws:states:::aws-sdk:lambda:invoke',
    ];
    expect(others.map(supports)).toEqual([false, false, false, false]);
  });

  it('fail as a client does that nobody answers', async () => {
    const client = new LambdaClient({ ...account, endpoint: 'http://127.0.0.1:1' });

    const result = await lambdaTasks(client).call({
      resource: INVOKE,
      arguments: { FunctionName: 'echo' },
      signal: new AbortController().signal,
    });

    expect(result).toMatchObject({ ok: false, error: 'Lambda.SdkClientException', cause: expect.any(String) });
  });

  it('fail with a name also where a function answers with none', async () => {
    const service = fakeLambdaService(parseBehaviours({ echo: { behavior: 'echo' } }));
    const odd = { ...service, invoke: async () => ({ payload: '"no error"', functionError: 'Unhandled' as const }) };
    const client = new LambdaClient({ ...account, requestHandler: lambdaRequestHandler(odd) });

    const result = await lambdaTasks(client).call({
      resource: INVOKE,
      arguments: { FunctionName: 'echo' },
      signal: new AbortController().signal,
    });

    expect(result).toEqual({
      ok: false,
      error: 'Lambda.Unknown',
      cause:
        'The cause could not be determined because Lambda did not return an error type. Returned payload: "no error"',
    });
  });
});
