/** Counts problems of rows by field, reason and text, in bounded memory. */
import type { RecordKind } from '../records.ts';
import type { CellProblem } from './convert.ts';

export interface ImportProblem {
  kind: RecordKind;
  field: string;
  reason: string;
  effect: CellProblem['effect'];
  /** An example of the text; where `alike` is true others differ from it in their digits. Absent for further texts. */
  text?: string;
  alike: boolean;
  rows: number;
  /** Line numbers of the first few in the file; the header is line 1. */
  example_lines: number[];
}

/** Of each field and reason this many different texts are told apart; further ones are counted together. */
const TEXTS_TOLD_APART = 20;
const EXAMPLES = 3;
const LONGEST_EXAMPLE = 120;

export class ProblemTally {
  readonly #groups = new Map<string, ImportProblem>();
  readonly #texts = new Map<string, number>();

  add(kind: RecordKind, problem: CellProblem, line: number): void {
    const group = this.#groupOf(kind, problem);
    group.rows++;
    if (group.example_lines.length < EXAMPLES) group.example_lines.push(line);
    if (group.text !== undefined && group.text !== shortened(problem.text)) group.alike = true;
  }

  /** Most frequent first. */
  list(): ImportProblem[] {
    return [...this.#groups.values()].sort((a, b) => b.rows - a.rows);
  }

  /** Texts that differ only in digits, as references to other documents do, count as one. */
  #groupOf(kind: RecordKind, { field, reason, text, effect }: CellProblem): ImportProblem {
    const cause = JSON.stringify([kind, field, reason]);
    const key = `${cause} ${shortened(text).replaceAll(/\d+/g, '#')}`;
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const texts = this.#texts.get(cause) ?? 0;
    if (texts >= TEXTS_TOLD_APART) return this.#create(`${cause} …`, { kind, field, reason, effect });
    this.#texts.set(cause, texts + 1);
    return this.#create(key, { kind, field, reason, effect, text: shortened(text) });
  }

  #create(key: string, group: Pick<ImportProblem, 'kind' | 'field' | 'reason' | 'effect' | 'text'>): ImportProblem {
    const created = this.#groups.get(key) ?? { ...group, alike: false, rows: 0, example_lines: [] };
    this.#groups.set(key, created);
    return created;
  }
}

/** Rows that are not valid CSV. */
export interface MalformedRows {
  reason: string;
  rows: number;
  example_lines: number[];
}

export class MalformedTally {
  readonly #reasons = new Map<string, MalformedRows>();

  add(reason: string, line: number): void {
    const entry = this.#reasons.get(reason) ?? { reason, rows: 0, example_lines: [] };
    this.#reasons.set(reason, entry);
    entry.rows++;
    if (entry.example_lines.length < EXAMPLES) entry.example_lines.push(line);
  }

  list(): MalformedRows[] {
    return [...this.#reasons.values()];
  }
}

function shortened(text: string): string {
  return text.length <= LONGEST_EXAMPLE ? text : `${text.slice(0, LONGEST_EXAMPLE - 1)}…`;
}
