/** The command line: options and help here, the work in `commands/`. */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { EXIT, reportFailure } from './exit.ts';
import type { CliIo } from './io.ts';

const PLAN = ['PLAN', 'a plan file, or - for standard input'] as const;
const INPUT = ['--input <file>', 'JSON object that $inputs stands for'] as const;
const TOOLS = ['--tools <file>', 'tool specs to use in place of the built-in tools'] as const;
const LAMBDAS = ['--lambdas <file>', 'fake these functions: echo, return, raise, timeout …'] as const;
const DATA = ['--data <folder>', 'folder of the embedded store'] as const;
const ENGINES = ['auto', 'express', 'standard', 'direct'];
const QUIET = ['--quiet', 'nothing but the JSON'] as const;
const DEFAULT_DATA = '.stepweave';

const EXAMPLES = `
Examples:
  stepweave run examples/replenish.json
  stepweave run plan.json --input inputs.json > run.json
  stepweave analyze plan.json --format mermaid
  stepweave compile plan.json > machine.json
  stepweave simulate plan.json --durations durations.json
  stepweave data import deliveries.csv --map examples/scms-columns.json
  cat plan.json | stepweave analyze -

Exit status: 0 the run succeeded; 1 it ended in any other way; 2 the call or the plan is wrong.
Ctrl-C or SIGTERM cancels a run, which is still printed as JSON; a second one, or one while no run is under way, ends
the process at once by that signal.`;

const IMPORT_STATUS = `
Exit status: 0 records were imported; 1 no record at all was, or the file could not be read to its end; 2 the call, the
map or the file is wrong. What is sound in a file is imported also when the status is 1.`;

const ASL_STATUS = `
Exit status: 0 the execution SUCCEEDED; 1 it ended in any other way; 2 the call or the definition is wrong.`;

/** Runs one command line; resolves with its exit status and never throws. */
export async function main(args: readonly string[], io: CliIo): Promise<number> {
  let status: number = EXIT.succeeded;
  const program = createProgram(io, (result) => {
    status = result;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (thrown) {
    // Commander has written its own message; only --help and --version are no errors.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.succeeded : EXIT.wrong;
    return reportFailure(thrown, io);
  }
}

function createProgram(io: CliIo, finish: (status: number) => void): Command {
  const program = new Command('stepweave')
    .description("Runs an agent's tool calls as a plan: what may run together, does.")
    .version('0.1.0')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .showHelpAfterError('(add --help for how it is called)')
    .addHelpText('after', EXAMPLES);

  program
    .command('run')
    .description('run a plan here; progress and a timeline on stderr, the run as JSON on stdout')
    .argument(...PLAN)
    .option(...INPUT)
    .addOption(engineOption())
    .option('--resume <file>', 'a run of this plan, as it was printed: only what is left of it is run')
    .option(...TOOLS)
    .option(...LAMBDAS)
    .option('--function <name=module>', "serve a function from a module's `handler`; repeatable", collect, [])
    .option(...DATA, DEFAULT_DATA)
    .option(...QUIET)
    .option('--verbose', 'what the functions print, on stderr')
    .addHelpText(
      'after',
      examples(
        'run plan.json > run.json',
        'run - --input inputs.json < plan.json',
        'run plan.json --tools tools.json --function my-tools=./my-tools.ts',
        'run plan.json --tools tools.json --lambdas fakes.json --quiet',
        'run plan.json --resume run.json',
      ),
    )
    .action(async (plan, options) => {
      const { runCommand } = await import('./commands/run.ts');
      finish(await runCommand(plan, options, io));
    });

  program
    .command('compile')
    .description("a plan's state machine and the input of its execution; nothing is run")
    .argument(...PLAN)
    .addOption(new Option('--format <format>', 'how to print it').choices(['json', 'mermaid']).default('json'))
    .option(...INPUT)
    .addOption(engineOption())
    .option(...TOOLS)
    .addHelpText(
      'after',
      examples(
        'compile plan.json',
        'compile plan.json --engine express --input inputs.json',
        'compile plan.json --format mermaid > machine.mmd',
      ),
    )
    .action(async (plan, options) => {
      const { compileCommand } = await import('./commands/compile.ts');
      finish(await compileCommand(plan, options, io));
    });

  program
    .command('analyze')
    .description('what a plan depends on, may run together, and would take; nothing is run')
    .argument(...PLAN)
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json', 'mermaid']).default('text'))
    .option(...INPUT)
    .addOption(engineOption())
    .option(...TOOLS)
    .addHelpText(
      'after',
      examples(
        'analyze plan.json',
        'analyze plan.json --format mermaid > plan.mmd',
        'analyze plan.json --format json --tools tools.json',
      ),
    )
    .action(async (plan, options) => {
      const { analyzeCommand } = await import('./commands/analyze.ts');
      finish(await analyzeCommand(plan, options, io));
    });

  program
    .command('simulate')
    .description('run a plan in virtual time, invoking nothing; a function not faked echoes its input')
    .argument(...PLAN)
    .option(...INPUT)
    .option('--durations <file>', 'seconds per attempt and item, by action id')
    .option(...TOOLS)
    .option(...LAMBDAS)
    .option(...QUIET)
    .addHelpText(
      'after',
      examples(
        'simulate plan.json',
        'simulate plan.json --durations durations.json',
        'simulate plan.json --tools tools.json --lambdas fakes.json --quiet',
      ),
    )
    .action(async (plan, options) => {
      const { simulateCommand } = await import('./commands/simulate.ts');
      finish(await simulateCommand(plan, options, io));
    });

  program
    .command('tools')
    .description('the tools a plan may call')
    .argument('[TOOL]', 'only this one')
    .addOption(new Option('--format <format>', 'how to print them').choices(['text', 'json']).default('text'))
    .option(...TOOLS)
    .addHelpText('after', examples('tools', 'tools allocate_orders', 'tools --format json'))
    .action(async (name, options) => {
      const { toolsCommand } = await import('./commands/tools.ts');
      finish(await toolsCommand(name, options, io));
    });

  const asl = program.command('asl').description('state machines in Amazon States Language');
  asl
    .command('run')
    .description('run a definition here, in virtual time and with fake functions')
    .argument('<definition>', 'a file with the definition, or - for standard input')
    .option('--input <file>', "JSON, the execution's input, or - for standard input; {} if not given")
    .option(...LAMBDAS)
    .addOption(new Option('--type <type>', 'of the machine').argParser(machineType).default('STANDARD'))
    .addHelpText(
      'after',
      `${examples('asl run machine.json', 'asl run machine.json --input input.json --lambdas fakes.json --type EXPRESS')}\n${ASL_STATUS}`,
    )
    .action(async (definition, options) => {
      const { aslRunCommand } = await import('./commands/asl-run.ts');
      finish(await aslRunCommand(definition, options, io));
    });

  program
    .command('serve')
    .description('serve the HTTP API on this machine, with all that runs below it')
    .addOption(new Option('--port <port>', 'on 127.0.0.1; 0 takes a free one').argParser(portNumber).default(3000))
    .option('--data <folder>', 'keep runs, state machines and the records of the tools there', DEFAULT_DATA)
    .option(...TOOLS)
    .option(...LAMBDAS)
    .option('--function <name=module>', "serve a function from a module's `handler`; repeatable", collect, [])
    .option('--verbose', 'what the functions print, on stderr')
    .addHelpText(
      'after',
      examples(
        'serve',
        'serve --port 8080 --data ./state',
        'serve --tools tools.json --function my-tools=./my-tools.ts',
      ),
    )
    .action(async (options) => {
      const { serveCommand } = await import('./commands/serve.ts');
      finish(await serveCommand(options, io));
    });

  program
    .command('sfn')
    .description('serve Step Functions on this machine, for any AWS SDK and the AWS CLI (--endpoint-url)')
    .addOption(new Option('--port <port>', 'on 127.0.0.1; 0 takes a free one').argParser(portNumber).default(8083))
    .addOption(new Option('--region <region>', 'of the ARNs').argParser(regionName).default('us-east-1'))
    .option('--folder <folder>', 'keep state machines and executions there, over restarts')
    .option('--lambda-endpoint <url>', 'where the functions are; if not given they are served here')
    .option(...LAMBDAS)
    .option('--function <name=module>', "serve a function from a module's `handler`; repeatable", collect, [])
    .option(...DATA, DEFAULT_DATA)
    .option('--throttle', 'refuse what is too much for an AWS account')
    .option('--verbose', 'what the functions print, on stderr')
    .addHelpText(
      'after',
      examples(
        'sfn --folder .stepweave',
        'sfn --port 0 --function my-tools=./my-tools.ts',
        'sfn --lambda-endpoint http://127.0.0.1:3001',
      ),
    )
    .action(async (options) => {
      const { sfnCommand } = await import('./commands/sfn.ts');
      finish(await sfnCommand(options, io));
    });

  const data = program.command('data').description('the records that the supply-chain tools read');
  data
    .command('import')
    .description('load a CSV file by a column map')
    .addArgument(new Argument('<file>', 'the CSV file'))
    .requiredOption('--map <file>', 'which column holds what; see examples/scms-columns.json')
    .option(...DATA, DEFAULT_DATA)
    .addHelpText('after', `${examples('data import deliveries.csv --map columns.json')}\n${IMPORT_STATUS}`)
    .action(async (file, options) => {
      const { dataImportCommand } = await import('./commands/data-import.ts');
      finish(await dataImportCommand(file, options, io));
    });
  return program;
}

function engineOption(): Option {
  return new Option('--engine <engine>', "for this engine, whatever the plan's settings say").choices(ENGINES);
}

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  stepweave ${line}`).join('\n')}`;
}

function portNumber(value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new InvalidArgumentError('It is a number from 0 to 65535.');
}

function regionName(value: string): string {
  if (/^[a-z0-9-]{1,40}$/.test(value)) return value;
  throw new InvalidArgumentError('It is the name of a Region, such as us-east-1.');
}

function machineType(value: string): string {
  const type = value.toUpperCase();
  if (type === 'STANDARD' || type === 'EXPRESS') return type;
  throw new InvalidArgumentError('It is STANDARD or EXPRESS.');
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}
