/** The calls of one turn, whoever's model made them. */
import type { Issue } from '../../core/issues.ts';
import type { Json } from '../../core/json.ts';
import type { ToolCallFormat } from './formats.ts';

/** One call. */
export interface ToolCall {
  /** The provider's id of it, to which the result goes back. */
  callId: string;
  tool: string;
  /** `{}` where it could not be read. */
  input: Json;
  /**
   * Why this call alone cannot be run; empty when it can. Paths are within its input; `line 1, column 9` is one within the
   * text of its arguments.
   */
  issues: readonly Issue[];
}

export interface ToolCalls {
  format: ToolCallFormat;
  /** In the order of the message; each gets its result. */
  calls: readonly ToolCall[];
}
