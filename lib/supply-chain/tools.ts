/** Every supply-chain tool, by the Lambda function that serves it. */
import { type Tool, toolSpec } from '../tools/define.ts';
import type { ToolSpec } from '../tools/spec.ts';
import { inventoryTools } from './inventory/index.ts';
import { logisticsTools } from './logistics/index.ts';
import { supplierTools } from './supplier/index.ts';

/** Names of the functions, as the stack gives them and the local host answers to. */
export const TOOL_FUNCTIONS: Record<string, readonly Tool[]> = {
  'stepweave-inventory': inventoryTools,
  'stepweave-logistics': logisticsTools,
  'stepweave-supplier': supplierTools,
};

/** Specs of all of them: what a planner, the compiler and an engine need. */
export const builtInTools: readonly ToolSpec[] = Object.entries(TOOL_FUNCTIONS).flatMap(([name, tools]) =>
  tools.map((tool) => toolSpec(tool, name)),
);
