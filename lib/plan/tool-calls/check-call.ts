/** Whether a call can be run: what is wrong with it concerns it alone. */
import type { Issue } from '../../core/issues.ts';
import type { Json } from '../../core/json.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import { checkInput } from '../input-check.ts';
import { parsePlan } from '../parse.ts';
import { resolveAction, unknownTool } from '../resolve.ts';
import { checkNesting, parseArguments } from './arguments.ts';
import { unwrapInput } from './object-schema.ts';
import { actionOf } from './to-plan.ts';
import type { ToolCall } from './tool-call.ts';

/** A call as it is written. */
export interface WrittenCall {
  callId: string;
  tool: string;
  input: unknown;
  /** Whether the input is a text of JSON. Some servers that speak OpenAI's language give JSON itself. */
  inputIsText: boolean;
  /** Why the answer of the model ended early, perhaps within this call. */
  cutOffBy: string | undefined;
}

export function checkedCall({ callId, tool, cutOffBy, ...written }: WrittenCall, tools: ToolRegistry): ToolCall {
  const issues: Issue[] = [];
  const read = readInput(written, issues);
  if (cutOffBy !== undefined) issues.push(incomplete(cutOffBy));
  const spec = tools.get(tool);
  if (spec === undefined) issues.push(unknownTool(tool, 'tool', tools));
  const input = spec === undefined ? read : unwrapInput(spec.input_schema, read);
  if (issues.length === 0) issues.push(...problemsOfInput(tool, input, tools));
  return { callId, tool, input: issues.length === 0 ? input : {}, issues };
}

function readInput({ input, inputIsText }: Pick<WrittenCall, 'input' | 'inputIsText'>, issues: Issue[]): Json {
  if (inputIsText && typeof input === 'string') return parseArguments(input, issues);
  if (input === undefined || input === null) return {};
  checkNesting(input, issues);
  return input as Json;
}

function incomplete(cutOffBy: string): Issue {
  return {
    code: 'incomplete_call',
    path: '',
    message: `the answer of the model ended early (${cutOffBy}), so this last call may be incomplete`,
    hint: 'make the call again, or a smaller one',
  };
}

/** What a plan would find wrong with the input of this call, by paths within the input. */
function problemsOfInput(tool: string, input: Json, tools: ToolRegistry): Issue[] {
  const issues: Issue[] = [];
  const { actions, settings } = parsePlan({ actions: [actionOf('call', { tool, input })] }, issues);
  for (const action of actions) {
    const resolved = resolveAction(action, settings, tools, issues);
    if (resolved !== undefined) checkInput(resolved, issues);
  }
  return issues.map((issue) => ({ ...issue, path: issue.path.replace(/^actions\[0\]\.input\.?/, '') }));
}
