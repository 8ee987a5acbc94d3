import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTool, type Tool, type ToolContext } from '../../lib/tools/define.ts';
import { isEnvelope } from '../../lib/tools/envelope.ts';
import { PermanentToolError, RetryableToolError } from '../../lib/tools/errors.ts';
import { toolHandler } from '../../lib/tools/handler.ts';

const stock = defineTool({
  name: 'count_stock',
  description: 'Counts what is there.',
  input: z.object({ code: z.string().regex(/^WH/), days: z.int().min(1).default(7), skus: z.array(z.string()).max(2) }),
  output: z.object({ units: z.number(), at: z.string().optional() }),
  idempotent: true,
  latency: 'fast',
  timeoutSeconds: 10,
  handler: async ({ code, days, skus }) => ({ units: days * skus.length, at: code }),
});

/** A tool that takes anything and does `handler`. */
function doing(handler: (input: unknown, context: ToolContext) => unknown, output: z.ZodType = z.unknown()): Tool {
  const parts = { description: '', input: z.unknown(), idempotent: false, latency: 'fast', timeoutSeconds: 5 } as const;
  return defineTool({ name: 'act', ...parts, output, handler: async (input, context) => handler(input, context) });
}

function call(tool: Tool, event: Record<string, unknown> = {}) {
  return toolHandler([tool])({ tool_name: tool.name, ...event });
}

const failing = (thrown: unknown) =>
  doing(() => {
    throw thrown;
  });

describe('toolHandler', () => {
  it('answers with the result in an envelope, defaults filled in', async () => {
    const answer = await call(stock, { input: { code: 'WH001', skus: ['A', 'B'] } });

    expect(answer).toEqual({
      success: true,
      result: { units: 14, at: 'WH001' },
      tool_name: 'count_stock',
      execution_time_ms: expect.any(Number),
    });
    expect(isEnvelope(answer)).toBe(true);
  });

  it('serves several tools', async () => {
    const handler = toolHandler([stock, doing(() => 5)]);

    expect(await handler({ tool_name: 'act' })).toMatchObject({ success: true, result: 5, tool_name: 'act' });
    expect(await handler({ tool_name: 'count_stock', input: { code: 'WH', skus: [] } })).toMatchObject({
      result: { units: 0 },
    });
  });

  it('lists everything that is wrong with an input, which no retry will mend', async () => {
    const answer = await call(stock, { input: { code: 'X1', days: 0, skus: ['A', 5] } });

    expect(answer).toEqual({
      success: false,
      error: expect.stringMatching(
        /^the input of count_stock is wrong: code: .*; days: .*; skus\[1\]: .*allowed: a string\)$/,
      ),
      error_type: 'invalid_input',
      retryable: false,
      status: 'failed',
      tool_name: 'count_stock',
      execution_time_ms: expect.any(Number),
    });
  });

  it.each([
    ['nothing', undefined],
    ['an empty object', {}],
  ])('takes %s as an empty input', async (_, input) => {
    expect(await call(stock, { input })).toMatchObject({ error: expect.stringContaining('code: ') });
    expect(
      await call(
        doing((given) => given),
        { input },
      ),
    ).toMatchObject({ result: {} });
  });

  it('knows only its own tools', async () => {
    for (const tool_name of ['unheard', '', '__proto__', 'constructor']) {
      expect(await toolHandler([stock, doing(() => 1)])({ tool_name })).toMatchObject({
        success: false,
        error: `this function has no tool "${tool_name}"; it has: count_stock, act`,
        error_type: 'unknown_tool',
        retryable: false,
      });
    }
  });

  it.each([[null], [undefined], ['act'], [{}], [{ tool_name: 5 }], [{ tool_name: 'act', errors: 'maybe' }]])(
    'refuses the event %j',
    async (event) => {
      expect(await toolHandler([stock])(event)).toMatchObject({
        success: false,
        error: expect.stringContaining('the event is wrong: '),
        error_type: 'invalid_event',
        retryable: false,
      });
    },
  );

  it.each([
    ['a text for a number', { units: 'many' }, 'units: '],
    ['nothing', undefined, 'an object is required here'],
  ])('an answer of the wrong type is a permanent failure: %s', async (_, given, where) => {
    const answer = await call(doing(() => given, stock.output));

    expect(answer).toMatchObject({ success: false, error_type: 'invalid_output', retryable: false });
    expect(answer).toMatchObject({ error: expect.stringContaining(`the answer of act is wrong: ${where}`) });
  });

  it.each([
    ['a BigInt', () => ({ n: 5n })],
    ['a function', () => () => 5],
    [
      'a circle',
      () => {
        const list: unknown[] = [];
        list.push(list);
        return list;
      },
    ],
  ])('an answer that JSON cannot hold is a permanent failure: %s', async (_, make) => {
    expect(await call(doing(make))).toMatchObject({
      success: false,
      error: expect.stringContaining('the answer cannot be written as JSON: '),
      error_type: 'invalid_output',
      retryable: false,
    });
  });

  it.each([
    ['nothing', undefined, null],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['fields that are undefined', { a: undefined, b: 1 }, { b: 1 }],
  ])('answers as it will arrive: %s', async (_, given, result) => {
    expect(await call(doing(() => given))).toMatchObject({ success: true, result });
  });

  it.each([
    ['a permanent error', new PermanentToolError('unknown_warehouse', 'no WH9'), 'unknown_warehouse', 'no WH9', false],
    ['a retryable one', new RetryableToolError('locked', 'try later'), 'locked', 'try later', true],
    ['a bug', new TypeError('x is not a function'), 'TypeError', 'x is not a function', true],
    ['a text', 'no stock', 'Error', 'no stock', true],
    ['an odd object', { why: 'no stock' }, 'Error', '{"why":"no stock"}', true],
    ['nothing', undefined, 'Error', 'nothing', true],
  ])('%s becomes a failure', async (_, thrown, error_type, error, retryable) => {
    expect(await call(failing(thrown))).toEqual({
      success: false,
      error,
      error_type,
      retryable,
      status: 'failed',
      tool_name: 'act',
      execution_time_ms: expect.any(Number),
    });
  });

  it.each([
    ['ToolPermanent', failing(new PermanentToolError('unknown_warehouse', 'no WH9')), {}],
    ['ToolRetryable', failing(new RetryableToolError('locked', 'try later')), {}],
    ['ToolRetryable', failing(new TypeError('bug')), {}],
    ['ToolPermanent', stock, { input: { code: 5 } }],
    ['ToolPermanent', stock, { tool_name: 'unheard' }],
    ['ToolPermanent', stock, { tool_name: 5 }],
  ])('throws %s when it is asked to throw', async (name, tool, event) => {
    const returned = await call(tool, event);

    const thrown = await call(tool, { ...event, errors: 'throw' }).catch((error: Error) => error);

    expect(thrown).toBeInstanceOf(Error);
    const { message, name: thrownName } = thrown as Error;
    expect(thrownName).toBe(name);
    expect(JSON.parse(message)).toEqual({ ...returned, execution_time_ms: expect.any(Number) });
  });

  it('returns a success also when it is asked to throw', async () => {
    expect(
      await call(
        doing(() => 5),
        { errors: 'throw' },
      ),
    ).toMatchObject({ success: true, result: 5 });
  });

  it('tells the tool what it is called for, and how long it may take', async () => {
    const seen: ToolContext[] = [];
    const tool = doing((_, context) => seen.push(context));
    const event = { tool_name: 'act', run_id: 'r1', action_id: 'orders', idempotency_key: 'r1:orders:2' };

    await toolHandler([tool])(event, { getRemainingTimeInMillis: () => 1234 });
    await toolHandler([tool])({ tool_name: 'act' });

    expect(seen[0]).toMatchObject({ runId: 'r1', actionId: 'orders', idempotencyKey: 'r1:orders:2' });
    expect(seen[0]?.remainingMs()).toBe(1234);
    expect(seen[1]).toMatchObject({ runId: '', actionId: '', idempotencyKey: '' });
    expect(seen[1]?.remainingMs()).toBeGreaterThan(4000);
    expect(seen[1]?.remainingMs()).toBeLessThanOrEqual(5000);
  });

  it('measures its time', async () => {
    const answer = await call(doing(() => new Promise((resolve) => setTimeout(resolve, 30))));

    expect(answer.execution_time_ms).toBeGreaterThan(25);
    expect(answer.execution_time_ms).toBeLessThan(5000);
  });
});

describe('isEnvelope', () => {
  it.each([[null], [5], [[]], [{}], [{ success: 'yes' }], [{ result: 5 }], ['success']])(
    '%j is the result of a function of another make',
    (answer) => {
      expect(isEnvelope(answer)).toBe(false);
    },
  );
});
