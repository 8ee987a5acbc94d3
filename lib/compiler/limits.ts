/** The limits of Step Functions that a compiled plan has to keep before anything is started. */
import { MAX_HISTORY_EVENTS, MAX_PAYLOAD_BYTES, MAX_REQUEST_BYTES } from '../asl/limits.ts';
import { type Issue, IssuesError } from '../core/issues.ts';
import { jsonBytes } from '../core/json.ts';
import type { CompiledPlan } from './compile.ts';
import { footprintOf } from './footprint.ts';
import type { PreparedPlan } from './prepare.ts';

/** Throws an {@link IssuesError} `invalid_plan` with every limit that the machine or its input is over. */
export function checkLimits(compiled: CompiledPlan, plan: PreparedPlan): void {
  const issues = limitIssues(compiled, plan);
  if (issues.length > 0) throw new IssuesError('invalid_plan', 'The plan', issues);
}

/** The limits that the machine or its input is over, each with its number. */
export function limitIssues(compiled: CompiledPlan, plan: PreparedPlan): Issue[] {
  return [...definitionTooLarge(compiled, plan), ...tooManyEvents(compiled, plan), ...inputTooLarge(compiled)];
}

/** Bytes that are left for the rest of the request that creates a machine: its headers, the names and the role. */
const REST_OF_REQUEST_BYTES = 8192;
const MOST_BYTES = MAX_REQUEST_BYTES - REST_OF_REQUEST_BYTES;

/** A definition is sent as a text within JSON, which doubles its quotes; that is what has to fit. */
function definitionTooLarge({ definition }: CompiledPlan, { actions }: PreparedPlan): Issue[] {
  const bytes = jsonBytes(JSON.stringify(definition));
  if (bytes <= MOST_BYTES) return [];
  return [
    {
      code: 'definition_too_large',
      path: 'actions',
      message: 'its state machine is larger than Step Functions takes',
      got: `${bytes} bytes for ${actions.length} actions, as they are sent`,
      allowed: `at most ${MOST_BYTES} bytes in one request`,
      hint: 'make one for_each of the actions that call the same tool, split the plan, or run it with --engine direct',
    },
  ];
}

/** Counted on the way of success: where calls are tried again there are more. Express keeps no history. */
function tooManyEvents(compiled: CompiledPlan, plan: PreparedPlan): Issue[] {
  if (compiled.type === 'EXPRESS') return [];
  const { events } = footprintOf(compiled, plan);
  if (events <= MAX_HISTORY_EVENTS) return [];
  return [
    {
      code: 'too_many_events',
      path: 'actions',
      message: 'a Standard execution of it has more events than its history can hold',
      got: `${events} events, if no call fails`,
      allowed: `at most ${MAX_HISTORY_EVENTS}`,
      hint: 'split the plan, or run it with --engine express, which has no such limit but ends after five minutes',
    },
  ];
}

function inputTooLarge({ input }: CompiledPlan): Issue[] {
  const bytes = jsonBytes(input);
  if (bytes <= MAX_PAYLOAD_BYTES) return [];
  return [
    {
      code: 'input_too_large',
      path: '',
      message: "the literals of the plan and the run's inputs together are larger than Step Functions carries",
      got: `${bytes} bytes, of them ${jsonBytes(input.inputs)} of $inputs`,
      allowed: `at most ${MAX_PAYLOAD_BYTES} bytes of JSON`,
      hint: 'put the data where the tools can read it and pass its place',
    },
  ];
}
