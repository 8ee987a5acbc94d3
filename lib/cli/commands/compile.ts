/** `stepweave compile PLAN`: the state machine of a plan. */
import { machineTypeOf } from '../../analysis/engine-choice.ts';
import { machineMermaid } from '../../analysis/machine-mermaid.ts';
import { compilePlan } from '../../compiler/compile.ts';
import { checkLimits } from '../../compiler/limits.ts';
import { safeText } from '../../core/text.ts';
import type { Settings } from '../../plan/schema.ts';
import { type DocumentOptions, readInputs, readPlan } from '../documents.ts';
import { EXIT } from '../exit.ts';
import type { CliIo } from '../io.ts';

export interface CompileOptions extends DocumentOptions {
  format: 'json' | 'mermaid';
  engine?: Settings['engine'];
}

/** Prints the state machine and the input of its execution; resolves with the exit status. */
export async function compileCommand(planFile: string, options: CompileOptions, io: CliIo): Promise<number> {
  const plan = await readPlan(planFile, options, io);
  const inputs = await readInputs(options.input, io);
  const compiled = compilePlan(plan, { type: machineTypeOf(plan, options.engine), inputs });
  checkLimits(compiled, plan);
  for (const warning of plan.warnings) io.stderr.write(`Warning: ${safeText(warning)}\n`);
  const formats = {
    json: () => JSON.stringify(compiled, null, 2),
    mermaid: () => machineMermaid(compiled.definition),
  };
  io.stdout.write(`${formats[options.format]()}\n`);
  return EXIT.succeeded;
}
