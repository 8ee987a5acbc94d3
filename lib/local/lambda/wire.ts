/**
 * The Invoke operation of AWS Lambda, free of any transport: one HTTP request in, one response out.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
import { randomUUID } from 'node:crypto';
import { messageOf } from '../../core/errors.ts';
import { bodyBytes, bodyText, headerReader, type WireRequest, type WireResponse } from '../http/message.ts';
import { invalidContent, invalidParameter, LambdaServiceError, requestTooLarge, serviceFailure } from './errors.ts';
import { MAX_EVENT_BYTES, MAX_REQUEST_BYTES } from './limits.ts';
import { type FunctionRef, parseFunctionName } from './names.ts';
import type { Invocation, InvocationResult, LambdaService } from './service.ts';

/** Answers every request with a response. Rejects only when the signal is aborted, with its reason. */
export async function handle(
  service: LambdaService,
  request: WireRequest,
  signal?: AbortSignal,
): Promise<WireResponse> {
  const requestId = randomUUID();
  try {
    return await invoke(service, request, requestId, signal);
  } catch (thrown) {
    signal?.throwIfAborted();
    return refusal(thrown instanceof LambdaServiceError ? thrown : serviceFailure(messageOf(thrown)), requestId);
  }
}

async function invoke(
  service: LambdaService,
  request: WireRequest,
  requestId: string,
  signal?: AbortSignal,
): Promise<WireResponse> {
  const target = route(request);
  const header = headerReader(request);
  const type = header('x-amz-invocation-type') ?? 'RequestResponse';
  service.check(target);
  const invocation: Invocation = { target, requestId, payload: payloadOf(request, type) };
  switch (type) {
    case 'RequestResponse': {
      const result = await service.invoke(invocation, signal);
      return answered(result, header('x-amz-log-type') === 'Tail', requestId);
    }
    case 'Event':
      service.enqueue(invocation);
      return respond(202, requestId);
    case 'DryRun':
      return respond(204, requestId);
    default:
      throw invalidParameter(`InvocationType is ${type}; it must be RequestResponse, Event or DryRun.`);
  }
}

/** The function that the request names. */
function route({ method, path }: WireRequest): FunctionRef {
  const [pathname = '', query] = path.split('?', 2);
  const [, encoded] = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/.exec(pathname) ?? [];
  if (encoded === undefined || method !== 'POST') throw unknownOperation(method, pathname);
  const target = parseFunctionName(decode(encoded));
  if (target === undefined) throw invalidParameter(`FunctionName is not a function's name or ARN: ${encoded}`);
  return qualified(target, new URLSearchParams(query).get('Qualifier'));
}

function unknownOperation(method: string, path: string): LambdaServiceError {
  // Lambda's paths begin with the date of the API version they came with.
  const ofLambda = /^\/20\d\d-\d\d-\d\d\//.test(path);
  const message = `${method} ${path}: only Invoke is served here, POST /2015-03-31/functions/{FunctionName}/invocations`;
  return ofLambda
    ? new LambdaServiceError('NotImplementedException', 'user', 501, message)
    : new LambdaServiceError('UnknownOperationException', 'user', 404, message);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function qualified(target: FunctionRef, qualifier: string | null): FunctionRef {
  if (qualifier === null) return target;
  if (target.qualifier !== undefined && target.qualifier !== qualifier) {
    throw invalidParameter('The derived qualifier from the function name does not match the specified qualifier.');
  }
  return { name: target.name, qualifier };
}

/** The event as JSON text. Without one, a function receives an empty object. */
function payloadOf(request: WireRequest, type: string): string {
  const size = bodyBytes(request);
  if (type === 'Event' && size > MAX_EVENT_BYTES) {
    const limit = `(limit ${MAX_EVENT_BYTES} bytes)`;
    throw requestTooLarge(`${size} byte payload is too large for the Event invocation type ${limit}`);
  }
  if (size > MAX_REQUEST_BYTES) {
    throw requestTooLarge(`Request must be smaller than ${MAX_REQUEST_BYTES} bytes for the InvokeFunction operation`);
  }
  const text = bodyText(request);
  if (text === '') return '{}';
  try {
    JSON.parse(text);
    return text;
  } catch (thrown) {
    const reason = `Could not parse payload into json: ${messageOf(thrown)}`;
    throw invalidContent(`Could not parse request body into json: ${reason}`);
  }
}

function answered(result: InvocationResult, wantsLog: boolean, requestId: string): WireResponse {
  const { payload, functionError, logTail } = result;
  const headers = {
    'x-amz-executed-version': '$LATEST',
    ...(functionError && { 'x-amz-function-error': functionError }),
    ...(wantsLog && logTail !== undefined && { 'x-amz-log-result': Buffer.from(logTail).toString('base64') }),
  };
  return respond(200, requestId, payload, headers);
}

/** Exceptions whose message member Lambda's model writes with a capital. */
const CAPITAL_MESSAGE = new Set(['ResourceNotFoundException', 'ServiceException']);

function refusal({ code, fault, status, message, reason }: LambdaServiceError, requestId: string): WireResponse {
  const body = {
    Type: fault === 'user' ? 'User' : 'Service',
    ...(reason && { Reason: reason }),
    [CAPITAL_MESSAGE.has(code) ? 'Message' : 'message']: message,
  };
  return respond(status, requestId, JSON.stringify(body), { 'x-amzn-errortype': code });
}

function respond(status: number, requestId: string, body = '', headers: Record<string, string> = {}): WireResponse {
  const common = { 'content-type': 'application/json', 'x-amzn-requestid': requestId };
  return { status, headers: { ...common, ...headers }, body };
}
