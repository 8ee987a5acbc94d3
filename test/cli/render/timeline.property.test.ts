import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortenId } from '../../../lib/cli/render/ids.ts';
import { createStyle } from '../../../lib/cli/render/style.ts';
import { renderTimeline } from '../../../lib/cli/render/timeline.ts';
import { columnsOf, safeText } from '../../../lib/core/text.ts';
import type { RunRecord } from '../../../lib/engine/records.ts';
import { foreignText, planIds, randomRuns } from './runs.ts';

const widths = fc.integer({ min: 40, max: 300 });
const styles = fc.record({ color: fc.boolean(), unicode: fc.boolean() }).map(createStyle);
const OWN_COLOURS = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
const plain = createStyle({ color: false, unicode: true });

interface DrawnRow {
  id: string;
  /** First and last cell of the bar; undefined when there is none. */
  bar: [number, number] | undefined;
}

/** Reads the rows back: what stands before the line at the side, and where blocks stand after it. */
function readRows(text: string): { rows: DrawnRow[]; cells: number } {
  const lines = text.split('\n');
  const rows = lines
    .filter((line) => /^\S .*│/u.test(line))
    .map((line): DrawnRow => {
      const [before = '', after = ''] = line.split('│');
      const blocks = [...after].flatMap((glyph, cell) => (/[▏▎▍▌▋▊▉█▐▕░]/u.test(glyph) ? [cell] : []));
      return { id: before.slice(2).trimEnd(), bar: blocks.length === 0 ? undefined : [blocks[0]!, blocks.at(-1)!] };
    });
  const axis = lines.find((line) => /^ *└/u.test(line)) ?? '';
  return { rows, cells: axis.trim().length - 1 };
}

/** A reason stands where a bar would: one that holds blocks would be read back as a bar. */
function withPlainReasons(run: RunRecord): RunRecord {
  return { ...run, records: run.records.map((record) => ({ ...record, reason: record.reason && 'some reason' })) };
}

function begins(run: RunRecord): Map<string, number> {
  return new Map(
    run.records.flatMap(({ id, started_at }) => (started_at === null ? [] : [[id, Date.parse(started_at)]])),
  );
}

describe('renderTimeline, of any run', () => {
  it('never writes beyond the width, and no control characters but its own colours', () => {
    fc.assert(
      fc.property(randomRuns(fc.oneof(planIds, foreignText)), widths, styles, (run, width, style) => {
        const text = renderTimeline(run, { width, style, criticalPathMs: 1234 });

        const lines = text.split('\n');
        expect(lines.filter((line) => columnsOf(line) > width)).toEqual([]);
        const rest = style.color ? text.replace(OWN_COLOURS, '') : text;
        expect(rest.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
        if (!style.unicode) expect(rest).toMatch(/^[\n -~]*$/);
      }),
      { numRuns: 150 },
    );
  });

  it('has a row for every action in the order of the plan, or says how many have none', () => {
    fc.assert(
      fc.property(randomRuns(planIds), widths, (run, width) => {
        const text = renderTimeline(run, { width, style: plain });

        const drawn = readRows(text).rows.map(({ id }) => id);
        const column = drawn.reduce((most, id) => Math.max(most, id.length), 0);
        const ids = run.records.map(({ id }) => shortenId(safeText(id), column, '…'));
        const hidden = ids.length - drawn.length;
        expect(hidden).toBe(Math.max(0, ids.length - 60));
        if (hidden === 0) expect(drawn).toEqual(ids);
        else expect(text).toMatch(new RegExp(`${hidden} actions? not shown`));
      }),
      { numRuns: 150 },
    );
  });

  it('draws bars inside their area; who begins earlier never stands further right', () => {
    const shortIds = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(randomRuns(shortIds, 40), widths, (run, width) => {
        const { rows, cells } = readRows(renderTimeline(withPlainReasons(run), { width, style: plain }));

        const begin = begins(run);
        const bars = rows.flatMap(({ id, bar }) =>
          bar === undefined ? [] : [{ at: begin.get(id)!, first: bar[0], last: bar[1] }],
        );
        expect(bars).toHaveLength(begin.size);
        expect(bars.every(({ first, last }) => first >= 0 && last < cells)).toBe(true);
        const order = bars.toSorted((a, b) => a.at - b.at || a.first - b.first).map(({ first }) => first);
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      }),
      { numRuns: 150 },
    );
  });
});
