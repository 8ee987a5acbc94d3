/** How large a plan may be, and what is said of one that is larger. */
import { describe, expect, it } from 'vitest';
import { MAX_DEFINITION_BYTES } from '../../lib/asl/limits.ts';
import { checkLimits } from '../../lib/compiler/limits.ts';
import type { Issue } from '../../lib/core/issues.ts';
import { IssuesError } from '../../lib/core/issues.ts';
import { jsonBytes } from '../../lib/core/json.ts';
import { compile, compileToRecords, planOf, problemsOf, recordsOf, runMachine } from './machines.ts';

function many(count: number, more: (index: number) => object = () => ({})): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => ({ id: `a${index}`, input: { n: index }, ...more(index) }));
}

function issuesOf(work: () => void): readonly Issue[] {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof IssuesError && thrown.code === 'invalid_plan') return thrown.issues;
    throw thrown;
  }
  return [];
}

describe('a plan of a thousand actions', () => {
  const sideBySide = many(1000);
  const oneAfterAnother = many(1000, (index) => (index === 0 ? {} : { depends_on: [`a${index - 1}`] }));

  it.each([
    ['side by side', 'STANDARD', sideBySide],
    ['one after another', 'STANDARD', oneAfterAnother],
  ] as const)('%s compiles to %s, is valid and runs', async (_, type, actions) => {
    const plan = planOf([...actions]);

    const compiled = compile(plan, { type });
    const { end, calls } = await runMachine(compiled);

    expect(jsonBytes(compiled.definition)).toBeLessThan(MAX_DEFINITION_BYTES);
    expect(() => checkLimits(compiled, plan)).not.toThrow();
    expect(problemsOf(compiled)).toEqual([]);
    expect(end.status).toBe('SUCCEEDED');
    expect(calls.map(({ input }) => input)).toEqual(actions.map(({ input }) => input));
  });
});

describe('a plan that is nested thirty deep', () => {
  /** Each level has two branches side by side, of which one holds the next level: `f0 (s0 | f1 (s1 | …) e1) e0`. */
  const levels = 30;
  const nested = Array.from({ length: levels }, (_, level) => [
    { id: `f${level}`, ...(level > 0 && { depends_on: [`f${level - 1}`] }) },
    { id: `s${level}`, depends_on: [`f${level}`] },
  ]).flat();
  const closing = Array.from({ length: levels }, (_, level) => ({
    id: `e${level}`,
    depends_on: [`s${level}`, level === levels - 1 ? `f${level}` : `e${level + 1}`],
  })).reverse();

  it('compiles, is valid and runs', async () => {
    const compiled = compileToRecords(planOf([...nested, ...closing]));

    const run = await runMachine(compiled);

    expect(problemsOf(compiled)).toEqual([]);
    expect(Object.values(recordsOf(run)).filter((record) => 'r' in record)).toHaveLength(3 * levels);
  });
});

describe('a plan over a limit is refused', () => {
  it('with the bytes of its definition', () => {
    const plan = planOf(many(2000));

    const issues = issuesOf(() => checkLimits(compile(plan), plan));

    expect(issues).toEqual([
      {
        code: 'definition_too_large',
        path: 'actions',
        message: 'its state machine is larger than Step Functions takes',
        got: `${jsonBytes(JSON.stringify(compile(plan).definition))} bytes for 2000 actions, as they are sent`,
        allowed: 'at most 1040384 bytes in one request',
        hint: expect.stringContaining('split the plan'),
      },
    ]);
  });

  it('with the events of its history, unless it is Express', () => {
    const plan = planOf([{ id: 'a', for_each: Array.from({ length: 4000 }, (_, item) => item) }]);

    const issues = issuesOf(() => checkLimits(compile(plan), plan));

    expect(issues.map(({ code, got, allowed }) => ({ code, got, allowed }))).toEqual([
      { code: 'too_many_events', got: `${2 + 4 + 4000 * 7} events, if no call fails`, allowed: 'at most 25000' },
    ]);
    expect(issuesOf(() => checkLimits(compile(plan, { type: 'EXPRESS' }), plan))).toEqual([]);
  });

  it('with the bytes of its input, $inputs included', () => {
    const plan = planOf([{ id: 'a', input: { text: 'x'.repeat(200_000) } }]);
    const inputs = { more: 'y'.repeat(100_000) };

    const compiled = compile(plan, { inputs });
    const issues = issuesOf(() => checkLimits(compiled, plan));

    expect(issues.map(({ code, got, allowed }) => ({ code, got, allowed }))).toEqual([
      {
        code: 'input_too_large',
        got: `${jsonBytes(compiled.input)} bytes, of them ${jsonBytes(inputs)} of $inputs`,
        allowed: 'at most 262144 bytes of JSON',
      },
    ]);
    expect(issuesOf(() => checkLimits(compile(plan), plan))).toEqual([]);
  });

  it('with all of them at once', () => {
    const plan = planOf(many(6000));

    const issues = issuesOf(() => checkLimits(compile(plan, { inputs: { text: 'x'.repeat(300_000) } }), plan));

    expect(issues.map(({ code }) => code)).toEqual(['definition_too_large', 'too_many_events', 'input_too_large']);
  });
});
