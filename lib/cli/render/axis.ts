/** The common time axis of a timeline: when each action ran, relative to the run, and the ticks below. */

import { padEnd } from '../../core/text.ts';
import type { ActionRecord, RunRecord } from '../../engine/records.ts';
import { formatTick } from './duration.ts';
import type { Style } from './style.ts';

/** Milliseconds since the axis began. `open`: it was begun, but when it ended is not known. */
export interface Span {
  from: number;
  to: number;
  open: boolean;
}

export interface TimeAxis {
  /** Length of the axis in milliseconds; more than 0. */
  length: number;
  /** One per record; null when it never started. */
  spans: (Span | null)[];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Distances between ticks that people count in. */
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((count) => count * DAY),
];
/** Space between two labels. */
const LABEL_GAP = 2;

/** Places every action of a run on one axis, which begins with the run and ends when the last of them ended. */
export function timeAxis(run: RunRecord): TimeAxis {
  const moments = [run.started_at, ...run.records.map((record) => record.started_at)].map(momentOf);
  const begin = moments.filter((moment) => moment !== null).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const spans = run.records.map((record) => spanOf(record, begin));
  const ends = spans.map((span) => span?.to ?? 0);
  const length = [run.makespan_ms, ...ends].filter(Number.isFinite).reduce((a, b) => Math.max(a, b), 1);
  return { length, spans: spans.map((span) => (span?.open ? { ...span, to: length } : span)) };
}

function momentOf(time: string | null): number | null {
  const moment = time === null ? Number.NaN : Date.parse(time);
  return Number.isNaN(moment) ? null : moment;
}

function spanOf(record: ActionRecord, begin: number): Span | null {
  const started = momentOf(record.started_at);
  if (started === null) return null;
  const from = started - begin;
  const finished = momentOf(record.finished_at);
  if (finished !== null) return { from, to: Math.max(from, finished - begin), open: false };
  if (record.execution_time_ms > 0) return { from, to: from + record.execution_time_ms, open: false };
  return { from, to: from, open: true };
}

/** Two lines of `cells` columns and the corner: the axis with its ticks, and their labels. */
export function axisLines(length: number, cells: number, style: Style): [string, string] {
  const { corner, line, tick } = style.glyphs.axis;
  const marks = Array<string>(cells).fill(line);
  let labels = '0';
  for (const time of ticks(length, cells)) {
    const cell = Math.min(cells - 1, Math.round((time / length) * cells));
    marks[cell] = tick;
    const label = formatTick(time);
    const begin = Math.min(cell + 1 - Math.floor(label.length / 2), cells + 1 - label.length);
    if (begin >= labels.length + LABEL_GAP) labels = padEnd(labels, begin) + label;
  }
  return [corner + marks.join(''), labels];
}

/** As many round times as have room for their labels. */
function ticks(length: number, cells: number): number[] {
  for (const step of STEPS) {
    const room = (step / length) * cells - LABEL_GAP;
    if (room < 1) continue;
    const times = Array.from({ length: Math.floor(length / step) }, (_, index) => (index + 1) * step);
    if (times.every((time) => formatTick(time).length <= room)) return times;
  }
  return [];
}
