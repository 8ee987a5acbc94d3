/**
 * Task states that call Lambda, through the AWS SDK: against the local host in process, at an endpoint, or on AWS.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 */
import {
  InvokeCommand,
  type InvokeCommandInput,
  type InvokeCommandOutput,
  type LambdaClient,
  LambdaServiceException,
} from '@aws-sdk/client-lambda';
import { messageOf } from '../../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import type { TaskCall, TaskResult, TaskService } from '../../interpreter/tasks.ts';
import { parseFunctionName } from '../lambda/names.ts';

const INVOKE = /^arn:aws[a-z-]*:states:[^:]*:[^:]*:lambda:invoke$/;
const FUNCTION = /^arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:.+$/;

/** `client` must not retry by itself (`maxAttempts: 1`): the state's Retry decides whether a call is repeated. */
export function lambdaTasks(client: LambdaClient): TaskService {
  return {
    supports: (resource) => INVOKE.test(resource) || FUNCTION.test(resource),
    async call({ resource, arguments: given, signal }: TaskCall): Promise<TaskResult> {
      const isFunction = FUNCTION.test(resource);
      const request = isFunction ? { FunctionName: resource, Payload: given } : given;
      const problem = problemOf(request);
      if (problem !== undefined) return { ok: false, error: 'States.Runtime', cause: problem };
      const command = new InvokeCommand(inputOf(request as JsonObject));
      return await client.send(command, { abortSignal: signal }).then(
        (output) => resultOf(output, isFunction),
        (thrown) => {
          signal.throwIfAborted();
          return refusalOf(thrown);
        },
      );
    },
  };
}

const FIELDS = new Set(['ClientContext', 'FunctionName', 'InvocationType', 'LogType', 'Payload', 'Qualifier']);

/** What is wrong with the Arguments of `lambda:invoke`. */
function problemOf(request: Json): string | undefined {
  const because = (reason: string) =>
    `The Arguments '${JSON.stringify(request)}' could not be used to start the Task: [${reason}]`;
  if (!isJsonObject(request)) return because('They are no object');
  const unknown = Object.keys(request).find((name) => !FIELDS.has(name));
  if (unknown !== undefined) return because(`The field "${unknown}" is not supported by Step Functions`);
  if (request['FunctionName'] === undefined) return because('The field "FunctionName" is required but was missing');
  const { Payload: _any, ...texts } = request;
  const wrong = Object.keys(texts).find((name) => typeof texts[name] !== 'string');
  return wrong === undefined ? undefined : because(`The value for the field '${wrong}' must be a STRING`);
}

function inputOf(request: JsonObject): InvokeCommandInput {
  const { Payload: payload = null, FunctionName, ...rest } = request;
  const name = String(FunctionName);
  // Without a qualifier Step Functions names this one: the message of a missing function ends with it.
  const qualified = parseFunctionName(name)?.qualifier !== undefined || rest['Qualifier'] !== undefined;
  return {
    ...rest,
    FunctionName: name,
    ...(!qualified && { Qualifier: '$LATEST' }),
    // A function receives an empty object where there is no payload.
    Payload: payload === null ? '{}' : JSON.stringify(payload),
  };
}

function resultOf(output: InvokeCommandOutput, isFunction: boolean): TaskResult {
  const { FunctionError, ExecutedVersion, LogResult, StatusCode = 200, Payload, $metadata } = output;
  // Of an invocation that nobody waits for there is none, also not undefined.
  const text = Payload ? Buffer.from(Payload).toString('utf8') : '';
  if (FunctionError !== undefined) return failureOf(text);
  const payload = parse(text);
  if (isFunction) return { ok: true, output: payload };
  const { httpStatusCode = StatusCode, requestId = '' } = $metadata;
  return {
    ok: true,
    output: {
      ...(ExecutedVersion !== undefined && { ExecutedVersion }),
      ...(LogResult !== undefined && { LogResult }),
      Payload: text === '' ? '' : payload,
      SdkHttpMetadata: { HttpStatusCode: httpStatusCode },
      SdkResponseMetadata: { RequestId: requestId },
      StatusCode,
    },
  };
}

function parse(text: string): Json {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

function failureOf(text: string): TaskResult {
  const payload = parse(text);
  const errorType = isJsonObject(payload) ? payload['errorType'] : undefined;
  if (typeof errorType === 'string' && errorType !== '') return { ok: false, error: errorType, cause: text };
  const reason = 'The cause could not be determined because Lambda did not return an error type.';
  return { ok: false, error: 'Lambda.Unknown', cause: `${reason} Returned payload: ${text}` };
}

/** The service's own exceptions, in the form recorded in LocalStack's test_task_service_lambda.snapshot.json; or no answer at all. */
function refusalOf(thrown: unknown): TaskResult {
  if (!(thrown instanceof LambdaServiceException)) {
    return { ok: false, error: 'Lambda.SdkClientException', cause: messageOf(thrown) };
  }
  const { name, message, $metadata } = thrown;
  const details = [
    'Service: AWSLambda',
    `Status Code: ${$metadata.httpStatusCode}`,
    `Error Code: ${name}`,
    `Request ID: ${$metadata.requestId}`,
    'Proxy: null',
  ];
  return { ok: false, error: `Lambda.${name}`, cause: `${message} (${details.join('; ')})` };
}
