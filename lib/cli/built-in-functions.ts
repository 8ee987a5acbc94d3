/** The tool Lambdas of this repository, as functions of the local host. */
import type { LambdaFunction } from '../local/lambda/host.ts';
import { TOOL_FUNCTIONS } from '../supply-chain/tools.ts';

const MEMORY_MB = 512;
/** Beyond the longest tool timeout, so that the action's own timeout comes first and is told as such. */
const EXTRA_SECONDS = 5;

/** `stepweave-inventory` is `lambdas/inventory`. */
export const builtInFunctions: readonly LambdaFunction[] = Object.entries(TOOL_FUNCTIONS).map(([name, tools]) => ({
  name,
  module: new URL(`../../lambdas/${name.replace('stepweave-', '')}/index.ts`, import.meta.url),
  timeoutSeconds: Math.max(...tools.map(({ timeoutSeconds }) => timeoutSeconds)) + EXTRA_SECONDS,
  memoryMb: MEMORY_MB,
}));
