/**
 * Plans that go through the odd corners of the language: names, values, lists and conditions that a generator seldom meets.
 * The tool answers with what its input says: `give` it, or throw an error of the name `throws`, or return a failure.
 */

const call = (id: string, input: unknown, more: object = {}) => ({ id, tool: 'work', input, ...more });

/** By what they are about. */
export const FEATURE_PLANS: Record<string, { settings?: object; actions: object[] }> = {
  'ids that mean something to JSONata or to a machine': {
    actions: [
      call('map', { a: 1 }),
      call('millis', { b: '$map.a' }),
      call('joined1', { c: '$millis.b', d: '$map' }),
      call('Parallel', { e: '$joined1' }),
      call('End', {}),
      call('error', { x: '{% [$map.a, $millis.b, $joined1.c] %}' }),
    ],
  },
  'output keys': {
    actions: [
      call('a', { give: { x: [1] } }, { output_key: 'alpha' }),
      call('b', { y: '$alpha.x', z: '{% $sum($alpha.x) %}', t: 'v=${alpha.x}' }, { output_key: 'map' }),
      call('c', { m: '$map.y', n: '{% $map.z + 1 %}' }),
    ],
  },
  'lists of lists, and of nothing': {
    actions: [
      call('a', { give: [[1, [2]], [], [[]], null] }),
      call('b', { x: '$a', y: '$a[0]', z: '$a[2]', w: '{% $a[1] %}', n: '$a[3]', l: ['$a', 1, ['$a[0]']] }),
      call('c', { give: [] }),
      call('d', { x: '$c' }),
    ],
  },
  'lists written within lists': {
    actions: [
      call('a', { give: { l: [1, 2], one: [5], none: [], n: null } }),
      call('b', {
        x: [
          ['$a.l', '$a.n', [['$a.one']], { k: '$a.none', t: '${a.n}', u: { v: '$a.l' } }],
          ['$a.none'],
          ['$a.l'],
          [7],
        ],
      }),
      call('c', { x: [['$a.missing']] }),
      call('d', { x: [[1, '$a.missing']] }),
      call('e', { x: [[{ k: '$a.missing' }, 1]] }),
      call('f', { v: '$item' }, { for_each: [['$a.l'], [['$a.one', 1]]] }),
    ],
  },
  'expressions of several lines': {
    actions: [
      call('a', { give: { n: 3, t: 'two\nlines' } }),
      call('b', { x: '{% $a.n\n  + 1 %}', y: '{% $a.t & "\n" %}' }, { when: '$a.n > 1 and\n$a.t = "two\nlines"' }),
    ],
  },
  'null, false, 0 and the empty text': {
    actions: [null, false, 0, ''].flatMap((give, index) => [
      call(`v${index}`, { give }),
      call(`use${index}`, { x: `$v${index}`, t: `[\${v${index}}]` }),
      call(`if${index}`, {}, { when: `$v${index}`, depends_on: [`v${index}`] }),
    ]),
  },
  'answers that look like envelopes': {
    actions: [
      call('a', { answers: [{ success: true }] }),
      call('b', { x: '$a' }),
      call('c', { answers: { success: true } }),
      call('d', { x: '$c' }),
      call('e', { answers: { success: 'yes', v: 1 } }),
      call('f', { x: '$e' }),
      call('g', { answers: { success: false, error: 'no', error_type: 'nope', retryable: false } }),
      call('h', { x: '$g' }),
    ],
  },
  'lists of every kind': {
    actions: [
      call('a', {
        give: {
          one: [5],
          none: [],
          many: [1, 2, 3],
          objects: [{ k: [1] }, { k: [2] }],
          object: { k: 1 },
          nested: [[1, 2]],
        },
      }),
      call('one', { v: '$item', i: '$index' }, { for_each: '$a.one' }),
      call('none', { v: '$item' }, { for_each: '$a.none' }),
      call('many', { give: ['$item'] }, { for_each: '$a.many' }),
      call('path', { v: '$item' }, { for_each: '$a.objects.k' }),
      call('notAList', { v: '$item' }, { for_each: '$a.object' }),
      call('nested', { v: '$item' }, { for_each: '$a.nested' }),
      call('filterOne', { v: '$item' }, { for_each: '{% $a.many[$ > 2] %}' }),
      call('filterNone', { v: '$item' }, { for_each: '{% $a.many[$ > 5] %}' }),
      call('written', { v: '$item' }, { for_each: ['$a.one', 7, '$a.object.k'] }),
      call('missingInItem', { v: '$item.x' }, { for_each: [{ x: 1 }, {}] }),
      call('missingList', { v: '$item' }, { for_each: '$a.missing' }),
      call('lists', { give: '$item' }, { for_each: [[1], [2, 3], []] }),
      call('ofLists', { give: '$item' }, { for_each: '$lists' }),
      call('fails', { throws: 'Down', v: '$item' }, { for_each: ['bad'], fallback: ['stands in'] }),
      call('uses', { x: '$one', y: '$many', z: '$many[0]', c: '{% $count($many) %}', f: '$fails', l: '$lists' }),
      call('throughOne', { x: '$nested.v' }),
    ],
  },
  'conditions and expressions': {
    actions: [
      call('a', { give: { n: 3, s: 'x' } }),
      call('holds', {}, { when: '$a.n > 2' }),
      call('fails', {}, { when: '$a.n > 5' }),
      call('raises', {}, { when: '$a.n > "z"' }),
      call('nothing', {}, { when: '$a.q' }),
      call('afterSkip', { y: '$fails' }),
      call('unresolved', { y: '$a.n.q' }),
      call('wrongTypes', { y: '{% $a.s + 1 %}' }),
      call('infinite', { y: '{% 1/0 %}' }),
      call('afterFailure', { y: '$unresolved' }, { depends_on: ['holds'] }),
      call('always', {}, { when: true }),
      call('never', {}, { when: false }),
    ],
  },
  'failures and fallbacks': {
    actions: [
      call('a', { throws: 'Down' }),
      call('b', { throws: 'Down' }, { fallback: { ok: 1 } }),
      call('c', { x: '$b.ok', y: '$b' }),
      call('d', { x: '$a' }),
      call('e', { x: '$inputs.missing' }, { fallback: 1 }),
    ],
  },
  'references into losers': {
    actions: [
      call('a', { give: { v: 1 } }),
      call('b', { throws: 'Down' }),
      call(
        'c',
        { x: '$winner', a: '$a', b: '$b', bv: '$b.v', t: '${b.v}', e: '{% $exists($b.v) ? 1 : 2 %}' },
        { join: 'any' },
      ),
      call('keepsB', { x: 1 }, { depends_on: ['b'] }),
      call('d', { x: '$c.x.v' }),
    ],
  },
  'a race that nobody wins': {
    actions: [
      call('a', { throws: 'Down' }),
      call('b', { throws: 'Down' }),
      call('c', { x: '$winner' }, { join: 'any', depends_on: ['a', 'b'] }),
      call('d', { x: '$c' }),
      call('e', { k: 1 }),
    ],
  },
  'one after another': {
    settings: { parallel: false },
    actions: [call('a', { x: 1 }), call('b', { x: '$a' }), call('c', { v: '$item' }, { for_each: [1, 2, 3] })],
  },
  'a stop by an unresolved reference': {
    settings: { on_failure: 'stop' },
    actions: [call('a', { x: 1 }), call('b', { x: '$a.q' }), call('c', { x: '$b' })],
  },
  'a skip under stop': {
    settings: { on_failure: 'stop' },
    actions: [call('a', { x: 1 }), call('b', {}, { when: '$a.x = 2' }), call('c', { x: '$b' }), call('d', { x: '$a' })],
  },
  'calls that are only handed over': {
    actions: [
      call('a', { x: 1 }, { mode: 'fire_and_forget' }),
      call('b', { v: '$item' }, { mode: 'fire_and_forget', for_each: [1, 2] }),
      call('c', { x: 1 }, { mode: 'sync' }),
      call('d', { x: 2 }),
    ],
  },
  'the inputs of the run': {
    actions: [call('a', { x: '$inputs.who', all: '$inputs', t: 'hi ${inputs.who}', e: '{% $inputs.n * 2 %}' })],
  },
  'odd names of fields': {
    actions: [
      call('a', { give: { 'odd name': { in: 1 }, "q'uote": 2 } }),
      call('b', { x: '$a.`odd name`.in', y: "$a.`q'uote`", z: '{% $a.`odd name` %}', 'x.$': '$a', '{% 1 %}': '$a' }),
    ],
  },
};
