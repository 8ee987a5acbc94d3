import { describe, expect, it } from 'vitest';
import { chooseEngine, machineTypeOf } from '../../lib/analysis/engine-choice.ts';
import { planOf } from './plans.ts';

const TOOLS = [
  { name: 'look', idempotent: true, latency: 'fast' },
  { name: 'think', idempotent: true, latency: 'slow' },
];

function plan(actions: Record<string, unknown>[], settings: object = {}) {
  return planOf(
    actions.map((action, index) => ({ id: `a${index}`, tool: 'look', ...action })),
    { settings, tools: TOOLS },
  );
}

describe('auto takes express', () => {
  it('for a short plan of idempotent tools', () => {
    expect(chooseEngine(plan([{}, { depends_on: ['a0'] }]))).toEqual({
      engine: 'express',
      reasons: [
        'it is short: estimated to take 2.0 s, and 22.0 s if every call were tried as often as it may be',
        'all its tools are idempotent, it continues on failure and it has no timeout of its own',
      ],
    });
  });

  it('for lists that have more events together than a history holds', () => {
    const items = Array.from({ length: 100 }, (_, item) => item);

    const choice = chooseEngine(plan(Array.from({ length: 50 }, () => ({ for_each: items }))));

    expect(choice.engine).toBe('express');
    expect(choice.reasons[0]).toBe('it has at least 35202 events, and the history of a Standard execution holds 25000');
  });
});

describe('auto takes standard', () => {
  const chain = (length: number, more: object = {}) =>
    Array.from({ length }, (_, index) => ({ ...more, depends_on: index === 0 ? [] : [`a${index - 1}`] }));

  it.each([
    [
      'for a tool that is not idempotent',
      plan([{ tool: 'work' }, {}]),
      'work is not idempotent, and only the history of Standard tells for certain what was done',
    ],
    [
      'to stop on failure',
      plan([{}], { on_failure: 'stop' }),
      'it stops on failure, and only a Standard execution can be taken up again where it stopped',
    ],
    [
      'for a timeout of the run',
      plan([{}], { timeout_seconds: 60 }),
      'it has a timeout of its own, and only Standard tells what had ended by then',
    ],
    ['for a long plan', plan(chain(3, { tool: 'think' })), 'it is estimated to take 90.0 s, and short is at most 60 s'],
    [
      'for one that is long where calls fail',
      plan(chain(2, { tool: 'think', retry: { max_attempts: 5 } })),
      'if every call were tried as often as it may be, it would take longer than the 300 s of an Express execution',
    ],
    [
      'for one that was given long',
      plan([{ timeout_seconds: 301 }]),
      'a0 is given longer than the 300 s of an Express execution',
    ],
    [
      'for one that may be tried without end',
      plan([{ retry: { max_attempts: 99_999_999, backoff_rate: 1 } }]),
      'if every call were tried as often as it may be, it would take longer than the 300 s of an Express execution',
    ],
    [
      'for one that has to wait for its lanes',
      plan(
        Array.from({ length: 70 }, () => ({})),
        { max_parallel: 1 },
      ),
      'it is estimated to take 70.0 s, and short is at most 60 s',
    ],
  ])('%s', (_, tried, reason) => {
    expect(chooseEngine(tried)).toEqual({ engine: 'standard', reasons: [reason] });
  });

  it('and gives all the reasons', () => {
    const everything = plan([{ tool: 'work', timeout_seconds: 400 }], { on_failure: 'stop', timeout_seconds: 500 });

    expect(chooseEngine(everything).reasons).toHaveLength(4);
  });

  it('also for more events than a history holds, where Express cannot do either: the plan is then refused', () => {
    const items = Array.from({ length: 4000 }, (_, item) => item);

    expect(chooseEngine(plan([{ for_each: items }]))).toEqual({
      engine: 'standard',
      reasons: expect.arrayContaining([
        'the list of a0 has more than 100 items, and the one output of an Express execution holds no more',
      ]),
    });
  });
});

describe('an engine that is asked for', () => {
  it('beats auto, and what is asked for now beats what the plan asks for', () => {
    const asking = plan([{}], { engine: 'standard' });

    expect(chooseEngine(asking)).toEqual({ engine: 'standard', reasons: ['the plan asks for the engine standard'] });
    expect(chooseEngine(asking, 'direct')).toEqual({
      engine: 'direct',
      reasons: ['the caller asks for the engine direct'],
    });
    expect(chooseEngine(asking, 'auto').engine).toBe('express');
  });

  it('decides the type of the machine; direct leaves it to auto', () => {
    expect(machineTypeOf(plan([{}]), 'standard')).toBe('STANDARD');
    expect(machineTypeOf(plan([{ tool: 'work' }]), 'express')).toBe('EXPRESS');
    expect(machineTypeOf(plan([{}], { engine: 'direct' }))).toBe('EXPRESS');
    expect(machineTypeOf(plan([{ tool: 'work' }]), 'direct')).toBe('STANDARD');
  });
});
