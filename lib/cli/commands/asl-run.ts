/** `stepweave asl run DEF`: runs a definition on the interpreter, with fake functions and in virtual time. */
import type { MachineDefinition } from '../../asl/definition.ts';
import { MAX_PAYLOAD_BYTES } from '../../asl/limits.ts';
import { type Diagnostic, validateDefinition } from '../../asl/validate.ts';
import { VirtualClock } from '../../core/clock.ts';
import { StepweaveError } from '../../core/errors.ts';
import { type Issue, IssuesError } from '../../core/issues.ts';
import { type Json, jsonBytes, MAX_NESTING, nestedDeeperThan } from '../../core/json.ts';
import { startExecution } from '../../interpreter/execution.ts';
import type { HistoryEvent } from '../../interpreter/history.ts';
import { unsupportedStates } from '../../interpreter/support.ts';
import { fakeTasks } from '../../local/states/fake-tasks.ts';
import { readBehaviours, readDocument } from '../documents.ts';
import { EXIT } from '../exit.ts';
import type { CliIo } from '../io.ts';

export interface AslRunOptions {
  input?: string;
  lambdas?: string;
  type: string;
}

/** What the execution is called where a definition asks. */
const NAMES = {
  account: 'arn:aws:states:us-east-1:000000000000',
  machine: 'asl-run',
  execution: 'run',
  role: 'arn:aws:iam::000000000000:role/asl-run',
};

/** Runs the definition and prints how it ended; resolves with the exit status. */
export async function aslRunCommand(file: string, options: AslRunOptions, io: CliIo): Promise<number> {
  if (file === '-' && options.input === '-') {
    throw new StepweaveError(
      'invalid_call',
      'user',
      'only one of definition and input can be read from standard input',
    );
  }
  const type = options.type.toUpperCase() === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
  const definition = await readDefinition(file, type, io);
  const input = await readInput(options.input, io);
  const behaviours = (await readBehaviours(options.lambdas, io)) ?? new Map();
  const clock = new VirtualClock(Date.now());
  const tasks = fakeTasks(behaviours, clock);
  const unsupported = unsupportedStates(definition, tasks);
  if (unsupported.length > 0) throw new IssuesError('unsupported_definition', 'The definition', unsupported);
  const events: HistoryEvent[] = [];
  const kind = type === 'EXPRESS' ? 'express' : 'execution';
  const execution = startExecution({
    definition,
    input,
    type,
    context: {
      Execution: {
        Id: `${NAMES.account}:${kind}:${NAMES.machine}:${NAMES.execution}`,
        Name: NAMES.execution,
        RoleArn: NAMES.role,
        StartTime: new Date(clock.now()).toISOString(),
      },
      StateMachine: { Id: `${NAMES.account}:stateMachine:${NAMES.machine}`, Name: NAMES.machine },
    },
    tasks,
    clock,
    random: Math.random,
    onEvent: (event) => events.push(event),
  });
  const stopListening = io.onInterrupt(() => execution.stop());
  const end = await execution.ended.finally(stopListening);
  const { status } = end;
  const failure: { error?: string; cause?: string } = 'output' in end ? {} : end;
  const told = {
    status,
    output: 'output' in end ? end.output : null,
    error: failure.error ?? (status === 'TIMED_OUT' ? 'States.Timeout' : null),
    cause: failure.cause ?? null,
    events,
  };
  io.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
  return status === 'SUCCEEDED' ? EXIT.succeeded : EXIT.notSucceeded;
}

async function readDefinition(file: string, type: 'STANDARD' | 'EXPRESS', io: CliIo): Promise<MachineDefinition> {
  const document = await readDocument(file, io);
  const errors = validateDefinition(document, { type }).filter(({ severity }) => severity === 'ERROR');
  if (errors.length > 0) throw new IssuesError('invalid_definition', 'The definition', errors.map(issueOf));
  const definition = document as MachineDefinition;
  return definition;
}

function issueOf({ code, message, location = '' }: Diagnostic): Issue {
  return { code: code.toLowerCase(), path: location, message };
}

async function readInput(file: string | undefined, io: CliIo): Promise<Json> {
  const input = file === undefined ? {} : ((await readDocument(file, io)) as Json);
  const subject = file ?? 'The input';
  if (nestedDeeperThan(input, MAX_NESTING)) {
    const message = 'the input is nested too deeply';
    throw new IssuesError('invalid_input', subject, [
      { code: 'too_deep', path: '', message, allowed: `${MAX_NESTING} levels` },
    ]);
  }
  if (jsonBytes(input) > MAX_PAYLOAD_BYTES) {
    const message = 'the input is too large';
    throw new IssuesError('invalid_input', subject, [
      { code: 'too_large', path: '', message, got: `${jsonBytes(input)} bytes`, allowed: `${MAX_PAYLOAD_BYTES} bytes` },
    ]);
  }
  return input;
}
