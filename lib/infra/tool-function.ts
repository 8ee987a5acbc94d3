/** A tool Lambda: a function and the specs of the tools that it serves. */
import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { StepweaveError } from '../core/errors.ts';
import { type Tool, toolSpec } from '../tools/define.ts';
import type { ToolSpec } from '../tools/spec.ts';
import { type FunctionSettings, NodeFunction } from './node-function.ts';
import { checkPrefix } from './prefix.ts';
import type { ServedTools } from './served-tools.ts';

export interface ToolFunctionProps extends FunctionSettings {
  prefix: string;
  /** Of the function, without the prefix. */
  name: string;
  /** Path of a TypeScript file that exports `handler = toolHandler(tools)`. */
  entry: string;
  /** The tools that the entry serves; at least one. */
  tools: readonly Tool[];
  /** At most the longest timeout of the tools, which is the default. */
  timeout?: Duration;
}

/**
 * A timed-out Task does not end the function that it called, so the function must not be allowed more time than its tools are:
 * it would go on unheard.
 */
export class ToolFunction extends Construct implements ServedTools {
  readonly function: IFunction;
  readonly specs: readonly ToolSpec[];
  readonly timeout: Duration;
  readonly #inner: NodeFunction;

  constructor(scope: Construct, id: string, props: ToolFunctionProps) {
    super(scope, id);
    const functionName = `${checkPrefix(props.prefix)}${props.name}`;
    this.timeout = checkedTimeout(functionName, props);
    this.#inner = new NodeFunction(this, 'Tool', {
      ...props,
      functionName,
      description: `Tools: ${props.tools.map(({ name }) => name).join(', ')}`.slice(0, 256),
      timeout: this.timeout,
    });
    this.function = this.#inner.function;
    this.specs = props.tools.map((tool) => toolSpec(tool, functionName));
  }

  /** Lets the tools do more than write their log. */
  allow(actions: string[], resources: string[]): void {
    this.#inner.allow(actions, resources);
  }
}

function checkedTimeout(functionName: string, { tools, timeout }: ToolFunctionProps): Duration {
  if (tools.length === 0) throw new StepweaveError('no_tools', 'user', `${functionName} serves no tools`);
  const longest = Duration.seconds(Math.max(...tools.map(({ timeoutSeconds }) => timeoutSeconds)));
  if (timeout === undefined || timeout.toSeconds() <= longest.toSeconds()) return timeout ?? longest;
  const message = `${functionName} may run for ${timeout.toSeconds()} s, but no tool of it for more than ${longest.toSeconds()} s`;
  throw new StepweaveError('invalid_timeout', 'user', message);
}
