/**
 * What random plans say beyond structure: references through paths, expressions, texts, nested inputs, lists and conditions over
 * results, odd results, names that mean something elsewhere. Much of it fails in one way or another, as agents' plans do.
 */
import * as fc from 'fast-check';

/** What runs are given as `$inputs`. `$inputs.nothing` yields nothing. */
export const INPUTS = { n: 5, text: 'five', list: [1, 2, 3], flag: true, rows: [{ n: 1 }] };

/** What every ordinary result has, beside its input as `got`. */
export const LISTS = {
  list0: [],
  list1: [10],
  list2: [10, 20],
  list3: [10, 20, 30],
  rows: [
    { n: 1, tags: ['a'] },
    { n: 2, tags: ['b', 'c'] },
  ],
  one: [{ n: 7, tags: [] }],
};

export interface Rich {
  /** Whether others refer to its result by a name of its own. */
  isNamed: boolean;
  uses: UseKind[];
  condition: ConditionKind | undefined;
  list: ListKind | undefined;
  gives: GivesKind;
  retry: { interval_seconds: number; backoff_rate: number; max_delay_seconds?: number };
}

/** What an expression may speak of. */
export interface Speakable {
  /** Keys of what it refers to, at least one. */
  first: string;
  last: string;
}

/** Names that are functions or variables in JSONata, JavaScript or the definitions that are compiled. */
export const NAMES = [
  ...[
    'map',
    'p',
    'b',
    'joined1',
    'error',
    'constructor',
    'r',
    'filter',
    't',
    'millis',
    'e',
    'toString',
    'uuid',
    'hash',
  ],
];

const ofResults = {
  alone: ({ first }: Speakable) => `$${first}`,
  pair: ({ first, last }: Speakable) => [`$${first}`, [`$${last}`]],
  text: ({ first, last }: Speakable) => `of \${${first}} and \${${last}}, $5`,
  whole: ({ first }: Speakable) => `{% $${first} %}`,
  count: ({ first, last }: Speakable) => `{% $count($${first}) + $count($${last}.list2) %}`,
  made: ({ first, last }: Speakable) => `{% {'x': $${first}, 'y': [$${last}, $${first}.rows]} %}`,
  chosen: ({ first, last }: Speakable) => `{% $exists($${first}.got) ? $${first}.got.id : $type($${last}) %}`,
  joined: ({ first, last }: Speakable) => `{% $string($${first}) & '-' & $type($${last}) %}`,
  nested: ({ first, last }: Speakable) => ({
    deep: [`$${first}`, { more: [`<\${${last}}>`, `{% $${first} = $${last} %}`] }, '$$text', null, []],
  }),
  path: ({ first }: Speakable) => `$${first}.got.id`,
  textPath: ({ first, last }: Speakable) => `\${${first}.got.id}\${${last}.rows[1].n}`,
  element: ({ first }: Speakable) => `$${first}.list2[1]`,
  last: ({ last }: Speakable) => `$${last}[-1].list3[-1]`,
  through: ({ first }: Speakable) => `$${first}.rows.tags`,
  nothing: ({ first }: Speakable) => `$${first}.nope`,
  noElement: ({ last }: Speakable) => `$${last}.list0[0]`,
  raises: ({ first }: Speakable) => `{% $${first}.got + 1 %}`,
  yieldsNothing: ({ first, last }: Speakable) => `{% $${first}.list3[$ > 15 and $count($${last}) > 100] %}`,
  filtered: ({ first }: Speakable) => `{% $${first}.rows[n = 2].tags %}`,
  sorted: ({ first, last }: Speakable) => `{% [$${first}.rows^(>n).n, $max($${last}.list3)] %}`,
};

const ofItems = {
  item: () => '$item',
  itemText: () => 'item ${index}: ${item}',
  itemExpression: () => '{% [$type($item), $index + 1] %}',
  itemPath: () => '$item.n',
};

const ofWinners = {
  winner: () => '$winner',
  winnerText: () => 'won: ${winner}',
  winnerPath: () => '$winner.got.id',
  winnerElement: () => '$winner.list2[0]',
  winnerExpression: ({ first }: Speakable) => `{% [$type($winner), $count($winner.rows), $${first}] %}`,
};

const ofInputs = {
  input: () => '$inputs.list[1]',
  inputText: () => '${inputs.text}/${inputs.n}',
  inputExpression: () => '{% $sum($inputs.list) + $inputs.n %}',
};

const USES = { ...ofResults, ...ofItems, ...ofWinners, ...ofInputs };
type UseKind = keyof typeof USES;

const CONDITIONS = {
  counts: ({ first }: Speakable) => `$count($${first}) >= 1`,
  exists: ({ last }: Speakable) => `$exists($${last}.got)`,
  compares: ({ first, last }: Speakable) => `$${first}.list2[0] = 10 and $${last} != 0`,
  raises: ({ first }: Speakable) => `$${first}.got + 1 > 0`,
  isResult: ({ first }: Speakable) => `$${first}`,
};
type ConditionKind = keyof typeof CONDITIONS;

const RESULT_LISTS = {
  path: ({ first }: Speakable) => `$${first}.list2`,
  rows: ({ last }: Speakable) => `$${last}.rows`,
  through: ({ first }: Speakable) => `$${first}.one.n`,
  element: ({ first }: Speakable) => `$${first}.rows[0]`,
  filtered: ({ first }: Speakable) => `{% $${first}.list3[$ > 15] %}`,
  made: ({ first, last }: Speakable) => `{% [$${first}.list1, $${last}.one] %}`,
  written: ({ first, last }: Speakable) => [`$${first}`, 1, { of: `\${${last}}` }],
  nothing: ({ first }: Speakable) => `$${first}.nope`,
};
const LISTS_OF = { ...RESULT_LISTS, inputs: () => '$inputs.list', winner: () => '$winner.rows' };
type ListKind = keyof typeof LISTS_OF;

/** What a successful call gives; `full` is what plain plans know. */
export const GIVES = {
  full: (input: unknown) => ({ got: input, ...LISTS }),
  bare: (input: unknown) => ({ got: input, ...LISTS }),
  null: () => null,
  empty: () => [],
  false: () => false,
  zero: () => 0,
  noText: () => '',
  single: () => [{ got: { id: 'single' }, n: 5 }],
  lists: () => [[1], [2, 3], []],
};
export type GivesKind = keyof typeof GIVES;

const keys = <T extends object>(table: T) => Object.keys(table) as (keyof T)[];

export const rich: fc.Arbitrary<Rich> = fc.record({
  isNamed: fc.boolean(),
  uses: fc.uniqueArray(fc.constantFrom(...keys(USES)), { maxLength: 2 }),
  condition: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...keys(CONDITIONS)) },
  ),
  list: fc.option(fc.constantFrom(...keys(LISTS_OF)), { freq: 2, nil: undefined }),
  gives: fc.oneof(
    { weight: 3, arbitrary: fc.constant<GivesKind>('full') },
    { weight: 1, arbitrary: fc.constantFrom(...keys(GIVES)) },
  ),
  retry: fc
    .record({
      interval_seconds: fc.integer({ min: 1, max: 2 }),
      backoff_rate: fc.constantFrom(1, 1.5, 2, 3),
      max_delay_seconds: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    })
    .map(({ max_delay_seconds, ...retry }) => ({ ...retry, ...(max_delay_seconds && { max_delay_seconds }) })),
});

/** Where an action stands, as far as its expressions are concerned. */
export interface Place {
  /** Undefined where it refers to nothing. */
  results: Speakable | undefined;
  isList: boolean;
  isJoin: boolean;
}

const NO_RESULTS: Speakable = { first: '', last: '' };

/** The further fields of an input. */
export function usedIn({ uses }: Rich, { results, isList, isJoin }: Place): Record<string, unknown> {
  const mayUse = (kind: UseKind) =>
    kind in ofInputs || (kind in ofItems ? isList : results !== undefined && (isJoin || !(kind in ofWinners)));
  const used = uses.filter(mayUse);
  return Object.fromEntries(used.map((kind) => [kind, USES[kind](results ?? NO_RESULTS)]));
}

/** The condition of an action; undefined where it has nothing to be about. */
export function conditionIn({ condition }: Rich, { results }: Place): string | undefined {
  return condition === undefined || results === undefined ? undefined : CONDITIONS[condition](results);
}

/** The list of a list action; undefined where there is nothing to take it from. */
export function listIn({ list }: Rich, { results, isJoin }: Place): unknown {
  if (list === undefined || (list === 'winner' && !isJoin)) return undefined;
  return results === undefined && list !== 'inputs' ? undefined : LISTS_OF[list](results ?? NO_RESULTS);
}
