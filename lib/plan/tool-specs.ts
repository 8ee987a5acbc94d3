/** A list of tool specs from outside, as `--tools` takes it. */
import { type Issue, IssuesError } from '../core/issues.ts';
import { formatPath, typeName } from '../core/json.ts';
import { issuesOf } from '../core/zod-issues.ts';
import { type ToolSpec, toolSpecSchema } from '../tools/spec.ts';
import { inputValidator } from './input-check.ts';

/** Throws an {@link IssuesError} `invalid_tools` with every problem. */
export function parseToolSpecs(document: unknown): ToolSpec[] {
  const issues: Issue[] = [];
  if (!Array.isArray(document)) {
    issues.push({ code: 'wrong_type', path: '', message: 'it must be a list of tool specs', got: typeName(document) });
  }
  const specs = (Array.isArray(document) ? document : []).flatMap((raw, index) => parseOne(raw, index, issues));
  for (const [index, { name }] of specs.entries()) {
    if (specs.findIndex((other) => other.name === name) === index) continue;
    issues.push({ code: 'duplicate_name', path: formatPath([index, 'name']), message: `"${name}" is listed twice` });
  }
  if (issues.length > 0) throw new IssuesError('invalid_tools', 'The list of tools', issues);
  return specs;
}

function parseOne(raw: unknown, index: number, issues: Issue[]): ToolSpec[] {
  const parsed = toolSpecSchema.safeParse(raw);
  if (!parsed.success) {
    issues.push(...issuesOf(parsed.error, { schema: toolSpecSchema, value: raw, at: [index] }));
    return [];
  }
  try {
    inputValidator(parsed.data);
  } catch (thrown) {
    if (!(thrown instanceof IssuesError)) throw thrown;
    issues.push(...thrown.issues.map((issue) => ({ ...issue, path: formatPath([index, 'input_schema']) })));
  }
  return [parsed.data];
}
