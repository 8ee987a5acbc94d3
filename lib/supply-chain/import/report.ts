/** What an import did. */
import type { RecordKind } from '../records.ts';
import type { ImportProblem, MalformedRows } from './problems.ts';

export interface ImportedKind {
  kind: RecordKind;
  accepted: number;
  rejected: number;
  /** Keys among the accepted records: of several records with one key the last one counts. Null: too many to count. */
  distinct: number | null;
}

export interface ImportReport {
  file: string;
  /** Rows after the header. */
  rows: number;
  /** Whether the file could be read to its end. */
  complete: boolean;
  /** Rows that are not CSV as the header says: quotes that do not close, too few or too many cells. */
  malformed: MalformedRows[];
  kinds: ImportedKind[];
  /** Cells that could not be used, most frequent first. */
  problems: ImportProblem[];
  /** Whether sample data were in the store, and were deleted. */
  replaced_sample: boolean;
  /** The day on which the data in the store end now; null when nothing was imported or nothing has a date. */
  as_of: string | null;
}

/** The report for people to read, several lines without an end of line. */
export function formatImportReport(report: ImportReport): string {
  const rejected = report.problems.filter(({ effect }) => effect === 'rejected');
  const leftEmpty = report.problems.filter(({ effect }) => effect === 'left_empty');
  return [
    `${count(report.rows, 'row')} read from ${report.file}`,
    ...(report.replaced_sample ? ['The sample data that were in the store have been deleted.'] : []),
    ...report.kinds.map(formatKind),
    ...section('Rows that are not valid CSV', report.malformed.map(formatMalformed)),
    ...section('Records rejected, because a required field is bad', rejected.map(formatProblem)),
    ...section('Fields left empty, because their text is not what the map says', leftEmpty.map(formatProblem)),
    ...(report.as_of === null ? [] : [`The data end on ${report.as_of}.`]),
  ].join('\n');
}

function formatKind({ kind, accepted, rejected, distinct }: ImportedKind): string {
  const keys = distinct === null || distinct === accepted ? '' : `, ${number(distinct)} distinct`;
  return `  ${kind}: ${number(accepted)} accepted${keys}, ${number(rejected)} rejected`;
}

function formatMalformed({ reason, rows, example_lines }: MalformedRows): string {
  return `  ${reason}: ${count(rows, 'row')}${examples(example_lines)}`;
}

function formatProblem({ field, reason, text, alike, rows, example_lines }: ImportProblem): string {
  const what =
    text === undefined ? ' (other texts)' : text === '' ? '' : ` ${JSON.stringify(text)}${alike ? ' and alike' : ''}`;
  return `  ${field}: ${reason}${what}: ${count(rows, 'row')}${examples(example_lines)}`;
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines];
}

function examples(lines: readonly number[]): string {
  return ` (line ${lines.join(', ')})`;
}

function count(amount: number, noun: string): string {
  return `${number(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

function number(amount: number): string {
  return amount.toLocaleString('en-US');
}
