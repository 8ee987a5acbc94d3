/** Shape and input are apart: what is literal travels in the input and never reaches the definition. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preparePlan } from '../../lib/compiler/prepare.ts';
import type { Json, JsonObject } from '../../lib/core/json.ts';
import { asDocument, type RandomPlan, randomPlan } from '../support/random-plan.ts';
import { randomTools } from '../support/virtual-run.ts';
import { type Call, compile, compileToRecords, planOf, problemsOf, recordsOf, runMachine } from './machines.ts';

type Actions = Record<string, unknown>[];

/** JSON in which nothing is a reference: see `$$` in docs/plan-format.md for texts that would be. */
const literal = fc
  .jsonValue({ maxDepth: 3 })
  .filter((value) => !/[${]/.test(JSON.stringify(value).replaceAll(/\{"|\{\}/g, ''))) as fc.Arbitrary<Json>;

/** The plan, with other literals from `values` in all of its inputs, lists and fallbacks. */
function withLiterals(random: RandomPlan, values: Iterator<Json>): unknown {
  const next = () => values.next().value as Json;
  const document = asDocument(random) as { actions: Actions };
  return {
    ...document,
    actions: document.actions.map(({ input, for_each, fallback, ...rest }) => ({
      ...rest,
      input: { ...(input as object), id: next(), text: next() },
      ...(for_each !== undefined && { for_each: Array.isArray(for_each) ? [next(), next()].flat() : for_each }),
      ...(fallback !== undefined && { fallback: next() }),
    })),
  };
}

describe('plans that differ only in literals', () => {
  it('have one definition and one name, byte for byte', () =>
    fc.assert(
      fc.property(
        randomPlan({ failures: true, scarce: true }),
        fc.infiniteStream(literal),
        fc.infiniteStream(literal),
        (random, some, others) => {
          const [one, other] = [some, others].map((values) =>
            compile(preparePlan(withLiterals(random, values), randomTools(random.cap))),
          );

          expect(JSON.stringify(one!.definition)).toBe(JSON.stringify(other!.definition));
          expect(one!.name).toBe(other!.name);
        },
      ),
      { numRuns: Number(process.env['STEPWEAVE_PROPERTY_RUNS'] ?? 200) },
    ));

  it('have one definition whatever the length of their lists, also where lanes are scarce', () => {
    const listOf = (length: number) =>
      planOf(
        [
          { id: 'list', for_each: Array.from({ length }, (_, item) => item) },
          { id: 'other', tool: 'other' },
          { id: 'last', depends_on: ['list'] },
        ],
        { settings: { max_parallel: 4 } },
      );

    const names = [0, 1, 2, 5, 400].map((length) => compile(listOf(length)).name);

    expect(new Set(names).size).toBe(1);
  });

  it('have one definition whatever $inputs says', () => {
    const plan = planOf([{ id: 'a', input: '$inputs.x' }]);

    expect(compile(plan, { inputs: { x: 1 } }).name).toBe(compile(plan, { inputs: { x: ['two'] } }).name);
  });

  it('have different ones where their literals make a conflict', () => {
    const orders = (first: string, second: string) =>
      planOf(
        [
          { id: 'a', tool: 'order', input: { warehouse: first } },
          { id: 'b', tool: 'order', input: { warehouse: second } },
        ],
        { tools: [{ name: 'order', writes: ['stock:{warehouse}'] }] },
      );

    const [apart, alsoApart, together] = [orders('A', 'B'), orders('C', 'D'), orders('A', 'A')].map((plan) =>
      compile(plan),
    );

    expect(apart!.name).toBe(alsoApart!.name);
    expect(apart!.name).not.toBe(together!.name);
  });
});

describe('the name of a machine', () => {
  const plan = (second: object, settings = {}) => planOf([{ id: 'a' }, { id: 'b', ...second }], { settings });
  const base = compile(plan({})).name;

  it.each([
    ['structure', plan({ depends_on: ['a'] })],
    ['a tool', plan({ tool: 'other' })],
    ['a condition', plan({ when: true })],
    ['a timeout', plan({ timeout_seconds: 7 })],
    ['retries', plan({ retry: { max_attempts: 1 } })],
    ['where a reference stands', plan({ input: { x: '$a' } })],
    ['a fallback, whatever it is', plan({ fallback: null })],
    ['the mode', plan({ mode: 'fire_and_forget' })],
    ['the policy', plan({}, { on_failure: 'stop' })],
    ['the timeout of the run', plan({}, { timeout_seconds: 60 })],
  ])('differs by %s', (_, other) => {
    expect(compile(other).name).not.toBe(base);
  });

  it('differs by the type, and begins with the prefix', () => {
    expect(compile(plan({}), { type: 'EXPRESS' }).name).not.toBe(base);
    expect(compile(plan({}), { prefix: 'team-a-' }).name).toMatch(/^team-a-[0-9a-f]{32}$/);
  });

  it('does not change from one compilation to the next', () => {
    expect(compile(plan({})).name).toBe(base);
  });
});

const MARK = 'mark-my-words';

/** Texts that would be something else, were they taken for it. Each has the mark in it. */
const TEXTS = [
  `{% $uuid() & '${MARK}' %}`,
  `{%${MARK}%}`,
  `' & $string($states) & '${MARK}`,
  `${MARK} "quoted" \\ back\\slashed \\u0041 %} {%`,
  `$states.context.${MARK}`,
  `States.Format('{}', ${MARK})`,
  `$.${MARK}`,
  `${MARK}\u0000\u2028\ud83d\ude00\ufeff\r\n\t訂單`,
  `lone \ud800 ${MARK}`,
  `${MARK} \${a} \${inputs.x}`,
  `__proto__ ${MARK}`,
];

/** Values that are easily damaged on the way. */
const VALUES: Json[] = [
  ...TEXTS,
  null,
  '',
  [],
  {},
  [[]],
  [[1]],
  [[[]], {}],
  [{}],
  [null],
  [[1], [2]],
  { a: [], b: {}, c: null },
  [1],
  [[1, 2]],
  0,
  -0.5,
  1e21,
  5e-324,
  2 ** 63,
  true,
  JSON.parse(`{"__proto__": {"polluted": "${MARK}"}, "constructor": {"prototype": 1}, "toString": "${MARK}"}`),
  { [`{% ${MARK} %}`]: 1, [`${MARK}.$`]: 2, '': 3, 'a.b[0]': 4, $states: 5 },
  { Next: MARK, Type: 'Fail', Catch: [MARK] },
  { sequence: true, keepSingleton: true },
  nested(150),
];

function nested(levels: number): Json {
  return levels === 0 ? MARK : { in: [nested(levels - 2)] };
}

/** As it is written in a plan: a text that would be a reference or an expression is told to be none. */
function written(value: Json): Json {
  if (typeof value === 'string')
    return /^\$\$|^\$[A-Za-z.[]|^\{%/.test(value) || value.includes('${') ? undefined! : value;
  return value;
}

/** As AWS gets it: JSON has no lone surrogates that survive UTF-8. */
function sent(value: Json): Json {
  return JSON.parse(JSON.stringify(value));
}

const ECHO = ({ input }: Call): Json => input;

describe('a hostile literal', () => {
  const inPlan = VALUES.filter((value) => written(value) !== undefined);

  it.each(inPlan.map((value) => [JSON.stringify(value).slice(0, 60), value] as const))(
    'comes back as it was: %s',
    async (_, value) => {
      const compiled = compileToRecords(
        planOf([
          { id: 'source', input: { x: 'plain' } },
          { id: 'whole', input: { value } },
          { id: 'part', input: { beside: '$source.x', value, list: ['$source.x', value] } },
          { id: 'each', for_each: [value, value], input: '$item' },
          { id: 'one', for_each: [value], input: { item: '$item' } },
          { id: 'mixed', for_each: ['$source.x', value], input: '$item' },
          { id: 'onward', input: '$whole.value' },
        ]),
      );

      const run = await runMachine(compiled, ECHO);

      const results = Object.fromEntries(Object.entries(recordsOf(run)).map(([id, { r }]) => [id, r]));
      expect(results).toEqual({
        source: { x: 'plain' },
        whole: { value },
        part: { beside: 'plain', value, list: ['plain', value] },
        each: [value, value],
        one: [{ item: value }],
        mixed: ['plain', value],
        onward: value,
      });
      expect(JSON.stringify(compiled.definition)).not.toContain(MARK);
      expect(problemsOf(compiled)).toEqual([]);
    },
  );

  it.each(VALUES.map((value) => [JSON.stringify(value).slice(0, 60), value] as const))(
    'comes back from a fallback, the inputs and a result: %s',
    async (_, value) => {
      const compiled = compileToRecords(
        planOf([
          { id: 'fails', fallback: value },
          { id: 'list', for_each: [1], fallback: value },
          { id: 'takes', input: { fallback: '$fails', given: '$inputs.given', text: 'a ${fails} b' } },
          { id: 'each', for_each: '$inputs.list', input: '$item' },
        ]),
        { inputs: { given: value, list: [value] } },
      );

      const run = await runMachine(compiled, ({ id, input }) => {
        if (id === 'fails' || id === 'list') throw new Error('no');
        return input;
      });

      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const results = Object.fromEntries(Object.entries(recordsOf(run)).map(([id, { r }]) => [id, r]));
      expect({ ...results, takes: { ...(results['takes'] as JsonObject), text: '' } }).toEqual({
        fails: value,
        list: value,
        takes: { fallback: value, given: value, text: '' },
        each: [value],
      });
      // JSONata writes numbers with 15 digits.
      if (typeof value !== 'number') expect((results['takes'] as JsonObject)['text']).toBe(`a ${text} b`);
      expect(JSON.stringify(compiled.definition)).not.toContain(MARK);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
  );

  it('between references in a text stays text', async () => {
    const text = `{% ${MARK} %} ' " \\ \${source.x} & $x \`{}\``;
    const compiled = compileToRecords(
      planOf([
        { id: 'source', input: { x: 'X' } },
        { id: 'takes', input: { text: `so: ${text}` } },
      ]),
    );

    const run = await runMachine(compiled, ECHO);

    expect(recordsOf(run)['takes']!['r']).toEqual({ text: `so: ${text.replace('${source.x}', 'X')}` });
    expect(JSON.stringify(compiled.definition)).not.toContain(MARK);
  });

  it('of 200 KiB stays out of the definition', async () => {
    const value = MARK.repeat(200_000 / MARK.length);
    const compiled = compileToRecords(planOf([{ id: 'a', input: { value } }]));

    const run = await runMachine(compiled, ({ input }) => (input as { value: string }).value.length);

    expect(recordsOf(run)['a']!['r']).toBe(value.length);
    expect(JSON.stringify(compiled.definition).length).toBeLessThan(2000);
  });

  it('survives whatever it is', () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>, async (value) => {
        const compiled = compileToRecords(
          planOf([
            { id: 'a', input: '$inputs.value', fallback: value },
            { id: 'b', input: ['$a', '$inputs.value'] },
          ]),
          {
            inputs: { value },
          },
        );

        const [run, failed] = [
          await runMachine(compiled, ECHO),
          await runMachine(compiled, ({ id, input }) => {
            if (id === 'a') throw new Error('no');
            return input;
          }),
        ];

        expect(recordsOf(run)['b']!['r']).toEqual(sent([value, value]));
        expect(recordsOf(failed)['b']!['r']).toEqual(sent([value, value]));
      }),
      { numRuns: 200 },
    ));
});

describe('a hostile key beside a reference', () => {
  it.each(['{% 1 %}', 'a.$', '', 'a b', 'constructor', 'toString', '$states', 'Next', 'Type', '訂單', '\'"\\'])(
    'comes back as it was: %j',
    async (key) => {
      const compiled = compileToRecords(
        planOf([
          { id: 'a', input: { x: 1 } },
          { id: 'b', input: { inner: { [key]: '$a.x', other: 2 }, [key]: 3 } },
        ]),
      );

      const run = await runMachine(compiled, ECHO);

      expect(recordsOf(run)['b']!['r']).toEqual({ inner: { [key]: 1, other: 2 }, [key]: 3 });
      expect(problemsOf(compiled)).toEqual([]);
    },
  );

  it('comes back as it was: "__proto__"', async () => {
    const input = JSON.parse('{"__proto__": {"polluted": "$a.x"}, "other": {"__proto__": "$a.x"}}');
    const compiled = compileToRecords(
      planOf([
        { id: 'a', input: { x: 1 } },
        { id: 'b', input },
      ]),
    );

    const run = await runMachine(compiled, ECHO);

    expect(JSON.stringify(recordsOf(run)['b']!['r'])).toBe('{"__proto__":{"polluted":1},"other":{"__proto__":1}}');
    expect(problemsOf(compiled)).toEqual([]);
  });
});
