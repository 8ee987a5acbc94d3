/** Errors as problem documents: https://www.rfc-editor.org/rfc/rfc9457 */
import * as z from 'zod';
import { StepweaveError } from '../../core/errors.ts';
import { type Issue, IssuesError } from '../../core/issues.ts';

const issueSchema = z.object({
  code: z.string().describe('Stable: programs branch on it.'),
  path: z.string().describe('Where, as `plan.actions[2].input.lines`; empty for the document as a whole.'),
  message: z.string(),
  got: z.string().optional(),
  allowed: z.string().optional(),
  hint: z.string().optional(),
});

export const problemSchema = z.object({
  type: z.string().describe('A URN of the code: it names the problem and leads nowhere.'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().describe('Stable: programs branch on it.'),
  issues: z.array(issueSchema).optional().describe('All that is wrong with the request, at once.'),
});

export type Problem = z.infer<typeof problemSchema>;

export const PROBLEM_TYPE = 'application/problem+json';

/** Status and title by code. A code that is not listed is told by whose fault it was. */
const KNOWN: Readonly<Record<string, readonly [number, string]>> = {
  invalid_json: [400, 'The body is not JSON'],
  invalid_query: [400, 'The query is wrong'],
  invalid_path: [400, 'The path is wrong'],
  invalid_header: [400, 'A header is wrong'],
  invalid_cursor: [400, 'The cursor is wrong'],
  forbidden: [403, 'Not allowed from there'],
  not_found: [404, 'There is nothing here'],
  run_not_found: [404, 'There is no such run'],
  method_not_allowed: [405, 'Not with this method'],
  not_acceptable: [406, 'Not in this format'],
  idempotency_conflict: [409, 'The idempotency key is used already'],
  run_ended: [409, 'The run has ended'],
  run_not_ended: [409, 'The run has not ended'],
  not_stoppable: [409, 'The run cannot be stopped from here'],
  nothing_to_resume: [409, 'Nothing is left to do'],
  not_this_plan: [409, 'The run is of another plan'],
  body_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'Not in this format'],
  invalid_request: [422, 'The request is wrong'],
  invalid_plan: [422, 'The plan is wrong'],
  invalid_tool_calls: [422, 'The tool calls are wrong'],
  too_many_actions: [422, 'The plan has too many actions'],
  needs_wait: [422, 'Only while the caller waits'],
  too_many_requests: [429, 'Too many requests'],
  too_many_runs: [503, 'Too many runs at once'],
  stopping: [503, 'The server is stopping'],
  store_unavailable: [503, 'The store cannot be used'],
};

const BY_FAULT = {
  user: [422, 'The request is wrong'],
  tool: [502, 'A tool failed'],
  service: [502, 'A service failed'],
  internal: [500, 'A fault of Stepweave'],
} as const;

/** An error that comes with headers. */
export class HttpError extends StepweaveError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, message: string, headers: Record<string, string> = {}) {
    super(code, 'user', message);
    this.headers = headers;
  }
}

/** Of something that is not known nothing is told: it may hold anything. */
export function problemOf(thrown: unknown): Problem {
  if (!(thrown instanceof StepweaveError)) {
    return problem('internal_error', ...BY_FAULT.internal, 'the request could not be answered');
  }
  const { code, fault, message } = thrown;
  const [status, title] = (Object.hasOwn(KNOWN, code) ? KNOWN[code] : undefined) ?? BY_FAULT[fault];
  if (!(thrown instanceof IssuesError)) return problem(code, status, title, message);
  const issues = thrown.issues.map(copyOf);
  const detail = `${issues.length === 1 ? '1 problem' : `${issues.length} problems`}: ${issues[0]?.message}`;
  return { ...problem(code, status, title, detail), issues };
}

export function problemResponse(thrown: unknown): Response {
  const problem = problemOf(thrown);
  const headers = thrown instanceof HttpError ? thrown.headers : {};
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store', ...headers },
  });
}

function problem(code: string, status: number, title: string, detail: string): Problem {
  return { type: `urn:stepweave:problem:${code}`, title, status, detail, code };
}

function copyOf({ code, path, message, got, allowed, hint }: Issue): Issue {
  const optional = { ...(got && { got }), ...(allowed && { allowed }), ...(hint && { hint }) };
  return { code, path, message, ...optional };
}
