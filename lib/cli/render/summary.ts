/** What there is to say about a run in words: its end, its time, and what did not go as planned. */

import { columnsOf, plural, shorten, wrap } from '../../core/text.ts';
import type { ActionRecord, ItemRecord, RunRecord } from '../../engine/records.ts';
import { formatDuration } from './duration.ts';
import { attemptsText, errorText, isFailedStatus, statusCounts, symbolOf, toneOf, wordOf } from './status.ts';
import type { Style } from './style.ts';

export interface SummaryOptions {
  width: number;
  style: Style;
  criticalPathMs?: number;
}

/** Of each kind; the rest is counted. */
const MOST_LISTED = 12;
const MOST_ITEMS = 3;
const MOST_LINES_OF_TEXT = 6;
/** More of one foreign text is never looked at. */
const MOST_CHARACTERS = 4_000;

/** The summary of a run, line by line. */
export function renderSummary(run: RunRecord, options: SummaryOptions): string[] {
  const { style } = options;
  const withStatus = (status: ActionRecord['status']) => run.records.filter((record) => record.status === status);
  return [
    ...outcome(run, options),
    ...wrapParts(times(run, options), options),
    ...section(
      'Failures',
      run.records.filter((record) => isFailedStatus(record.status)),
      (record) => failure(record, options),
      options,
    ),
    ...section('Fell back', withStatus('fallback'), (record) => fallback(record, options), options),
    ...section('Skipped', byReason(withStatus('skipped')), (group) => unrun(group, options), options),
    ...section('Cancelled', byReason(withStatus('cancelled')), (group) => unrun(group, options), options),
    ...section(
      'Warnings',
      run.warnings,
      (text) => bullet(style.paint('warn', style.glyphs.warning), text, options),
      options,
    ),
  ];
}

/** `◑ partial`, `5 of 9 actions succeeded`, `1 failed`, …; then why the run ended early. */
function outcome(run: RunRecord, options: SummaryOptions): string[] {
  const { style } = options;
  const end = style.paint(toneOf(run.status), `${style.glyphs.status[run.status]} ${wordOf(run.status)}`);
  const counts = statusCounts(
    run.records.map(({ status }) => status),
    'action',
  );
  return [...wrapParts([end, ...counts], options), ...(run.error === null ? [] : foreign(run.error, 0, options))];
}

/** `makespan 2.4 s`, `one after another 7.1 s`, `3.0× faster`, `critical path 2.3 s (makespan is 1.04× of it)`. */
function times(run: RunRecord, { style, criticalPathMs }: SummaryOptions): string[] {
  const { times: sign } = style.glyphs;
  const parts = [`makespan ${formatDuration(run.makespan_ms)}`];
  if (run.sequential_ms > 0) parts.push(`one after another ${formatDuration(run.sequential_ms)}`);
  if (run.sequential_ms > 0 && run.makespan_ms > 0) parts.push(comparison(run.speedup, sign));
  if (criticalPathMs !== undefined) {
    const ratio = (run.makespan_ms / criticalPathMs).toFixed(2);
    const relation = criticalPathMs > 0 ? ` (makespan is ${ratio}${sign} of it)` : '';
    parts.push(`critical path ${formatDuration(criticalPathMs)}${relation}`);
  }
  return parts;
}

function comparison(speedup: number, sign: string): string {
  if (speedup >= 1.05) return `${speedup.toFixed(1)}${sign} faster`;
  return speedup > 0.95 ? 'no faster' : `${(1 / speedup).toFixed(1)}${sign} slower`;
}

/** Parts side by side; a line breaks between two of them as long as each fits a line. */
function wrapParts(parts: readonly string[], { width, style }: SummaryOptions): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const joined = lines.length === 0 ? part : `${lines.at(-1)}${style.glyphs.separator}${part}`;
    if (lines.length > 0 && columnsOf(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(...wrap(part, width));
  }
  return lines;
}

function section<T>(
  title: string,
  entries: readonly T[],
  draw: (entry: T) => string[],
  { style }: SummaryOptions,
): string[] {
  if (entries.length === 0) return [];
  const rest = entries.length - MOST_LISTED;
  return [
    '',
    style.paint('strong', title),
    ...entries.slice(0, MOST_LISTED).flatMap(draw),
    ...(rest > 0 ? [style.paint('quiet', `  ${style.glyphs.ellipsis} ${rest} more`)] : []),
  ];
}

function failure(record: ActionRecord, options: SummaryOptions): string[] {
  const { style } = options;
  const tried = record.attempts > 1 ? ` (${record.attempts} attempts)` : '';
  const text = `${record.id}${tried}: ${errorText(record.error, record.error_type)}`;
  const items = (record.items ?? []).filter((item) => isFailedStatus(item.status));
  const rest = items.length - MOST_ITEMS;
  return [
    ...bullet(symbolOf(record.status, style), text, options),
    ...items.slice(0, MOST_ITEMS).flatMap((item) => failedItem(item, options)),
    ...(rest > 0 ? [style.paint('quiet', `    ${style.glyphs.ellipsis} ${plural(rest, 'more item')} failed`)] : []),
  ];
}

function failedItem(item: ItemRecord, { style, width }: SummaryOptions): string[] {
  const attempts = attemptsText(item.attempts, style);
  const text = `item ${item.index}: ${errorText(item.error, item.error_type)}`;
  return [`    ${shorten([style.line(text), attempts].filter(Boolean).join(' '), width - 4, style.glyphs.ellipsis)}`];
}

function fallback(record: ActionRecord, options: SummaryOptions): string[] {
  const why = record.reason ?? errorText(record.error, record.error_type);
  return bullet(symbolOf(record.status, options.style), `${record.id}: ${why}`, options);
}

/** Actions that share what became of them and why, in the order of the plan. */
function byReason(records: readonly ActionRecord[]): ActionRecord[][] {
  return [...Map.groupBy(records, (record) => reasonOf(record)).values()];
}

function reasonOf(record: ActionRecord): string {
  return record.reason ?? record.error ?? 'no reason given';
}

function unrun(records: readonly ActionRecord[], options: SummaryOptions): string[] {
  const [first] = records;
  if (first === undefined) return [];
  const more = records.length > MOST_LISTED ? ` and ${records.length - MOST_LISTED} more` : '';
  const ids = records.slice(0, MOST_LISTED).map(({ id }) => id);
  return bullet(symbolOf(first.status, options.style), `${ids.join(', ')}${more}: ${reasonOf(first)}`, options);
}

/** A symbol and a text, whose further lines are indented below it. */
function bullet(symbol: string, text: string, options: SummaryOptions): string[] {
  const [first = '', ...rest] = foreign(text, 4, options);
  return [`  ${symbol} ${first.trimStart()}`, ...rest];
}

/** Foreign text, made safe, wrapped, indented and cut to a few lines. */
function foreign(text: string, indent: number, { style, width }: SummaryOptions): string[] {
  const lines = wrap(style.text(text.slice(0, MOST_CHARACTERS)), width - indent);
  const kept = lines.slice(0, MOST_LINES_OF_TEXT);
  const cut = lines.length > kept.length || text.length > MOST_CHARACTERS;
  const { ellipsis } = style.glyphs;
  if (cut && kept.length > 0)
    kept.push(`${shorten(kept.pop()!, width - indent - ellipsis.length - 1, '')} ${ellipsis}`);
  return kept.map((line) => ' '.repeat(indent) + line);
}
