/** Ids in narrow columns. */
import { columnsOf } from '../../core/text.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** An id of at most `width` columns, cut in the middle: those of one plan often begin alike. Not for coloured text. */
export function shortenId(id: string, width: number, ellipsis: string): string {
  if (columnsOf(id) <= width) return id;
  const room = width - columnsOf(ellipsis);
  if (room < 0) return '';
  const segments = Array.from(graphemes.segment(id), ({ segment }) => segment);
  const start = fitting(segments, Math.ceil(room / 2));
  const end = fitting(segments.slice(start.length).reverse(), room - columnsOf(start.join('')));
  return start.join('') + ellipsis + end.reverse().join('');
}

/** As many of the first segments as fit. */
function fitting(segments: readonly string[], width: number): string[] {
  let used = 0;
  const end = segments.findIndex((segment) => {
    used += columnsOf(segment);
    return used > width;
  });
  return segments.slice(0, end === -1 ? segments.length : end);
}
