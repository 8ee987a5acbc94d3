/** Runs state machines in virtual time, with fake functions. */
import type { MachineDefinition, StateDefinition } from '../../lib/asl/definition.ts';
import { VirtualClock } from '../../lib/core/clock.ts';
import type { Json } from '../../lib/core/json.ts';
import { type Execution, type ExecutionEnd, startExecution } from '../../lib/interpreter/execution.ts';
import type { HistoryEvent, HistoryEventType } from '../../lib/interpreter/history.ts';
import type { TaskService } from '../../lib/interpreter/tasks.ts';
import { parseBehaviours } from '../../lib/local/lambda/fakes.ts';
import { fakeTasks } from '../../lib/local/states/fake-tasks.ts';

export interface RunOptions {
  input?: Json;
  /** The `--lambdas` document; `f` echoes if it is not given. */
  lambdas?: Record<string, Json>;
  type?: 'STANDARD' | 'EXPRESS';
  tasks?: (clock: VirtualClock) => TaskService;
  random?: () => number;
  redriveFrom?: readonly HistoryEvent[];
  /** Called when the execution has begun. */
  during?: (execution: Execution, clock: VirtualClock) => void;
}

export interface Finished {
  end: ExecutionEnd;
  events: HistoryEvent[];
  types: HistoryEventType[];
  /** Seconds of virtual time. */
  seconds: number;
}

export const START = Date.parse('2026-01-02T03:04:05.678Z');

/** A machine in JSONata; its states go on in the order in which they are listed, unless they say where. */
export function machine(states: Record<string, object>, more: Partial<MachineDefinition> = {}): MachineDefinition {
  return { QueryLanguage: 'JSONata', ...branch(states), ...more };
}

/** The same without a query language, as a branch or a Map's processor is. */
export function branch(states: Record<string, object>): MachineDefinition {
  const names = Object.keys(states);
  const linked = names.map((name, index) => {
    const state = states[name]!;
    const ends =
      'Next' in state || 'End' in state || ['Succeed', 'Fail', 'Choice'].includes((state as StateDefinition).Type);
    const following = names[index + 1];
    const next = following === undefined ? { End: true } : { Next: following };
    return [name, ends ? state : { ...state, ...next }] as const;
  });
  return { StartAt: names[0]!, States: Object.fromEntries(linked) as MachineDefinition['States'] };
}

/** A Task that calls the fake function of this name. */
export function call(name: string, more: object = {}): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: name, Payload: '{% $states.input %}' },
    Output: '{% $states.result.Payload %}',
    ...more,
  };
}

export async function run(definition: MachineDefinition, options: RunOptions = {}): Promise<Finished> {
  const { input = {}, lambdas = { f: { behavior: 'echo' } }, type = 'STANDARD', redriveFrom, during } = options;
  const clock = new VirtualClock(START);
  const events: HistoryEvent[] = [];
  const execution = startExecution({
    definition,
    input,
    type,
    context: {
      Execution: {
        Id: 'arn:aws:states:eu-west-1:1:execution:m:e',
        Name: 'e',
        RoleArn: 'role',
        StartTime: '2026-01-02T03:04:05.678Z',
      },
      StateMachine: { Id: 'arn:aws:states:eu-west-1:1:stateMachine:m', Name: 'm' },
    },
    tasks: options.tasks?.(clock) ?? fakeTasks(parseBehaviours(lambdas), clock),
    clock,
    random: options.random ?? (() => 0.5),
    onEvent: (event) => events.push(event),
    ...(redriveFrom && { redriveFrom }),
  });
  during?.(execution, clock);
  const end = await execution.ended;
  return { end, events, types: events.map(({ type: eventType }) => eventType), seconds: (clock.now() - START) / 1000 };
}

/** The output of a machine that must succeed. */
export async function outputOf(definition: MachineDefinition, options: RunOptions = {}): Promise<Json> {
  const { end } = await run(definition, options);
  if (end.status !== 'SUCCEEDED') throw new Error(`${end.status} ${end.error}: ${end.cause}`);
  return end.output;
}

/** What one expression gives as the Output of a Pass. */
export function evaluated(expression: string, input: Json = {}): Promise<Json> {
  return outputOf(machine({ P: { Type: 'Pass', Output: `{% ${expression} %}` } }), { input });
}
