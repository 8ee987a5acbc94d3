import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonLines } from '../../../lib/cli/render/json-lines.ts';
import { renderResults } from '../../../lib/cli/render/results.ts';
import { createStyle } from '../../../lib/cli/render/style.ts';
import type { Json } from '../../../lib/core/json.ts';
import { columnsOf } from '../../../lib/core/text.ts';
import { foreignText, runOf } from './runs.ts';

const plain = createStyle({ color: false, unicode: true });
const json = fc.jsonValue().map((value) => value as Json);

describe('renderResults', () => {
  it('shows short results on a line each and cuts long ones', () => {
    const lines = Array.from({ length: 20 }, (_, index) => ({ sku: `SKU-${1000 + index}`, quantity: 400 }));
    const run = runOf([], {
      results: {
        reorder: { warehouse_code: 'WH001', lines },
        vendors: { ranking: ['ACME', 'Globex'], scores: {} },
        report: 'long '.repeat(40),
        notify: null,
      },
    });

    const text = renderResults(run, { width: 60, style: plain, maxLines: 5 });

    expect(text).toBe(
      `
Results
  reorder  {
    "warehouse_code": "WH001",
    "lines": [
      { "sku": "SKU-1000", "quantity": 400 },
      { "sku": "SKU-1001", "quantity": 400 },
  … 20 more lines
  vendors  { "ranking": ["ACME", "Globex"], "scores": {} }
  report  "long long long long long long long long long lon…
  notify  null

Shortened; the whole run is JSON on stdout.`.trimStart(),
    );
  });

  it('says nothing about shortening when nothing was', () => {
    const run = runOf([], { results: { total: 3 } });

    expect(renderResults(run, { width: 80, style: plain })).toBe('Results\n  total  3');
  });

  it('is empty without results', () => {
    expect(renderResults(runOf([]), { width: 80, style: plain })).toBe('');
  });

  it('counts the results beyond twenty', () => {
    const results = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`r${index}`, index]));

    const text = renderResults(runOf([], { results }), { width: 80, style: plain });

    expect(text).toContain('  … 5 more results');
  });

  it('never writes beyond the width, and no control characters', () => {
    const results = fc.dictionary(foreignText, fc.oneof(json, foreignText), { maxKeys: 25 });
    fc.assert(
      fc.property(results, fc.integer({ min: 40, max: 300 }), fc.boolean(), (values, width, unicode) => {
        const text = renderResults(runOf([], { results: values }), {
          width,
          style: createStyle({ color: false, unicode }),
        });

        const lines = text.split('\n');
        expect(lines.filter((line) => columnsOf(line) > width)).toEqual([]);
        expect(lines.join('')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe('jsonLines', () => {
  it('writes the value and nothing else', () => {
    fc.assert(
      fc.property(json, fc.integer({ min: 1, max: 120 }), (value, width) => {
        const text = [...jsonLines(value, width)].join('\n');

        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('does not look into what is nested without end', () => {
    const deep = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) as Json;

    const lines = [...jsonLines(deep, 80)];

    expect(lines).toHaveLength(81);
    expect(lines[40]).toBe(`${' '.repeat(80)}[ ... ]`);
  });
});
