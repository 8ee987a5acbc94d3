/** One bar of a timeline, drawn to an eighth of a cell. */
import type { Span } from './axis.ts';
import type { Style, Tone } from './style.ts';

export interface Bar {
  /** Its first cell. */
  column: number;
  /** Cells that it touches, at least one. */
  cells: number;
  text: string;
}

/** Draws a span of an axis that is `length` long and `cells` wide. What is too short to see is one eighth. */
export function drawBar(span: Span, length: number, cells: number, tone: Tone, style: Style): Bar {
  const end = cells * 8;
  const from = Math.min(end - 1, eighths(span.from / length, end));
  const to = Math.max(from + 1, eighths(span.to / length, end));
  const column = Math.floor(from / 8);
  const last = Math.ceil(to / 8) - 1;
  const size = last - column + 1;
  if (span.open) return { column, cells: size, text: style.paint(tone, style.glyphs.open.repeat(size)) };
  const head = startCell(from - column * 8, Math.min(8, to - column * 8), tone, style);
  if (size === 1) return { column, cells: size, text: head };
  const body = filled(8, style).repeat(size - 2) + filled(to - last * 8, style);
  return { column, cells: size, text: head + style.paint(tone, body) };
}

function eighths(share: number, end: number): number {
  return Math.min(end, Math.max(0, Math.round(share * end)));
}

function filled(count: number, style: Style): string {
  const { fromLeft } = style.glyphs;
  return fromLeft[Math.min(count, fromLeft.length) - 1]!;
}

/**
 * The cell in which the bar begins, filled between two eighths. Unicode has blocks that grow from the left; one that
 * ends at the right is such a block with its colours exchanged, or without colours the nearest of three.
 */
function startCell(from: number, to: number, tone: Tone, style: Style): string {
  const { toRight } = style.glyphs;
  if (from === 0) return style.paint(tone, filled(to, style));
  if (to < 8 && from < 4) return style.paint(tone, filled(to - from, style));
  if (style.color && style.unicode && to === 8) return style.paintInverse(tone, filled(from, style));
  if (from < 2) return style.paint(tone, filled(8, style));
  return style.paint(tone, from < 6 && to - from > 1 ? toRight.half : toRight.eighth);
}
