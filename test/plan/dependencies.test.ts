import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { action, issuesOf, plan, prepare } from './plans.ts';

/** Each edge as `a -> b data, explicit`; an edge that others imply in brackets, a conflict with its resource. */
function edgesOf(...actions: unknown[]): string[] {
  return prepare(plan(...actions)).dependencies.edges.map(({ from, to, kinds, resource, redundant }) => {
    const edge = `${from} -> ${to} ${kinds.join(', ')}${resource ? ` on ${resource}` : ''}`;
    return redundant ? `(${edge})` : edge;
  });
}

function cyclesOf(...actions: unknown[]): string[] {
  return issuesOf(plan(...actions)).map(({ code, path, message }) => `${code} ${path} ${message.split(': ')[1]}`);
}

describe('edges', () => {
  it('tell every reason', () => {
    const edges = edgesOf(
      action('vendors', { mode: 'sync', output_key: 'ranking', writes: ['suppliers'] }),
      action('orders', { input: { by: '$ranking', n: '{% $ranking.n + 1 %}' }, depends_on: ['vendors', 'vendors'] }),
      action('routes', { for_each: '$orders.lines', when: '$count($ranking) > 0', reads: ['suppliers'] }),
    );

    expect(edges).toEqual([
      'vendors -> orders data, explicit, fence',
      '(vendors -> routes data, fence, conflict on suppliers)',
      'orders -> routes data',
    ]);
  });

  it('come from each part of an action that has references', () => {
    const others = ['a', 'b', 'c', 'd', 'e'].map((id) => action(id));
    const last = action('last', {
      when: '$a > 0',
      for_each: ['$b'],
      input: { x: ['$c.y', 'of ${d.z}'], item: '$item' },
      depends_on: ['e'],
    });

    expect(edgesOf(...others, last)).toEqual([
      'a -> last data',
      'b -> last data',
      'c -> last data',
      'd -> last data',
      'e -> last explicit',
    ]);
  });

  it('may lead backwards through the list', () => {
    const { dependencies } = prepare(plan(action('routes', { input: '$orders' }), action('orders')));

    expect(dependencies.edges).toMatchObject([{ from: 'orders', to: 'routes' }]);
    expect(dependencies.order).toEqual(['orders', 'routes']);
  });

  it('do not come from literals, inputs or fallbacks', () => {
    const other = action('other', { input: ['$$orders', '$inputs.orders', 'orders'], fallback: '$orders' });

    expect(edgesOf(action('orders'), other)).toEqual([]);
  });

  it('what is required is data and explicit, in listed order', () => {
    const { dependencies } = prepare(
      plan(
        action('gate', { mode: 'sync' }),
        action('a', { writes: ['x'] }),
        action('b'),
        action('c', { depends_on: ['b'], input: '$a', reads: ['x'] }),
        action('d', { writes: ['x'] }),
      ),
    );

    expect(Object.fromEntries(dependencies.requires)).toEqual({ gate: [], a: [], b: [], c: ['a', 'b'], d: [] });
  });
});

describe('fences', () => {
  it('let each wait for the last one before it', () => {
    const edges = edgesOf(
      action('a'),
      action('gate', { mode: 'sync' }),
      action('b'),
      action('wall', { mode: 'sync' }),
      action('c'),
      action('d', { input: '$b' }),
    );

    expect(edges).toEqual([
      'b -> d data',
      'gate -> b fence',
      'gate -> wall fence',
      'wall -> c fence',
      'wall -> d fence',
    ]);
  });

  it('do not wait for what is listed before them', () => {
    expect(edgesOf(action('a'), action('b'), action('gate', { mode: 'sync' }))).toEqual([]);
  });
});

describe('a cycle', () => {
  it('names its path and where it begins', () => {
    const issues = issuesOf(plan(action('orders', { input: '$routes' }), action('routes', { input: '$orders' })));

    expect(issues).toEqual([
      {
        code: 'cycle',
        path: 'actions[0]',
        message: 'a cycle, in which each waits for the one before: orders -> routes -> orders',
        hint: 'take away one of these references, depends_on or sync modes',
      },
    ]);
  });

  it.each([
    ['of itself, by reference', [action('a', { input: '$a' })], ['cycle actions[0] a -> a']],
    ['of itself, by depends_on', [action('a', { depends_on: ['a'] })], ['cycle actions[0] a -> a']],
    ['of itself, by its list', [action('a', { for_each: '$a' })], ['cycle actions[0] a -> a']],
    [
      'of three, told from the first listed',
      [
        action('start'),
        action('c', { input: '$b' }),
        action('a', { input: ['$c', '$start'] }),
        action('b', { when: '$a' }),
      ],
      ['cycle actions[1] c -> a -> b -> c'],
    ],
    [
      'through a fence',
      [action('gate', { mode: 'sync', input: '$late' }), action('late')],
      ['cycle actions[0] gate -> late -> gate'],
    ],
    [
      'through a fence and others',
      [action('gate', { mode: 'sync', input: '$b' }), action('a'), action('b', { depends_on: ['a'] })],
      ['cycle actions[0] gate -> b -> gate'],
    ],
    [
      'beside others',
      [
        action('a', { input: '$b' }),
        action('b', { input: '$a' }),
        action('c', { input: '$c' }),
        action('d', { input: '$e' }),
        action('e', { input: ['$d', '$a'] }),
      ],
      ['cycle actions[0] a -> b -> a', 'cycle actions[2] c -> c', 'cycle actions[3] d -> e -> d'],
    ],
  ])('%s', (_, actions, cycles) => {
    expect(cyclesOf(...actions)).toEqual(cycles);
  });

  it('is told ten times at most', () => {
    const actions = Array.from({ length: 30 }, (_, index) => action(`a${index}`, { input: `$a${index}` }));

    expect(cyclesOf(...actions)).toHaveLength(10);
  });
});

describe('conflicts', () => {
  const read = (id: string, ...reads: string[]) => action(id, { reads });
  const write = (id: string, ...writes: string[]) => action(id, { writes });

  it('are two that touch one resource, of which one writes', () => {
    const edges = edgesOf(
      read('a', 'stock'),
      read('b', 'stock'),
      write('c', 'stock'),
      read('d', 'stock'),
      read('e', 'stock'),
    );

    expect(edges).toEqual([
      'b -> c conflict on stock',
      'a -> c conflict on stock',
      'c -> d conflict on stock',
      'c -> e conflict on stock',
    ]);
  });

  it('order writers one after the other, with no more edges than that needs', () => {
    expect(edgesOf(write('a', 'stock'), write('b', 'stock'), write('c', 'stock'))).toEqual([
      'a -> b conflict on stock',
      'b -> c conflict on stock',
    ]);
  });

  it('go with the order that the others need, however they are listed', () => {
    const edges = edgesOf(
      action('late', { writes: ['stock'], input: '$source' }),
      write('free', 'stock'),
      action('source', { writes: ['stock'] }),
    );

    expect(edges).toEqual(['source -> late data, conflict on stock', 'free -> source conflict on stock']);
  });

  it('are none between different resources', () => {
    expect(edgesOf(write('a', 'stock:A'), write('b', 'stock:B'), write('c', 'stock'), write('d', 'stocks'))).toEqual(
      [],
    );
  });

  it.each([
    ['the same literal', 'stock:{code}', { code: 'A' }, 'stock:{code}', { code: 'A' }, 'stock:A'],
    ['a number and its text', 'stock:{code}', { code: 1 }, 'stock:{code}', { code: '1' }, 'stock:1'],
    ['a reference', 'stock:{code}', { code: '$inputs.code' }, 'stock:{code}', { code: 'A' }, 'stock:A'],
    ['a text with a reference', 'stock:{code}', { code: 'A${inputs.code}' }, 'stock:{code}', { code: 'B' }, 'stock:B'],
    ['two references', 'stock:{code}', { code: '$inputs.a' }, 'stock:{code}', { code: '$inputs.b' }, 'stock:*'],
    ['a missing field', 'stock:{code}', {}, 'stock:A', {}, 'stock:A'],
    ['a field that is no plain value', 'stock:{code}', { code: { a: 1 } }, 'stock:A', {}, 'stock:A'],
    ['null', 'stock:{code}', { code: null }, 'stock:A', {}, 'stock:A'],
    ['an input that is a reference', 'stock:{code}', '$inputs', 'stock:A', {}, 'stock:A'],
    ['a list with it', 'stock:{codes}', { codes: ['A', 'B'] }, 'stock:B', {}, 'stock:B'],
    ['a list with a reference', 'stock:{codes}', { codes: ['A', '$inputs.code'] }, 'stock:Z', {}, 'stock:Z'],
    ['a field of a field', 'stock:{at.code}', { at: { code: 'A', day: '$inputs.day' } }, 'stock:A', {}, 'stock:A'],
    ['several fields', '{kind}:{code}/x', { kind: 'stock', code: 'A' }, 'stock:A/x', {}, 'stock:A/x'],
    [
      'a later field that is unknown',
      'stock:{code}:{day}',
      { code: 'A', day: '$inputs' },
      'stock:A:mon',
      {},
      'stock:A:mon',
    ],
    [
      'an earlier field that is unknown',
      'stock:{code}:{day}',
      { code: '$inputs', day: 'mon' },
      'stock:A',
      {},
      'stock:A',
    ],
    ['a star', 'stock:*', {}, 'stock:A', {}, 'stock:A'],
    ['a star in the input', 'stock:{code}', { code: '*' }, 'stock:A', {}, 'stock:A'],
    ['a dollar that is literal', 'stock:{code}', { code: '$$5' }, 'stock:$5', {}, 'stock:$5'],
  ])('%s names the same resource', (_, writes, writeInput, reads, readInput, resource) => {
    const edges = edgesOf(
      action('a', { writes: [writes], input: writeInput }),
      action('b', { reads: [reads], input: readInput }),
    );

    expect(edges).toEqual([`a -> b conflict on ${resource}`]);
  });

  it.each([
    ['another literal', 'stock:{code}', { code: 'A' }, 'stock:B'],
    ['a list without it', 'stock:{codes}', { codes: ['A', 'B'] }, 'stock:C'],
    ['an empty list', 'stock:{codes}', { codes: [] }, 'stock:A'],
    ['another beginning', 'stock:{code}', { code: '$inputs.code' }, 'orders:A'],
    ['the name before the colon', 'stock:{code}', { code: '$inputs.code' }, 'stock'],
    ['another first field', 'stock:{code}:{day}', { code: 'A', day: '$inputs.day' }, 'stock:B:mon'],
  ])('%s names another resource', (_, writes, input, reads) => {
    expect(edgesOf(action('a', { writes: [writes], input }), action('b', { reads: [reads] }))).toEqual([]);
  });

  it('never make a cycle, and order every pair', () => {
    const random = fc.array(
      fc.record({
        after: fc.array(fc.nat(11), { maxLength: 2 }),
        reads: fc.subarray(['x', 'y', 'z*']),
        writes: fc.subarray(['x', 'y', 'z1', 'z2']),
        mode: fc.constantFrom('async', 'async', 'sync'),
      }),
      { maxLength: 12, minLength: 1 },
    );
    fc.assert(
      fc.property(random, (drawn) => {
        const actions = drawn.map(({ after, ...fields }, index) =>
          action(`a${index}`, { ...fields, depends_on: after.filter((to) => to < index).map((to) => `a${to}`) }),
        );
        const { dependencies } = prepare(plan(...actions));

        expect(dependencies.order).toHaveLength(actions.length);
        const before = pathsOf(dependencies.edges);
        for (const [i, a] of drawn.entries()) {
          for (const [j, b] of drawn.entries()) {
            if (i >= j || !touchesSame(a, b)) continue;
            expect(before.has(`a${i} a${j}`) || before.has(`a${j} a${i}`), `a${i} and a${j} conflict`).toBe(true);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

interface Touches {
  reads: string[];
  writes: string[];
}

function touchesSame(a: Touches, b: Touches): boolean {
  const same = (x: string, y: string) => x === y || (x[0] === 'z' && y[0] === 'z' && (x + y).includes('*'));
  const touches = (writes: string[], { reads, writes: others }: Touches) =>
    writes.some((written) => [...reads, ...others].some((other) => same(written, other)));
  return touches(a.writes, b) || touches(b.writes, a);
}

/** All pairs that a path connects. */
function pathsOf(edges: readonly { from: string; to: string }[]): Set<string> {
  const pairs = new Set(edges.map(({ from, to }) => `${from} ${to}`));
  for (let size = 0; size !== pairs.size; ) {
    size = pairs.size;
    for (const pair of [...pairs]) {
      const [from, middle] = pair.split(' ');
      for (const edge of edges) if (edge.from === middle) pairs.add(`${from} ${edge.to}`);
    }
  }
  return pairs;
}
