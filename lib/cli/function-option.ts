/** The `--function name=module` options: functions of the user's own, all checked before anything is opened. */
import { messageOf } from '../core/errors.ts';
import { type Issue, IssuesError } from '../core/issues.ts';
import { missingFileReason } from '../local/files.ts';
import { type LambdaFunction, moduleUrl } from '../local/lambda/functions.ts';
import { isFunctionName, NAME_RULE } from '../local/lambda/names.ts';
import { LAMBDA_MAX_TIMEOUT_SECONDS } from '../tools/spec.ts';

const DEFAULT_MEMORY_MB = 512;

interface Argument {
  text: string;
  name: string;
  module: string;
}

/** The functions that the options name; throws every problem of all of them at once. */
export async function parseFunctionOptions(texts: readonly string[]): Promise<LambdaFunction[]> {
  const options = texts.map(split);
  const issues = await Promise.all(options.map((option, index) => issuesOf(option, options.slice(0, index))));
  if (issues.flat().length > 0) throw new IssuesError('invalid_functions', 'The command line', issues.flat());
  return options.map(({ name, module }) => ({
    name,
    module,
    // A function of the user's own sees the environment that the user gave.
    env: Object.fromEntries(Object.entries(process.env).map(([key, value]) => [key, value ?? ''])),
    timeoutSeconds: LAMBDA_MAX_TIMEOUT_SECONDS,
    memoryMb: DEFAULT_MEMORY_MB,
  }));
}

function split(text: string): Argument {
  const [, name = '', module = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  return { text, name, module };
}

async function issuesOf({ text, name, module }: Argument, before: readonly Argument[]): Promise<Issue[]> {
  const path = `--function ${text}`;
  if (name === '') {
    const hint = 'for example --function my-tools=./my-tools.ts';
    return [{ code: 'invalid_function', path, message: 'it takes name=module', hint }];
  }
  const issues: Issue[] = [];
  if (!isFunctionName(name)) {
    issues.push({ code: 'invalid_name', path, message: 'not a function name', got: name, allowed: NAME_RULE });
  }
  const same = before.find((other) => other.name === name);
  if (same !== undefined) {
    issues.push({ code: 'duplicate_name', path, message: `"${name}" is --function ${same.text} already` });
  }
  const why = await moduleProblem(module);
  if (why !== undefined) issues.push({ code: 'no_module', path, message: `cannot load ${module}: ${why}` });
  return issues;
}

async function moduleProblem(module: string): Promise<string | undefined> {
  try {
    return await missingFileReason(moduleUrl(module));
  } catch (thrown) {
    return messageOf(thrown); // a file: URL that is none
  }
}
