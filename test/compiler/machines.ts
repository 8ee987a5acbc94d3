/** Compiles plans, runs the machines on the interpreter and the virtual clock, and reads their definitions. */
import type { MachineDefinition, StateDefinition } from '../../lib/asl/definition.ts';
import { validateDefinition } from '../../lib/asl/validate.ts';
import { type CompiledPlan, type CompileOptions, compilePlan } from '../../lib/compiler/compile.ts';
import { type PreparedPlan, preparePlan } from '../../lib/compiler/prepare.ts';
import { VirtualClock } from '../../lib/core/clock.ts';
import type { Json, JsonObject } from '../../lib/core/json.ts';
import { type ExecutionEnd, startExecution } from '../../lib/interpreter/execution.ts';
import type { HistoryEvent } from '../../lib/interpreter/history.ts';
import type { TaskResult } from '../../lib/interpreter/tasks.ts';
import { toolRegistry } from '../../lib/tools/registry.ts';
import { toolSpecSchema } from '../../lib/tools/spec.ts';

type Fields = Record<string, unknown>;

/** A plan of `actions`, each of the tool `work` unless it says otherwise. `work` and `other` are idempotent, `fragile` is not. */
export function planOf(
  actions: Fields[],
  { tools = [], ...document }: Fields & { tools?: Fields[] } = {},
): PreparedPlan {
  const specs = [
    { name: 'work', idempotent: true, timeout_seconds: 30 },
    { name: 'other', idempotent: true, timeout_seconds: 30 },
    { name: 'fragile', timeout_seconds: 30 },
    ...tools,
  ].map((tool) => toolSpecSchema.parse(tool));
  return preparePlan(
    { actions: actions.map((action) => ({ tool: 'work', ...action })), ...document },
    toolRegistry(specs),
  );
}

/** The same with the records of all actions in its output. */
export function compileToRecords(plan: PreparedPlan, options: Partial<CompileOptions> = {}): CompiledPlan {
  return compile(plan, { recordsIn: 'output', ...options });
}

export function compile(plan: PreparedPlan, options: Partial<CompileOptions> = {}): CompiledPlan {
  return compilePlan(plan, { type: 'STANDARD', ...options });
}

/** What a call sends. */
export interface Call {
  id: string;
  input: Json;
}

export interface MachineRun {
  end: ExecutionEnd;
  history: HistoryEvent[];
  calls: Call[];
}

const CALL_MS = 1000;

/** Runs a machine in which every call is answered after a second by `answer`, or fails permanently if that throws. */
export async function runMachine(
  { definition, input, type }: CompiledPlan,
  answer: (call: Call) => Json = echo,
): Promise<MachineRun> {
  const history: HistoryEvent[] = [];
  const calls: Call[] = [];
  const clock = new VirtualClock();
  const execution = startExecution({
    definition: overTheWire(definition),
    input: overTheWire(input),
    type,
    context: {
      Execution: { Id: 'arn:aws:states:us-east-1:1:execution:m:run', Name: 'run', RoleArn: 'r', StartTime: NOON },
      StateMachine: { Id: 'arn:aws:states:us-east-1:1:stateMachine:m', Name: 'm' },
    },
    tasks: {
      supports: () => true,
      async call(given): Promise<TaskResult> {
        const { Payload } = overTheWire(given.arguments) as { Payload: { action_id: string; input: Json } };
        const call = { id: Payload.action_id, input: Payload.input };
        calls.push(call);
        await clock.sleep(CALL_MS, given.signal);
        try {
          return { ok: true, output: { StatusCode: 200, Payload: { success: true, result: answer(call) } } };
        } catch (thrown) {
          return { ok: false, error: 'ToolPermanent', cause: String(thrown) };
        }
      },
    },
    clock,
    random: () => 0.5,
    onEvent: (event) => history.push(event),
  });
  return { end: await execution.ended, history, calls };
}

const NOON = '2026-01-01T12:00:00Z';

function echo({ input }: Call): Json {
  return input;
}

/** As it is after it was sent as JSON, and received. */
function overTheWire<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

/** The records that a machine ends with, by action: see {@link compileToRecords}. */
export function recordsOf({ end }: MachineRun): Record<string, JsonObject> {
  if (end.status !== 'SUCCEEDED') throw new Error(`${end.status}: ${JSON.stringify(end)}`);
  return end.output as Record<string, JsonObject>;
}

/** Every state, those within Parallels and Maps too. */
export function statesIn(machine: MachineDefinition): [name: string, StateDefinition][] {
  return Object.entries(machine.States).flatMap(([name, state]) => {
    const inner = state.Type === 'Parallel' ? state.Branches : state.Type === 'Map' ? [state.ItemProcessor] : [];
    return [[name, state] as [string, StateDefinition], ...inner.flatMap(statesIn)];
  });
}

/** What AWS would say against a machine; nothing if it would take it. */
export function problemsOf({ definition, type }: CompiledPlan): string[] {
  return validateDefinition(overTheWire(definition), { type }).map(({ code, location, message }) =>
    [code, location, message].join(' '),
  );
}

const SCALAR = String.raw`(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)`;
const LIST_OF_SCALARS = new RegExp(String.raw`^( *(?:".*": )?)\[\n((?: *${SCALAR},?\n)+) *\](,?)$`, 'gm');

/** JSON to read and compare: lists of plain values on one line where they fit. Biome writes it the same way. */
export function prettyJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replace(LIST_OF_SCALARS, (whole, before, elements: string, comma) => {
    const line = `${before}[${elements.trim().split(/\n */).join(' ')}]${comma}`;
    return line.length <= 120 ? line : whole;
  });
  return `${text}\n`;
}
