/**
 * The service's protocol, AWS JSON 1.0, free of any transport: the operation is in a header, input and output are JSON.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
import { randomUUID } from 'node:crypto';
import { messageOf } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import { bodyBytes, bodyText, headerReader, type WireRequest, type WireResponse } from '../http/message.ts';
import {
  internalFailure,
  notServed,
  requestTooLarge,
  StatesServiceError,
  unknownOperation,
  unreadableRequest,
} from './errors.ts';
import { MAX_REQUEST_BYTES } from './limits.ts';
import type { Service } from './operation.ts';
import { OPERATIONS } from './operations.ts';

const TARGET = /^AWSStepFunctions\.([A-Za-z]+)$/;

/** Answers every request with a response. Rejects only when the signal is aborted, with its reason. */
export async function handle(service: Service, request: WireRequest, signal?: AbortSignal): Promise<WireResponse> {
  const requestId = randomUUID();
  try {
    return respond(200, requestId, await perform(service, request, signal));
  } catch (thrown) {
    signal?.throwIfAborted();
    const known = thrown instanceof StatesServiceError ? thrown : internalFailure(messageOf(thrown));
    const { code, message, status, details } = known;
    return respond(status, requestId, { __type: code, message, ...details });
  }
}

async function perform(service: Service, request: WireRequest, signal?: AbortSignal): Promise<object> {
  const name = operationName(request);
  const operation = OPERATIONS.get(name);
  if (operation === undefined) throw notServed(name);
  return await operation(service, inputOf(request), signal);
}

function operationName(request: WireRequest): string {
  const header = headerReader(request);
  const target = header('x-amz-target') ?? '';
  const [, name] = TARGET.exec(target) ?? [];
  if (name === undefined || request.method !== 'POST')
    throw unknownOperation(target || `${request.method} ${request.path}`);
  return name;
}

function inputOf(request: WireRequest): object {
  if (bodyBytes(request) + headerBytes(request) > MAX_REQUEST_BYTES) throw requestTooLarge(MAX_REQUEST_BYTES);
  const text = bodyText(request);
  if (text === '') return {};
  try {
    const input: unknown = JSON.parse(text);
    if (isJsonObject(input)) return input;
  } catch (thrown) {
    throw unreadableRequest(messageOf(thrown));
  }
  throw unreadableRequest('The request is no JSON object');
}

function headerBytes({ headers }: WireRequest): number {
  return Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + String(value).length, 0);
}

function respond(status: number, requestId: string, body: object): WireResponse {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': requestId };
  return { status, headers, body: JSON.stringify(body) };
}
