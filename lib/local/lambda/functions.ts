/** The functions of a host: what a caller declares, checked all at once, and completed. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Issue, IssuesError } from '../../core/issues.ts';
import { MAX_TIMEOUT_SECONDS, MEMORY_MB } from './limits.ts';
import { isFunctionName, NAME_RULE } from './names.ts';

export interface LambdaFunction {
  name: string;
  /** The module that exports the handler: a URL, or a path from the working directory. `.ts` is loaded as it is. */
  module: URL | string;
  /** Name of the export; `handler` if not given. */
  handler?: string;
  /** From when the handler starts. AWS takes whole seconds, here fractions are allowed. At most 900. */
  timeoutSeconds: number;
  /** 128 to 10,240, for the JavaScript heap and the buffers of one environment. */
  memoryMb: number;
  /** Invocations that this function may run at once, kept free for it; 0 turns it off. No limit of its own if not given. */
  reservedConcurrency?: number;
  /** Environment variables of this function, over those of the host. */
  env?: Record<string, string>;
}

/** A checked function with everything filled in. */
export interface FunctionConfig {
  name: string;
  moduleUrl: string;
  handler: string;
  timeoutSeconds: number;
  memoryMb: number;
  reservedConcurrency: number | undefined;
  env: Record<string, string>;
}

/** Checks all functions; throws an IssuesError that lists every problem. */
export function functionConfigs(functions: readonly LambdaFunction[], accountConcurrency: number): FunctionConfig[] {
  const issues = functions.flatMap((declared, index) => issuesOf(declared, `functions[${index}]`, functions));
  const reserved = functions.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
  if (reserved > accountConcurrency) {
    const message = 'the functions reserve more concurrency than the account has';
    issues.push({ code: 'too_much_reserved', path: '', message, got: `${reserved}`, allowed: `${accountConcurrency}` });
  }
  if (issues.length > 0) throw new IssuesError('invalid_functions', 'The list of functions', issues);
  return functions.map(complete);
}

function issuesOf(declared: LambdaFunction, path: string, all: readonly LambdaFunction[]): Issue[] {
  const { name, timeoutSeconds: timeout, memoryMb: memory, reservedConcurrency: reserved = 0 } = declared;
  const issues: Issue[] = [];
  const check = (fine: boolean, code: string, field: string, got: unknown, message: string, allowed: string) => {
    if (!fine) issues.push({ code, path: `${path}.${field}`, message, got: `${got}`, allowed });
  };
  const unique = all.filter((other) => other.name === name).length === 1;
  check(isFunctionName(name), 'invalid_name', 'name', name, 'not a function name', NAME_RULE);
  check(unique, 'duplicate_name', 'name', name, 'two functions have this name', 'one each');
  const inTime = timeout > 0 && timeout <= MAX_TIMEOUT_SECONDS;
  check(
    inTime,
    'invalid_timeout',
    'timeoutSeconds',
    timeout,
    'out of range',
    `above 0, at most ${MAX_TIMEOUT_SECONDS}`,
  );
  const inMemory = memory >= MEMORY_MB.least && memory <= MEMORY_MB.most;
  check(inMemory, 'invalid_memory', 'memoryMb', memory, 'out of range', `${MEMORY_MB.least} to ${MEMORY_MB.most}`);
  const whole = Number.isSafeInteger(reserved) && reserved >= 0;
  check(whole, 'invalid_concurrency', 'reservedConcurrency', reserved, 'not a number of invocations', '0 or more');
  return issues;
}

function complete(declared: LambdaFunction): FunctionConfig {
  const { name, module, handler = 'handler', timeoutSeconds, memoryMb, reservedConcurrency, env = {} } = declared;
  return { name, moduleUrl: moduleUrl(module).href, handler, timeoutSeconds, memoryMb, reservedConcurrency, env };
}

/** Where the module of a function is. */
export function moduleUrl(module: URL | string): URL {
  if (module instanceof URL || module.startsWith('file:')) return new URL(module);
  return pathToFileURL(resolve(module));
}
