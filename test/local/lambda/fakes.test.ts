import {
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../lib/core/clock.ts';
import { IssuesError } from '../../../lib/core/issues.ts';
import {
  type Behaviour,
  delaySeconds,
  fakeFunctions,
  fakeLambdaService,
  parseBehaviours,
  respond,
} from '../../../lib/local/lambda/fakes.ts';
import { lambdaRequestHandler } from '../../../lib/local/lambda/request-handler.ts';

const shortage = { errorType: 'StockError', errorMessage: 'no stock' };

/** A function that sleeps; `then` is the document's own word for what follows. */
function timeout(sleepSeconds: number, then?: unknown, beside: object = {}) {
  return { behavior: 'timeout', sleepSeconds, ...(then !== undefined && { then }), ...beside };
}

function issuesOf(document: unknown) {
  try {
    parseBehaviours(document);
  } catch (error) {
    if (error instanceof IssuesError) return error.issues.map(({ code, path }) => `${code} ${path}`);
    throw error;
  }
  return [];
}

describe('the document of fake functions', () => {
  test('holds a behaviour, or a list of them, by name or ARN', () => {
    const behaviours = parseBehaviours({
      inventory: { behavior: 'echo' },
      'arn:aws:lambda:us-east-1:000000000000:function:routes': [
        { behavior: 'raise', error: { errorType: 'Busy' } },
        { behavior: 'return', return: null },
      ],
    });

    expect([...behaviours.keys()]).toEqual(['inventory', 'routes']);
    expect(behaviours.get('routes')).toEqual([
      { behavior: 'raise', error: { errorType: 'Busy', errorMessage: '' } },
      { behavior: 'return', return: null },
    ]);
  });

  test.each([
    [timeout(60, 'echo'), { behavior: 'echo' }],
    [timeout(60), { behavior: 'echo' }],
    [timeout(60, 'raise', { error: shortage }), { behavior: 'raise', error: shortage }],
    [timeout(60, { behavior: 'return', return: 1 }), { behavior: 'return', return: 1 }],
  ])('tells what happens after a timeout: %j', (slow, then) => {
    const behaviours = parseBehaviours({ slow });

    expect(behaviours.get('slow')).toEqual([timeout(60, then)]);
  });

  test('is refused with all its problems at once', () => {
    const issues = issuesOf({
      a: { behavior: 'echoes' },
      b: { behavior: 'echo', retrun: 1 },
      c: [{ behavior: 'return' }, { behavior: 'raise', error: { message: 'x' } }],
      d: [],
      'e f': { behavior: 'echo' },
      g: { behavior: 'returnRepeated', text: 'long', count: 1e9 },
      h: timeout(-1, 'missing'),
      'i:live': { behavior: 'missing' },
      i: 5,
    });

    expect(issues).toEqual([
      'unknown_behavior a.behavior',
      'unknown_field b.retrun',
      'invalid_behavior c[0].return',
      'invalid_behavior c[1].error.errorType',
      'unknown_field c[1].error.message',
      'empty_list d',
      'invalid_name e f',
      'invalid_behavior g.count',
      'invalid_behavior h.sleepSeconds',
      'unknown_behavior h.then.behavior',
      'duplicate_name i',
      'invalid_behavior i',
    ]);
  });

  test.each([null, 5, [], 'echo'])('is not %j', (document) => {
    expect(issuesOf(document)).toEqual(['not_an_object ']);
  });

  test('may name a function __proto__', () => {
    const behaviours = parseBehaviours(JSON.parse('{"__proto__": {"behavior": "echo"}}'));

    expect(behaviours.has('__proto__')).toBe(true);
    expect(behaviours.has('constructor')).toBe(false);
  });
});

describe('a fake function', () => {
  test('goes through its behaviours, one an attempt, and repeats the last', () => {
    const functions = fakeFunctions(
      parseBehaviours({ a: [{ behavior: 'missing' }, { behavior: 'echo' }], b: { behavior: 'echo' } }),
    );

    const attempts = [1, 2, 3].map(() => functions.next('a')?.behavior);

    expect(attempts).toEqual(['missing', 'echo', 'echo']);
    expect(functions.next('b')?.behavior).toBe('echo');
    expect(functions.next('c')).toBeUndefined();
  });

  test.each<[Behaviour, object]>([
    [{ behavior: 'echo' }, { ok: true, value: { event: 1 } }],
    [
      { behavior: 'return', return: [1] },
      { ok: true, value: [1] },
    ],
    [
      { behavior: 'returnRepeated', text: 'ab', count: 3 },
      { ok: true, value: 'ababab' },
    ],
    [
      { behavior: 'raise', error: shortage },
      { ok: false, error: shortage },
    ],
    [{ behavior: 'missing' }, { ok: false, missing: true }],
    [timeout(9, { behavior: 'echo' }) as Behaviour, { ok: true, value: { event: 1 } }],
  ])('that is %j answers %j', (behaviour, outcome) => {
    expect(respond(behaviour, { event: 1 })).toEqual(outcome);
    expect(delaySeconds(behaviour)).toBe(behaviour.behavior === 'timeout' ? 9 : 0);
  });
});

describe('fake functions behind the SDK client', () => {
  function setUp(document: unknown, clock = new VirtualClock()) {
    const requestHandler = lambdaRequestHandler(fakeLambdaService(parseBehaviours(document), { clock }));
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new LambdaClient({ region: 'us-east-1', credentials, requestHandler, maxAttempts: 1 });
    const invoke = (FunctionName: string, input: Partial<InvokeCommandInput> = {}, abortSignal?: AbortSignal) =>
      client.send(new InvokeCommand({ FunctionName, ...input }), abortSignal && { abortSignal });
    return { clock, invoke };
  }

  test('answer like functions', async () => {
    const { invoke } = setUp({ echo: { behavior: 'echo' } });

    const output = await invoke('echo', { Payload: '{"a":[1]}' });

    expect(output).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(output.Payload?.transformToString()).toBe('{"a":[1]}');
  });

  test('raise like functions', async () => {
    const { invoke } = setUp({ busy: { behavior: 'raise', error: shortage } });

    const output = await invoke('busy');

    expect(output.FunctionError).toBe('Unhandled');
    expect(JSON.parse(output.Payload?.transformToString() ?? '')).toEqual({
      errorMessage: 'no stock',
      errorType: 'StockError',
      requestId: output.$metadata.requestId,
      stackTrace: [],
    });
  });

  test('return no more than Lambda carries', async () => {
    const { invoke } = setUp({ large: { behavior: 'returnRepeated', text: 'a', count: 7_000_000 } });

    const output = await invoke('large');

    expect(output.Payload?.transformToString()).toContain('Function.ResponseSizeTooLarge');
  });

  test('sleep on their clock', async () => {
    const { clock, invoke } = setUp({ slow: timeout(3600, 'echo') });

    const output = await invoke('slow', { Payload: '1' });

    expect(output.Payload?.transformToString()).toBe('1');
    expect(clock.now()).toBe(3_600_000);
  });

  test('stop sleeping when the call is aborted', async () => {
    const neverEnds = { now: () => 0, sleep: (_: number, signal?: AbortSignal) => abortOf(signal) };
    const { invoke } = setUp({ slow: timeout(1, 'echo') }, neverEnds as VirtualClock);
    const controller = new AbortController();

    const attempt = invoke('slow', {}, controller.signal);
    setImmediate(() => controller.abort());

    await expect(attempt).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('do not exist when they are missing or not listed', async () => {
    const { invoke } = setUp({ gone: [{ behavior: 'missing' }, { behavior: 'echo' }] });

    await expect(invoke('gone')).rejects.toThrow(ResourceNotFoundException);
    await expect(invoke('nowhere')).rejects.toThrow(
      'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nowhere',
    );
    await expect(invoke('gone')).resolves.toMatchObject({ StatusCode: 200 });
  });

  test('count an event as an attempt', async () => {
    const { invoke } = setUp({
      twice: [
        { behavior: 'return', return: 1 },
        { behavior: 'return', return: 2 },
      ],
    });

    const accepted = await invoke('twice', { InvocationType: 'Event' });
    const dry = await invoke('twice', { InvocationType: 'DryRun' });
    const output = await invoke('twice');

    expect([accepted.StatusCode, dry.StatusCode]).toEqual([202, 204]);
    expect(output.Payload?.transformToString()).toBe('2');
  });
});

function abortOf(signal?: AbortSignal): Promise<void> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}
