/** The tool calls of one turn of a model, as a run and its results. */
import { IssuesError } from '../core/issues.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { RunRecord } from '../engine/records.ts';
import type { AnsweredCalls } from '../engine/runs/stored-run.ts';
import type { ToolCallFormat } from '../plan/tool-calls/formats.ts';
import { parseToolCalls } from '../plan/tool-calls/parse.ts';
import { outcomesOf, toolResults } from '../plan/tool-calls/results.ts';
import { planOfToolCalls } from '../plan/tool-calls/to-plan.ts';
import type { ToolRegistry } from '../tools/registry.ts';

export interface CallsOfTurn {
  answered: AnsweredCalls;
  /** Undefined when no call of them can be run. */
  plan: Json | undefined;
}

/** What the answer to a turn is. */
export interface TurnAnswer {
  format: ToolCallFormat;
  /** To be appended to the conversation, in the order of the calls; null while the run goes on. */
  messages: JsonObject[] | null;
}

/** Throws an {@link IssuesError} `invalid_tool_calls` for what no provider writes. */
export function readTurn(document: Json, tools: ToolRegistry): CallsOfTurn {
  const turn = refusingIn('tool_calls', () => parseToolCalls(document, tools));
  if (turn === undefined) {
    const issue = {
      code: 'unknown_format',
      path: 'tool_calls',
      message: 'no answer of a model with tool calls',
      allowed:
        'a response or message of OpenAI (Chat or Responses), Anthropic or Bedrock Converse, or its list of calls',
    };
    throw new IssuesError('invalid_tool_calls', 'The tool calls', [issue]);
  }
  const { format } = turn;
  const calls = turn.calls.map(({ callId, issues }) => ({ callId, issues }));
  const made = planOfToolCalls(turn.calls);
  return { answered: { format, calls, callIds: made?.callIds ?? {} }, plan: made?.document as Json | undefined };
}

/** `run` is undefined when no call could be run. */
export function answerTurn({ format, calls, callIds }: AnsweredCalls, run: RunRecord | undefined): TurnAnswer {
  if (run?.status === 'running') return { format, messages: null };
  const messages = toolResults(format, calls, outcomesOf(run?.records ?? [], callIds));
  return { format, messages: messages as unknown as JsonObject[] };
}

/** Paths as they are in the request. */
function refusingIn<Result>(field: string, work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof IssuesError)) throw thrown;
    const issues = thrown.issues.map((issue) => ({
      ...issue,
      path: issue.path === '' ? field : `${field}${issue.path.startsWith('[') ? '' : '.'}${issue.path}`,
    }));
    throw new IssuesError(thrown.code, 'The tool calls', issues);
  }
}
