/** The rows of a timeline and its columns: symbol and id, bar, length, attempts, status. */

import { columnsOf, padEnd, padStart, shorten } from '../../core/text.ts';
import type { ActionRecord } from '../../engine/records.ts';
import { axisLines, type Span } from './axis.ts';
import { type Bar, drawBar } from './bar.ts';
import { formatDuration } from './duration.ts';
import { shortenId } from './ids.ts';
import { attemptsText, spreadText, symbolOf, toneOf, wordOf } from './status.ts';
import type { Style } from './style.ts';

export interface Row {
  record: ActionRecord;
  /** Null when it never started. */
  span: Span | null;
}

/** Widths in terminal columns; 0 for a column that is not shown. */
export interface Columns {
  id: number;
  bar: number;
  /** Of the whole line. */
  line: number;
  length: number;
  attempts: number;
  word: number;
}

const GAP = '  ';
/** Narrower terminals show a status by its symbol alone. */
const WIDTH_WITH_WORDS = 64;
const LEAST_ID_COLUMNS = 8;
const ID_SHARE = 0.25;

/** Gives every column what its widest cell needs, and the rest to the bars. */
export function layOut(rows: readonly Row[], width: number, style: Style): Columns {
  const widest = (text: (row: Row) => string) => rows.reduce((most, row) => Math.max(most, columnsOf(text(row))), 0);
  const id = Math.min(
    widest((row) => idText(row, style)),
    Math.max(LEAST_ID_COLUMNS, Math.floor(width * ID_SHARE)),
  );
  const length = widest((row) => lengthText(row, style));
  const attempts = widest((row) => attemptsText(row.record.attempts, style));
  const word = width < WIDTH_WITH_WORDS ? 0 : widest((row) => wordOf(row.record.status));
  const right = [length, attempts, word]
    .filter((columns) => columns > 0)
    .reduce((sum, columns) => sum + GAP.length + columns, 0);
  return { id, bar: width - barColumn(id) - 1 - right, line: width, length, attempts, word };
}

/** Where the line left of the bars stands. */
function barColumn(id: number): number {
  return 2 + id + GAP.length;
}

function idText({ record }: Row, style: Style): string {
  return style.line(record.id) || '?';
}

function lengthText({ record, span }: Row, style: Style): string {
  return span === null || span.open ? style.glyphs.none : formatDuration(record.execution_time_ms);
}

/** One line; a second one where a note on the items of a list finds no room beside the bar. */
export function drawRow(row: Row, length: number, columns: Columns, style: Style): string[] {
  const { status, attempts } = row.record;
  const id = shortenId(idText(row, style), columns.id, style.glyphs.ellipsis);
  const side = style.paint('quiet', style.glyphs.axis.side);
  const { area, below } = barArea(row, length, columns.bar, style);
  const cells = [
    `${symbolOf(status, style)} ${padEnd(id, columns.id)}`,
    side + padEnd(area, columns.bar),
    padStart(lengthText(row, style), columns.length),
    ...(columns.attempts > 0 ? [padEnd(attemptsText(attempts, style), columns.attempts)] : []),
    ...(columns.word > 0 ? [style.paint(toneOf(status), wordOf(status))] : []),
  ];
  const line = cells.join(GAP).trimEnd();
  if (below === undefined) return [line];
  const room = columns.line - barColumn(columns.id) - 2;
  const note = style.paint('quiet', shorten(below, room, style.glyphs.ellipsis));
  return [line, `${' '.repeat(barColumn(columns.id))}${side} ${note}`];
}

/** The axis and its labels, below the bars. */
export function drawAxis(length: number, columns: Columns, style: Style): string[] {
  return axisLines(length, columns.bar, style).map(
    (line) => ' '.repeat(barColumn(columns.id)) + style.paint('quiet', line),
  );
}

/** What stands in the bar's column, and a note for which there is no room beside the bar. */
interface BarArea {
  area: string;
  below?: string;
}

function barArea({ record, span }: Row, length: number, cells: number, style: Style): BarArea {
  if (span === null) {
    const why = style.line(record.reason ?? record.error ?? 'never started');
    return { area: ` ${style.paint('quiet', shorten(why, cells - 1, style.glyphs.ellipsis))}` };
  }
  const tone = record.status === 'succeeded' ? 'bar' : toneOf(record.status);
  const bar = drawBar(span, length, cells, tone, style);
  const note = itemsText(record);
  const area = withNote(bar, note, cells, style);
  return area === undefined ? { area: ' '.repeat(bar.column) + bar.text, below: note } : { area };
}

/** The bar with a note right or left of it; undefined when it fits at neither side. */
function withNote(bar: Bar, note: string, cells: number, style: Style): string | undefined {
  const before = ' '.repeat(bar.column);
  if (note === '') return before + bar.text;
  const painted = style.paint('quiet', note);
  if (bar.column + bar.cells + 1 + note.length <= cells) return `${before}${bar.text} ${painted}`;
  if (note.length + 2 > bar.column) return undefined;
  return `${' '.repeat(bar.column - note.length - 1)}${painted} ${bar.text}`;
}

/** Of a list: `5/6 items, 180 ms to 920 ms`, the lengths only where items differ. */
function itemsText({ items, status }: ActionRecord): string {
  if (items === undefined) return '';
  if (items.length === 0) return status === 'succeeded' ? 'no items' : '';
  const good = items.filter((item) => item.status === 'succeeded' || item.status === 'fallback').length;
  const spread = spreadText(items.map((item) => item.execution_time_ms));
  return `${good}/${items.length} items${spread.includes(' to ') ? `, ${spread}` : ''}`;
}
