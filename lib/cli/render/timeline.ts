/** A run as a timeline: a bar per action on a common time axis, and what there is to say about the run below. */

import { columnsOf, plural, shorten } from '../../core/text.ts';
import type { RunRecord } from '../../engine/records.ts';
import { timeAxis } from './axis.ts';
import { formatDuration } from './duration.ts';
import { drawAxis, drawRow, layOut, type Row } from './rows.ts';
import { isFailedStatus, statusCounts } from './status.ts';
import type { Style } from './style.ts';
import { renderSummary } from './summary.ts';

export interface TimelineOptions {
  /** Columns of the terminal; less than 40 is drawn as 40. */
  width: number;
  style: Style;
  /** The longest chain of dependent actions, if it is known. */
  criticalPathMs?: number;
}

const LEAST_WIDTH = 40;
const MOST_ROWS = 60;

/** The timeline of a run, drawn to the terminal's width, as lines that end without a line break. */
export function renderTimeline(run: RunRecord, options: TimelineOptions): string {
  const { style } = options;
  const width = Math.max(LEAST_WIDTH, Math.floor(options.width));
  const { length, spans } = timeAxis(run);
  const rows = run.records.map((record, index): Row => ({ record, span: spans[index]! }));
  const shown = mostTelling(rows);
  const columns = layOut(shown, width, style);
  return [
    title(run, width, style),
    '',
    ...shown.flatMap((row) => drawRow(row, length, columns, style)),
    ...(shown.some(({ span }) => span !== null) ? drawAxis(length, columns, style) : []),
    ...hiddenNote(rows, shown, width, style),
    '',
    ...renderSummary(run, { ...options, width }),
  ].join('\n');
}

function title(run: RunRecord, width: number, style: Style): string {
  const name = shorten(style.line(run.name) || 'run', width, style.glyphs.ellipsis);
  const rest = shorten(
    ['', run.engine, style.line(run.run_id)].join(style.glyphs.separator),
    width - columnsOf(name),
    '',
  );
  return style.paint('strong', name) + style.paint('quiet', rest);
}

/** All rows, or of too many those that failed, were repeated or took longest; in the order of the plan. */
function mostTelling(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= MOST_ROWS) return rows;
  const rank = ({ record }: Row) => (isFailedStatus(record.status) ? 2 : record.attempts > 1 ? 1 : 0);
  const order = (a: Row, b: Row) => rank(b) - rank(a) || b.record.execution_time_ms - a.record.execution_time_ms;
  const chosen = new Set(rows.toSorted(order).slice(0, MOST_ROWS));
  return rows.filter((row) => chosen.has(row));
}

function hiddenNote(rows: readonly Row[], shown: readonly Row[], width: number, style: Style): string[] {
  if (rows.length === shown.length) return [];
  const kept = new Set(shown);
  const hidden = rows.filter((row) => !kept.has(row)).map(({ record }) => record);
  const longest = hidden.reduce((most, record) => Math.max(most, record.execution_time_ms), 0);
  const counts = statusCounts(hidden.map(({ status }) => status)).join(', ');
  const note = `${plural(hidden.length, 'action')} not shown: ${counts}; the longest took ${formatDuration(longest)}`;
  return [style.paint('quiet', shorten(note, width, style.glyphs.ellipsis))];
}
