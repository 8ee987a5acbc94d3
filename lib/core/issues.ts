/** Problems of a document as data: all of them at once, each with where, what was got, what is allowed, what to change. */
import { StepweaveError } from './errors.ts';

export interface Issue {
  /** Stable, `snake_case`: programs branch on it. */
  code: string;
  /** Where, as `actions[2].input.lines`; empty for the document as a whole. */
  path: string;
  message: string;
  got?: string;
  allowed?: string;
  hint?: string;
}

/** A document was refused. `message` lists every issue, one a line. */
export class IssuesError extends StepweaveError {
  readonly issues: readonly Issue[];

  constructor(code: string, subject: string, issues: readonly Issue[]) {
    const count = issues.length === 1 ? '1 problem' : `${issues.length} problems`;
    super(code, 'user', `${subject} has ${count}\n${issues.map(formatIssue).join('\n')}`);
    this.name = 'IssuesError';
    this.issues = issues;
  }
}

/** One issue as text, the hint on a line of its own. */
export function formatIssue(issue: Issue): string {
  return `  ${issueLine(issue)}${issue.hint ? `\n      -> ${issue.hint}` : ''}`;
}

/** One issue on one line, without its hint: `actions[1].id: … (got …; allowed: …)`. */
export function issueLine(issue: Issue): string {
  const details = [issue.got && `got ${issue.got}`, issue.allowed && `allowed: ${issue.allowed}`].filter(Boolean);
  const where = issue.path === '' ? '' : `${issue.path}: `;
  return where + (details.length === 0 ? issue.message : `${issue.message} (${details.join('; ')})`);
}
