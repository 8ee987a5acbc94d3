import { Token } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { StepweaveError } from '../core/errors.ts';
import { TOOLS_FILE } from '../engine/deployed-tools.ts';
import type { ToolSpec } from '../tools/spec.ts';

/** Tools and what serves them: a `ToolFunction`, or a function that is there already. */
export interface ServedTools {
  readonly function: IFunction;
  /** `function` of each is the name or ARN of the function. */
  readonly specs: readonly ToolSpec[];
}

/** Unqualified: plans name functions without version or alias. */
export function functionArns(tools: readonly ServedTools[]): string[] {
  return [...new Set(tools.map((served) => served.function.functionArn))];
}

/** The specs as `deployedTools` reads them. Names of functions must be known when the stack is synthesized. */
export function toolsFile(tools: readonly ServedTools[]): Record<string, string> {
  const text = JSON.stringify(tools.flatMap(({ specs }) => specs));
  if (!Token.isUnresolved(text)) return { [TOOLS_FILE]: text };
  throw new StepweaveError('unknown_function_name', 'user', 'give functions names: plans are compiled with them');
}
