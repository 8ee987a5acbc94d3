/** When actions run and with what: references, conditions, lists. On the virtual clock. */
import { describe, expect, it } from 'vitest';
import { runScripted, type Script } from '../support/scripted-run.ts';

const work = (id: string, input: Script & object = {}, fields: object = {}) => ({ id, tool: 'work', input, ...fields });
const once = { retry: { max_attempts: 0 } };

describe('dataflow', () => {
  it('starts each action the moment its own inputs are there, whatever else is slow', async () => {
    const actions = [
      work('slow', { takes: 10 }),
      work('fast', { takes: 1 }),
      work('next', { gives: '$fast' } as never, { depends_on: ['fast'] }),
      work('last', {}, { depends_on: ['next', 'slow'] }),
    ];

    const { starts, run } = await runScripted(actions);

    expect(starts).toEqual(['slow@0', 'fast@0', 'next@1', 'last@10']);
    expect(run).toMatchObject({ status: 'succeeded', makespan_ms: 11_000, sequential_ms: 13_000, speedup: 1.18 });
  });

  it('hands results on by value, with their types, and as text inside strings', async () => {
    const actions = [
      work('stock', { gives: { lines: [{ code: 'A', qty: 3 }], total: 3 } }),
      work('use', {
        gives: {
          all: '$stock.lines',
          first: '$stock.lines[0].qty',
          text: 'n=${stock.total}',
          sum: '{% $stock.total + 1 %}',
          cost: '$$5',
        },
      } as never),
    ];

    const { run } = await runScripted(actions);

    expect(run.results['use']).toEqual({ all: [{ code: 'A', qty: 3 }], first: 3, text: 'n=3', sum: 4, cost: '$5' });
  });

  it('passes the inputs of the run, and fails what refers to an input that is not there', async () => {
    const actions = [
      work('a', { gives: '$inputs.code' }),
      work('b', { gives: '$inputs.missing' }, { fallback: 'unused' }),
    ];

    const { run, record } = await runScripted(actions, { inputs: { code: 'WH001' } });

    expect(run.results).toEqual({ a: 'WH001' });
    expect(record('b')).toMatchObject({
      status: 'failed',
      attempts: 0,
      error_type: 'unresolved_reference',
      error: 'input.gives: $inputs.missing yields nothing',
    });
  });
});

describe('conditions', () => {
  it('skips an action whose condition is false or nothing, and fails one whose condition raises', async () => {
    const actions = [
      work('a', { gives: { n: 2 } }),
      work('no', {}, { when: '$a.n > 5' }),
      work('nothing', {}, { when: '$a.missing' }),
      work('raises', {}, { when: '$a.n + "x" = 1' }),
      work('yes', {}, { when: '$a.n = 2 and $exists($a.n)' }),
    ];

    const { statuses, record, starts } = await runScripted(actions);

    expect(statuses).toEqual({ a: 'succeeded', no: 'skipped', nothing: 'skipped', raises: 'failed', yes: 'succeeded' });
    expect(record('no').reason).toBe('its condition does not hold: $a.n > 5');
    expect(record('raises').error_type).toBe('expression_error');
    expect(starts).toEqual(['a@0', 'yes@1']);
  });

  it('is succeeded when all that did not run was kept back by its own condition', async () => {
    const { run } = await runScripted([work('a'), work('b', {}, { when: '1 = 2' })]);

    expect(run).toMatchObject({ status: 'succeeded', error: null });
  });

  it('is partial when something required what was kept back', async () => {
    const { run, record } = await runScripted([
      work('a'),
      work('b', {}, { when: false }),
      work('c', {}, { depends_on: ['b'] }),
    ]);

    expect(run.status).toBe('partial');
    expect(record('c').reason).toBe('requires b, which was skipped');
  });
});

describe('lists', () => {
  it('runs once per item and gives the results in order', async () => {
    const actions = [
      work('orders', { gives: { list: [3, 1, 2] } }),
      work('each', { takes: '$item', gives: { at: '$index', of: '$item' } } as never, { for_each: '$orders.list' }),
    ];

    const { run, record } = await runScripted(actions);

    expect(run.results['each']).toEqual([
      { at: 0, of: 3 },
      { at: 1, of: 1 },
      { at: 2, of: 2 },
    ]);
    expect(record('each').items!.map(({ execution_time_ms }) => execution_time_ms)).toEqual([3000, 1000, 2000]);
    expect(run.makespan_ms).toBe(4000);
  });

  it.each([
    ['no element', [], []],
    ['one element', [{ id: 7 }], [7]],
    ['two elements', [{ id: 7 }, { id: 8 }], [7, 8]],
  ])('takes a path through a list of %s as a list', async (_, list, expected) => {
    const actions = [work('a', { gives: { list } }), work('each', { gives: '$item' }, { for_each: '$a.list.id' })];

    const { run } = await runScripted(actions);

    expect(run.results['each']).toEqual(expected);
  });

  it('fails what is no list, without calling anything', async () => {
    const actions = [work('a', { gives: { n: 3 } }), work('each', {}, { for_each: '$a.n', fallback: [] })];

    const { record, starts } = await runScripted(actions);

    expect(record('each')).toMatchObject({
      status: 'failed',
      error_type: 'not_a_list',
      error: 'for_each: $a.n is not a list, it is a number',
    });
    expect(starts).toEqual(['a@0']);
  });

  it('lets the other items finish under continue, and tells which failed', async () => {
    const actions = [
      work('each', { takes: '$item.t', fails: '$item.f' } as never, {
        for_each: [
          { t: 1, f: ['Bad'] },
          { t: 2, f: [] },
        ],
        ...once,
      }),
    ];

    const { record, run } = await runScripted(actions);

    expect(record('each')).toMatchObject({
      status: 'failed',
      error_type: 'Bad',
      error: '1 of 2 items failed; item 0: Bad happened',
    });
    expect(record('each').items!.map(({ status }) => status)).toEqual(['failed', 'succeeded']);
    expect(run).toMatchObject({ status: 'failed', makespan_ms: 2000 });
  });

  it('aborts the other items under stop', async () => {
    const actions = [
      work('each', { takes: '$item.t', fails: '$item.f' } as never, {
        for_each: [
          { t: 1, f: ['Bad'] },
          { t: 2, f: [] },
        ],
        ...once,
      }),
    ];

    const { record, run } = await runScripted(actions, { settings: { on_failure: 'stop' } });

    expect(record('each').items).toMatchObject([
      { status: 'failed', error_type: 'Bad' },
      { status: 'cancelled', error: 'item 0 failed; its outcome is unknown' },
    ]);
    expect(run).toMatchObject({ status: 'failed', makespan_ms: 1000 });
  });

  it('under stop does not even look at the items after the failed one', async () => {
    const actions = [work('each', { gives: '$item.x' }, { for_each: [{}, { x: 1 }, {}], writes: ['orders'] })];

    const { record } = await runScripted(actions, { settings: { on_failure: 'stop' } });

    expect(record('each').items!.map(({ status }) => status)).toEqual(['failed', 'cancelled', 'cancelled']);
    expect(record('each').error).toMatch(/^1 of 3 items failed; item 0: /);
  });

  it('runs items that write one by one', async () => {
    const { starts } = await runScripted([work('each', {}, { for_each: [1, 2, 3], writes: ['orders:{code}'] })]);

    expect(starts).toEqual(['each@0', 'each@1', 'each@2']);
  });
});
