import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/core/json.ts';
import { conflictBetween, MAX_RESOURCE_NAMES, type ResourcePattern, resourcesOf } from '../../lib/plan/resources.ts';
import { action, issuesOf, plan, prepare, template, tool } from './plans.ts';

const numbers = (count: number): Json[] => Array.from({ length: count }, (_, index) => index);

describe('the resources of an action', () => {
  it('are no more than a small plan may name', () => {
    const input = { a: numbers(400), b: numbers(400), c: numbers(400) };

    expect(resourcesOf(['r:{a}{b}{c}', 's:{a}'], template(input))).toEqual([
      { name: 'r:', exact: false },
      ...numbers(400).map((n) => ({ name: `s:${n}`, exact: true })),
    ]);
  });

  it('stand for all with their beginning when there is no room for their names', () => {
    const input = template({ all: numbers(MAX_RESOURCE_NAMES), more: numbers(MAX_RESOURCE_NAMES + 1), one: 'x' });

    expect(resourcesOf(['{all}'], input)).toHaveLength(MAX_RESOURCE_NAMES);
    expect(resourcesOf(['r:{more}'], input)).toEqual([{ name: 'r:', exact: false }]);
    expect(resourcesOf(['{all}', 'r:{all}', 's:{one}'], input).slice(MAX_RESOURCE_NAMES)).toEqual([
      { name: 'r:', exact: false },
      { name: 's:x', exact: true },
    ]);
  });

  it('conflict in many actions of many names at once', () => {
    const input = { a: numbers(30), b: numbers(30) };
    const many = Array.from({ length: 100 }, (_, n) => action(`a${n}`, { input, writes: [`r${n}:{a}-{b}`] }));
    const started = performance.now();

    expect(prepare(plan(...many)).dependencies.edges).toEqual([]);

    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('a conflict', () => {
  it('is found exactly where two patterns may name the same resource', () => {
    const pattern = fc.record({
      name: fc.string({ maxLength: 4, unit: fc.constantFrom('a', 'b') }),
      exact: fc.boolean(),
    });
    const patterns = fc.array(pattern, { maxLength: 5 });
    const meet = (a: ResourcePattern, b: ResourcePattern) =>
      a.exact && b.exact
        ? a.name === b.name
        : (!b.exact && a.name.startsWith(b.name)) || (!a.exact && b.name.startsWith(a.name));
    fc.assert(
      fc.property(patterns, patterns, patterns, patterns, (r1, w1, r2, w2) => {
        const found = conflictBetween({ reads: r1, writes: w1 }, { reads: r2, writes: w2 });

        const expected =
          w1.some((a) => [...r2, ...w2].some((b) => meet(a, b))) || w2.some((a) => r1.some((b) => meet(a, b)));
        expect(found !== undefined).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a resource that no plan may name', () => {
  it.each(['{', 'a}b', '{}', '{a b}', ''])('%j is none of a tool either', (name) => {
    expect(issuesOf(plan(action('a', { reads: [name] })))).toHaveLength(1);
    expect(() => tool('work', { reads: [name] })).toThrow();
  });
});
