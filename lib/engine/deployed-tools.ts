/** The tools of a deployment: the stack puts their specs beside the code of the functions that need them. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { messageOf, StepweaveError } from '../core/errors.ts';
import { type ToolRegistry, toolRegistry } from '../tools/registry.ts';
import { toolSpecSchema } from '../tools/spec.ts';

/** Name of the file, in the folder of the code. */
export const TOOLS_FILE = 'tools.json';

/** Throws a {@link StepweaveError} `invalid_tools_file`. `folder` is Lambda's own, `/var/task`, unless given. */
export function deployedTools(folder = process.env['LAMBDA_TASK_ROOT'] ?? '.'): ToolRegistry {
  const path = `${folder}/${TOOLS_FILE}`;
  try {
    return toolRegistry(z.array(toolSpecSchema).parse(JSON.parse(readFileSync(path, 'utf8'))));
  } catch (cause) {
    throw new StepweaveError('invalid_tools_file', 'user', `cannot read tools from ${path}: ${messageOf(cause)}`, {
      cause,
    });
  }
}
