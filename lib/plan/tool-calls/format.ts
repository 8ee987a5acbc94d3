/** What there is to know of one provider's way to write tool calls, their results and the list of tools. */
import type { Issue } from '../../core/issues.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { ObjectSchema } from './object-schema.ts';

/** The part of a document in which calls may stand. */
export interface CallList {
  /** Where the list stands in the document. */
  path: PropertyKey[];
  items: readonly unknown[];
  /** Why the answer of the model ended early, perhaps within its last call. */
  cutOffBy?: string;
  /** What the document has besides and may not have. */
  issues?: readonly Issue[];
}

/**
 * What an item of the list is. `beside`: text, reasoning, or what the provider runs itself. `unsupported`: it expects an
 * answer, but is no call of one of our tools.
 */
export type ItemKind = 'call' | 'beside' | 'unsupported';

/** The answer to one call. */
export interface CallAnswer {
  callId: string;
  /** The result of the tool, or what it failed with. */
  content: Json;
  failed: boolean;
}

/** A tool as a model is told of it. */
export interface ToolDeclaration {
  name: string;
  description: string;
  schema: ObjectSchema;
}

export interface ProviderFormat<Message, ToolList> {
  /** The list of calls, if the document is an answer of this provider, a message of it, or the list itself. */
  find(document: unknown): CallList | undefined;
  kindOf(item: JsonObject): ItemKind;
  /** What a call of one of our tools is called, for messages. */
  callType: string;
  /** Where an item has what makes a call. */
  fields: { callId: readonly string[]; tool: readonly string[]; input: readonly string[] };
  /** Whether the input is a text of JSON, as a model wrote it, and not JSON itself. */
  inputIsText: boolean;
  /** The messages that go back, to be appended to the conversation. */
  results(answers: readonly CallAnswer[]): Message[];
  tools(declarations: readonly ToolDeclaration[]): ToolList;
}

/** The `type` of an item or a block; empty where it is no text. */
export function typeOf(item: JsonObject): string {
  const { type } = item;
  return typeof type === 'string' ? type : '';
}

/**
 * A result as a model reads it: a text as it is, anything else as JSON. A blank text stands in quotes: Converse takes no
 * blank text, and a model takes one for a missing result.
 */
export function asText(content: Json): string {
  return typeof content === 'string' && content.trim() !== '' ? content : JSON.stringify(content);
}
