/** The results of a run for people: enough of each to recognise it, and how much was left out. */
import type { Json } from '../../core/json.ts';
import { columnsOf, plural, shorten, wrap } from '../../core/text.ts';
import type { RunRecord } from '../../engine/records.ts';
import { jsonLines } from './json-lines.ts';
import type { Style } from './style.ts';

export interface ResultsOptions {
  /** Columns of the terminal; less than 40 is drawn as 40. */
  width: number;
  style: Style;
  /** Lines per result. */
  maxLines?: number;
}

const LEAST_WIDTH = 40;
const LINES_PER_RESULT = 8;
const MOST_RESULTS = 20;
const MARGIN = 2;
const SHORTENED = 'Shortened; the whole run is JSON on stdout.';

/** The results by output key as shortened JSON; empty when there are none. */
export function renderResults(run: RunRecord, options: ResultsOptions): string {
  const { style } = options;
  const width = Math.max(LEAST_WIDTH, Math.floor(options.width));
  const results = Object.entries(run.results);
  if (results.length === 0) return '';
  const parts = results.slice(0, MOST_RESULTS).map(([key, value]) => oneResult(key, value, { ...options, width }));
  const unlisted = results.length - parts.length;
  const lines = parts.flatMap((part) => part.lines);
  if (unlisted > 0) lines.push(style.paint('quiet', `  ${style.glyphs.ellipsis} ${plural(unlisted, 'more result')}`));
  if (unlisted > 0 || parts.some((part) => part.shortened)) {
    lines.push('', ...wrap(SHORTENED, width).map((line) => style.paint('quiet', line)));
  }
  return [style.paint('strong', 'Results'), ...lines].join('\n');
}

function oneResult(
  key: string,
  value: Json,
  options: Required<Pick<ResultsOptions, 'width' | 'style'>> & ResultsOptions,
) {
  const { style, width, maxLines = LINES_PER_RESULT } = options;
  const { ellipsis } = style.glyphs;
  const label = shorten(style.line(key) || '?', Math.floor(width / 2), ellipsis);
  const kept: string[] = [];
  let left = 0;
  let cut = false;
  for (const line of jsonLines(value, width - MARGIN, columnsOf(label) + 2)) {
    if (kept.length >= maxLines) {
      left += 1;
      continue;
    }
    const room = width - MARGIN - (kept.length === 0 ? columnsOf(label) + 2 : 0);
    const safe = style.text(line.slice(0, width * 4)).replaceAll('\n', ' ');
    const shown = shorten(safe, room, ellipsis);
    cut ||= shown !== safe || line.length > width * 4;
    kept.push(shown);
  }
  const [first = '', ...rest] = kept;
  const lines = [`${style.paint('strong', label)}  ${first}`, ...rest];
  if (left > 0) lines.push(style.paint('quiet', `${ellipsis} ${plural(left, 'more line')}`));
  return { lines: lines.map((line) => ' '.repeat(MARGIN) + line), shortened: cut || left > 0 };
}
