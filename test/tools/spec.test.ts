import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTool, toolSpec } from '../../lib/tools/define.ts';
import { toolRegistry } from '../../lib/tools/registry.ts';
import { estimatedSeconds, functionOf, isResourceTemplate, toolSpecSchema } from '../../lib/tools/spec.ts';

describe('toolSpec', () => {
  it('is all that is known of a tool but its code', () => {
    const tool = defineTool({
      name: 'count_stock',
      description: 'Counts what is there.',
      input: z.object({
        code: z.string().describe('The warehouse.'),
        days: z.int().min(1).max(365).default(7),
        kind: z.enum(['fast', 'slow']).optional(),
      }),
      output: z.object({ units: z.number() }),
      reads: ['inventory:{code}'],
      idempotent: true,
      latency: 'fast',
      expectedSeconds: 0.5,
      timeoutSeconds: 10,
      retry: { max_attempts: 1 },
      concurrencyCap: 4,
      handler: async () => ({ units: 0 }),
    });

    expect(toolSpec(tool, 'stepweave-inventory')).toEqual({
      name: 'count_stock',
      description: 'Counts what is there.',
      function: 'stepweave-inventory',
      input_schema: {
        type: 'object',
        properties: {
          code: { type: 'string', description: 'The warehouse.' },
          days: { type: 'integer', minimum: 1, maximum: 365, default: 7 },
          kind: { type: 'string', enum: ['fast', 'slow'] },
        },
        required: ['code'],
      },
      reads: ['inventory:{code}'],
      writes: [],
      idempotent: true,
      latency: 'fast',
      expected_seconds: 0.5,
      timeout_seconds: 10,
      retry: { max_attempts: 1 },
      concurrency_cap: 4,
    });
  });
});

describe('toolSpecSchema', () => {
  it('needs no more than a name', () => {
    expect(toolSpecSchema.parse({ name: 'count-stock' })).toEqual({
      name: 'count-stock',
      description: '',
      input_schema: {},
      reads: [],
      writes: [],
      idempotent: false,
      latency: 'medium',
      timeout_seconds: 900,
    });
  });

  it.each([
    {},
    { name: '' },
    { name: 'count stock' },
    { name: 'x'.repeat(65) },
    { name: 'x', timeout_seconds: 901 },
    { name: 'x', timeout_seconds: 1.5 },
    { name: 'x', latency: 'quick' },
    { name: 'x', concurrency_cap: 0 },
    { name: 'x', function: '' },
    { name: 'x', inputSchema: {} },
    { name: 'x', retry: { attempts: 1 } },
    { name: 'x', reads: [''] },
    { name: 'x', reads: ['{'] },
    { name: 'x', writes: ['a}b'] },
    { name: 'x', writes: ['a{b c}'] },
  ])('refuses %j', (spec) => {
    expect(toolSpecSchema.safeParse(spec).success).toBe(false);
  });

  it.each([
    [{ latency: 'fast' }, 1],
    [{ latency: 'medium' }, 5],
    [{ latency: 'slow' }, 30],
    [{ latency: 'slow', expected_seconds: 0 }, 0],
  ])('%j is estimated to take %d s', (spec, seconds) => {
    expect(estimatedSeconds(toolSpecSchema.parse({ name: 'x', ...spec }))).toBe(seconds);
  });

  it('is served by the function of its name unless it says otherwise', () => {
    expect(functionOf(toolSpecSchema.parse({ name: 'x' }))).toBe('x');
    expect(functionOf(toolSpecSchema.parse({ name: 'x', function: 'arn:aws:lambda:eu-west-1:1:function:y' }))).toBe(
      'arn:aws:lambda:eu-west-1:1:function:y',
    );
  });
});

describe('isResourceTemplate', () => {
  it.each([
    ['stock', true],
    ['stock:{code}/{from.code}*', true],
    ['{a}{b}', true],
    ['', false],
    ['{}', false],
    ['{{a}}', false],
    ['a{b', false],
    ['a}b', false],
    ['{0}', false],
  ])('%j: %s', (text, is) => {
    expect(isResourceTemplate(text)).toBe(is);
  });
});

describe('toolRegistry', () => {
  it('finds tools by name, and nothing else', () => {
    const specs = ['count_stock', 'forecast'].map((name) => toolSpecSchema.parse({ name }));

    const tools = toolRegistry(specs);

    expect(tools.get('forecast')).toBe(specs[1]);
    expect([tools.get('Forecast'), tools.get('__proto__'), tools.get('')]).toEqual([undefined, undefined, undefined]);
    expect(tools.list()).toEqual(specs);
  });
});
