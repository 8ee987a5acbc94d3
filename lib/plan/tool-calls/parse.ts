/** The tool calls of one turn of a model, as its provider writes them. */
import { type Issue, IssuesError } from '../../core/issues.ts';
import { excerpt, formatPath, isJsonObject, type JsonObject, typedPreview } from '../../core/json.ts';
import { listNames } from '../../core/suggest.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import { checkedCall, type WrittenCall } from './check-call.ts';
import { type CallList, typeOf } from './format.ts';
import { FORMATS, TOOL_CALL_FORMATS, type ToolCallFormat } from './formats.ts';
import type { ToolCalls } from './tool-call.ts';

/** Calls of one turn. OpenAI takes 128 tools in a request; no provider says how many calls it may answer with. */
export const MAX_TOOL_CALLS = 128;

/**
 * Reads a provider's response, its message, or its bare list of calls. Undefined for what is none of these, such as a plan.
 * A call that cannot be run keeps its place, with its issues, and holds up no other.
 *
 * Throws an {@link IssuesError} `invalid_tool_calls` with every problem that leaves no way to answer call by call: no calls,
 * too many, ids that are missing or the same, calls that are not of our tools.
 */
export function parseToolCalls(document: unknown, tools: ToolRegistry): ToolCalls | undefined {
  const found = recognise(document);
  if (found === undefined) return undefined;
  const { format, list } = found;
  const issues: Issue[] = [...(list.issues ?? [])];
  const written = writtenCalls(format, list, issues);
  if (issues.length > 0) throw new IssuesError('invalid_tool_calls', 'The message with tool calls', issues);
  return { format, calls: written.map((call) => checkedCall(call, tools)) };
}

function recognise(document: unknown): { format: ToolCallFormat; list: CallList } | undefined {
  if (isJsonObject(document) && Object.hasOwn(document, 'actions')) return undefined;
  for (const format of TOOL_CALL_FORMATS) {
    const list = FORMATS[format].find(document);
    if (list !== undefined) return { format, list };
  }
  return undefined;
}

function writtenCalls(format: ToolCallFormat, list: CallList, issues: Issue[]): WrittenCall[] {
  const { kindOf } = FORMATS[format];
  const items = list.items.map((item, index) => ({ item, index, kind: isJsonObject(item) ? kindOf(item) : undefined }));
  const awaited = items.filter(({ kind }) => kind !== 'beside');
  if (awaited.length > MAX_TOOL_CALLS) {
    const [path, got, allowed] = [formatPath(list.path), `${awaited.length}`, `at most ${MAX_TOOL_CALLS}`];
    issues.push({ code: 'too_many_calls', path, message: 'too many tool calls in one message', got, allowed });
    return [];
  }
  if (awaited.length === 0 && issues.length === 0) issues.push(noCalls(format, list));
  const calls = awaited.flatMap(({ item, index }) => {
    const call = readCall(format, item, [...list.path, index], issues);
    return call === undefined ? [] : { ...call, cutOffBy: index === list.items.length - 1 ? list.cutOffBy : undefined };
  });
  refuseDuplicates(calls, issues);
  return calls;
}

type LocatedCall = Omit<WrittenCall, 'cutOffBy'> & { idPath: PropertyKey[] };

function readCall(
  format: ToolCallFormat,
  item: unknown,
  path: PropertyKey[],
  issues: Issue[],
): LocatedCall | undefined {
  const { kindOf, fields, callType, inputIsText } = FORMATS[format];
  const refuse = (issue: Omit<Issue, 'path'>, at: readonly string[] = []) => {
    issues.push({ ...issue, path: formatPath([...path, ...at]) });
    return undefined;
  };
  if (!isJsonObject(item)) {
    return refuse({ code: 'wrong_type', message: 'wrong type', got: typedPreview(item), allowed: 'an object' });
  }
  if (kindOf(item) === 'unsupported') {
    return refuse({
      code: 'unsupported_call',
      message: 'a call that cannot be run here',
      got: typedPreview(item['type']),
      allowed: callType,
      hint: 'give such a tool to the model as a function, or answer this call yourself and send the others without it',
    });
  }
  const callId = valueAt(item, fields.callId);
  const tool = valueAt(item, fields.tool);
  if (typeof callId !== 'string' || callId === '') {
    refuse(
      { code: 'missing_id', message: 'a call has an id, to which its result goes back', ...gotText(callId) },
      fields.callId,
    );
  }
  if (typeof tool !== 'string') {
    refuse({ code: 'missing_tool', message: 'a call names its tool', ...gotText(tool) }, fields.tool);
  }
  if (typeof callId !== 'string' || callId === '' || typeof tool !== 'string') return undefined;
  return { callId, tool, input: valueAt(item, fields.input), inputIsText, idPath: [...path, ...fields.callId] };
}

function gotText(value: unknown): Pick<Issue, 'got' | 'allowed'> {
  return { got: value === undefined ? 'nothing' : typedPreview(value), allowed: 'a text that is not empty' };
}

function valueAt(item: JsonObject, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => {
    return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }, item);
}

function refuseDuplicates(calls: readonly LocatedCall[], issues: Issue[]): void {
  const first = new Map<string, PropertyKey[]>();
  for (const { callId, idPath } of calls) {
    const taken = first.get(callId);
    if (taken === undefined) first.set(callId, idPath);
    else {
      const message = `${formatPath(taken)} has this id already, so their results could not be told apart`;
      issues.push({ code: 'duplicate_id', path: formatPath(idPath), message, got: typedPreview(callId) });
    }
  }
}

function noCalls(format: ToolCallFormat, { path, items }: CallList): Issue {
  const types = items.flatMap((item) =>
    isJsonObject(item) ? excerpt(typeOf(item) || (Object.keys(item)[0] ?? ''), 40) : [],
  );
  return {
    code: 'no_tool_calls',
    path: formatPath(path),
    message: 'the message has no tool call to run',
    got: listNames(new Set(types), 10),
    allowed: `at least one ${FORMATS[format].callType}`,
  };
}
