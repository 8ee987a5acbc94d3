/** Fake functions as what a Task may call: for simulations and for `asl run`, on any clock. */
import type { Clock } from '../../core/clock.ts';
import { isJsonObject, type Json } from '../../core/json.ts';
import type { TaskResult, TaskService } from '../../interpreter/tasks.ts';
import type { Behaviour, Behaviours } from '../lambda/behaviours.ts';
import { delaySeconds, fakeFunctions, raisedPayload, respond } from '../lambda/fakes.ts';
import { type FunctionRef, functionArn, parseFunctionName } from '../lambda/names.ts';

const INVOKE = /^arn:aws[a-z-]*:states:::lambda:invoke$/;
const FUNCTION = /^arn:aws[a-z-]*:lambda:[^:]*:\d{12}:function:/;

/** Functions that are not listed do not exist. Attempts of a function count in the order in which they begin. */
export function fakeTasks(behaviours: Behaviours, clock: Clock): TaskService {
  const functions = fakeFunctions(behaviours);
  let requests = 0;
  const call = async (target: FunctionRef, event: Json, signal: AbortSignal): Promise<TaskResult> => {
    const requestId = requestIdOf(++requests);
    const behaviour = functions.next(target.name);
    if (behaviour === undefined) return missing(target, requestId);
    const seconds = delaySeconds(behaviour);
    if (seconds > 0) await clock.sleep(seconds * 1000, signal);
    return resultOf(behaviour, event, target, requestId);
  };
  return {
    supports: (resource) => INVOKE.test(resource) || FUNCTION.test(resource),
    async call({ resource, arguments: argument, signal }) {
      if (!INVOKE.test(resource)) return call(parseFunctionName(resource) ?? { name: resource }, argument, signal);
      const fields = isJsonObject(argument) ? argument : {};
      const named = fields['FunctionName'];
      const target = typeof named === 'string' ? parseFunctionName(named) : undefined;
      if (target === undefined) return invalidArguments(argument, named);
      if (fields['InvocationType'] === 'Event') return accepted(functions.next(target.name), target, ++requests);
      const event = eventOf(fields['Payload'] ?? {});
      if (event === undefined) return invalidPayload(fields['Payload']!);
      const result = await call(withQualifier(target, fields['Qualifier']), event, signal);
      return result.ok ? { ok: true, output: envelope(200, requestIdOf(requests), result.output) } : result;
    },
  };
}

function withQualifier(target: FunctionRef, qualifier: Json | undefined): FunctionRef {
  return typeof qualifier === 'string' ? { ...target, qualifier } : target;
}

/** A text is handed to the function as it is: what it says in JSON is the event. */
function eventOf(payload: Json): Json | undefined {
  if (typeof payload !== 'string') return payload;
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

/** Of a form of its own, and the same in every run. */
function requestIdOf(request: number): string {
  return `00000000-0000-4000-8000-${String(request).padStart(12, '0')}`;
}

function resultOf(behaviour: Behaviour, event: Json, target: FunctionRef, requestId: string): TaskResult {
  const outcome = respond(behaviour, event);
  if (outcome.ok) return { ok: true, output: outcome.value };
  if ('missing' in outcome) return missing(target, requestId);
  return { ok: false, error: outcome.error.errorType, cause: JSON.stringify(raisedPayload(outcome.error, requestId)) };
}

/** Nobody sees what becomes of it. */
function accepted(behaviour: Behaviour | undefined, target: FunctionRef, request: number): TaskResult {
  const requestId = requestIdOf(request);
  if (behaviour === undefined || behaviour.behavior === 'missing') return missing(target, requestId);
  return { ok: true, output: envelope(202, requestId, '') };
}

/** The answer of `lambda:invoke` in the form that Step Functions gives it. */
function envelope(status: number, requestId: string, payload: Json): Json {
  return {
    ...(status === 200 && { ExecutedVersion: '$LATEST' }),
    Payload: payload,
    SdkHttpMetadata: { AllHttpHeaders: {}, HttpHeaders: {}, HttpStatusCode: status },
    SdkResponseMetadata: { RequestId: requestId },
    StatusCode: status,
  };
}

/** As recorded from Step Functions. */
function missing(target: FunctionRef, requestId: string): TaskResult {
  const arn = functionArn({ qualifier: '$LATEST', ...target });
  const reason = `Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: ${requestId}; Proxy: null`;
  return { ok: false, error: 'Lambda.ResourceNotFoundException', cause: `Function not found: ${arn} (${reason})` };
}

function invalidPayload(payload: Json): TaskResult {
  const cause = `Could not parse request body into json: Could not parse payload into json: ${JSON.stringify(payload)}`;
  return { ok: false, error: 'Lambda.InvalidRequestContentException', cause };
}

function invalidArguments(argument: Json, named: Json | undefined): TaskResult {
  const reason =
    named === undefined
      ? 'The field "FunctionName" is required but was missing'
      : "The value for the field 'FunctionName' must be the name or ARN of a function";
  const cause = `The Arguments '${JSON.stringify(argument)}' could not be used to start the Task: [${reason}]`;
  return { ok: false, error: 'States.Runtime', cause };
}
