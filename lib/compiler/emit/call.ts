/** How a call is made: a Task that invokes the function of a tool. */
import type { TaskState } from '../../asl/definition.ts';
import { expression, quoted } from '../../asl/expression.ts';
import { functionOf } from '../../tools/spec.ts';
import type { ActionPlace } from './action-place.ts';
import { retriersOf } from './retry.ts';
import { fieldValue } from './values.ts';

/** The Task of an action that is one call, without what follows it. */
export function callState(at: ActionPlace): TaskState {
  const name = functionOf(at.action.tool);
  return invocation(at, at.guard === undefined ? name : expression(`${at.guard}?${quoted(name)}`), `:${at.action.id}`);
}

/** The Task of an item of a list. */
export function itemState(at: ActionPlace): TaskState {
  return invocation(at, functionOf(at.action.tool), `:${at.action.id}:`, '&$states.input.index');
}

/** `suffix` and JSONata `more` follow the run's id in the idempotency key. */
function invocation(at: ActionPlace, functionName: string, suffix: string, more = ''): TaskState {
  const { action, emission, variables } = at;
  const { id, tool, input, timeoutSeconds } = action;
  const retriers = retriersOf(action);
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: {
      FunctionName: functionName,
      ...(action.action.mode === 'fire_and_forget' && { InvocationType: 'Event' }),
      Payload: {
        tool_name: tool.name,
        input: fieldValue(input, { id, field: 'input', variables, literals: emission.literals }),
        run_id: expression(emission.runId),
        action_id: id,
        idempotency_key: expression(`${emission.runId}&${quoted(suffix)}${more}`),
        errors: 'throw',
      },
    },
    TimeoutSeconds: timeoutSeconds,
    ...(retriers.length > 0 && { Retry: retriers }),
  };
}
