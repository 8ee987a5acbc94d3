/** `stepweave tools`: the tools a plan may call. */
import { isJsonObject } from '../../core/json.ts';
import { safeText, wrap } from '../../core/text.ts';
import { estimatedSeconds, type ToolSpec } from '../../tools/spec.ts';
import { readTools } from '../documents.ts';
import { EXIT } from '../exit.ts';
import { type CliIo, widthOf } from '../io.ts';
import { styleFor } from '../render/style.ts';

/** Prints the tools, or the one of this name; resolves with the exit status. */
export async function toolsCommand(
  name: string | undefined,
  options: { tools?: string; format: 'text' | 'json' },
  io: CliIo,
): Promise<number> {
  const tools = await readTools(options.tools, io);
  const shown = name === undefined ? tools.list() : tools.list().filter((tool) => tool.name === name);
  if (shown.length === 0 && name !== undefined) {
    io.stderr.write(`stepweave: there is no tool "${safeText(name)}"; \`stepweave tools\` lists them\n`);
    return EXIT.wrong;
  }
  if (options.format === 'json') io.stdout.write(`${JSON.stringify(name === undefined ? shown : shown[0], null, 2)}\n`);
  else io.stdout.write(`${shown.map((tool) => describe(tool, io)).join('\n\n')}\n`);
  return EXIT.succeeded;
}

function describe(tool: ToolSpec, io: CliIo): string {
  const style = styleFor(io.stdout, io.env);
  const width = Math.min(widthOf(io.stdout, io.env), 120);
  const indent = (text: string) => wrap(safeText(text), width - 2).map((line) => `  ${line}`);
  const facts = [
    `about ${estimatedSeconds(tool)} s, at most ${tool.timeout_seconds} s`,
    tool.idempotent ? 'idempotent' : 'not idempotent',
    ...(tool.reads.length > 0 ? [`reads ${tool.reads.join(', ')}`] : []),
    ...(tool.writes.length > 0 ? [`writes ${tool.writes.join(', ')}`] : []),
    ...(tool.concurrency_cap ? [`at most ${tool.concurrency_cap} at once`] : []),
  ];
  return [
    style.paint('strong', tool.name),
    ...indent(tool.description),
    ...inputFields(tool).flatMap(indent),
    ...indent(facts.join('; ')).map((line) => style.paint('quiet', line)),
  ].join('\n');
}

/** `warehouse_code (string): …`, a `?` after the name of what may be left out. */
function inputFields({ input_schema: schema }: ToolSpec): string[] {
  const fields = schema['properties'];
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  if (!isJsonObject(fields)) return [];
  return Object.entries(fields).map(([name, field]) => {
    const { type, description } = isJsonObject(field) ? field : {};
    const kind = typeof type === 'string' ? ` (${type})` : '';
    return `- ${name}${required.includes(name) ? '' : '?'}${kind}${description ? `: ${description}` : ''}`;
  });
}
