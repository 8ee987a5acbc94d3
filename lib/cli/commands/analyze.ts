/** `stepweave analyze PLAN`: what a plan depends on and would take. */
import { analysePlan } from '../../analysis/analyse.ts';
import { analysisMermaid } from '../../analysis/mermaid.ts';
import { analysisText } from '../../analysis/text.ts';
import type { Settings } from '../../plan/schema.ts';
import { type DocumentOptions, readInputs, readPlan } from '../documents.ts';
import { EXIT } from '../exit.ts';
import { type CliIo, widthOf } from '../io.ts';

export interface AnalyzeOptions extends DocumentOptions {
  format: 'text' | 'json' | 'mermaid';
  engine?: Settings['engine'];
}

/** Prints the analysis of a plan; resolves with the exit status. */
export async function analyzeCommand(planFile: string, options: AnalyzeOptions, io: CliIo): Promise<number> {
  const plan = await readPlan(planFile, options, io);
  const inputs = await readInputs(options.input, io);
  const analysis = analysePlan(plan, { inputs, ...(options.engine && { engine: options.engine }) });
  const formats = {
    text: () => analysisText(analysis, { width: widthOf(io.stdout, io.env) }),
    json: () => JSON.stringify(analysis, null, 2),
    mermaid: () => analysisMermaid(analysis),
  };
  io.stdout.write(`${formats[options.format]().trimEnd()}\n`);
  return EXIT.succeeded;
}
