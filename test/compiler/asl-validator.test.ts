/** What the compiler emits passes asl-validator, which shares no code with this project. */
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../lib/compiler/compile.ts';
import { preparePlan } from '../../lib/compiler/prepare.ts';
import { asDocument, randomPlan } from '../support/random-plan.ts';
import { randomTools } from '../support/virtual-run.ts';

interface Verdict {
  isValid: boolean;
  errorsText(): string;
}

/** It has no types. */
const aslValidator: (definition: unknown) => Verdict = createRequire(import.meta.url)('asl-validator');

function complaints(definition: unknown): string {
  // As it is sent: without what is undefined.
  const verdict = aslValidator(JSON.parse(JSON.stringify(definition)));
  return verdict.isValid ? '' : verdict.errorsText();
}

const FILES = [...globSync('test/compiler/definitions/*.json'), ...globSync('examples/*.asl.json')];

describe('asl-validator accepts', () => {
  it.each(FILES)('%s', (file) => {
    const document = JSON.parse(readFileSync(file, 'utf8'));

    expect(complaints(document.definition ?? document)).toBe('');
  });

  it('lists within lists, and expressions of several lines', () => {
    const actions = [
      { id: 'a', tool: 'reader' },
      {
        id: 'b',
        tool: 'reader',
        input: { l: [['$a', [1, '$a'], { k: '$a.x', t: '${a}' }], ['$a']] },
        for_each: [['$a']],
      },
      { id: 'c', tool: 'reader', when: '$a.n >\n  1 and $a.t = "two\nlines"', input: { e: '{% $a.n\n + 1 %}' } },
    ];

    const plan = preparePlan({ actions }, randomTools(undefined));

    expect(complaints(compilePlan(plan, { type: 'EXPRESS' }).definition)).toBe('');
  });

  it('the machines of random plans, of both types', () => {
    const anyPlan = randomPlan({ failures: true, scarce: true, rich: true });

    expect(FILES.length).toBeGreaterThan(10);
    fc.assert(
      fc.property(anyPlan, fc.constantFrom('STANDARD' as const, 'EXPRESS' as const), (random, type) => {
        const plan = preparePlan(asDocument(random), randomTools(random.cap));

        expect(complaints(compilePlan(plan, { type }).definition)).toBe('');
      }),
      { numRuns: Number(process.env['STEPWEAVE_PROPERTY_RUNS'] ?? 60) },
    );
  });
});
