/** All operations of the API. */
import * as z from 'zod';
import type { JsonObject } from '../core/json.ts';
import { type Operation, operation } from './http/operation.ts';
import { openApiDocument } from './openapi.ts';
import { eventOperations } from './routes/events.ts';
import { planOperations } from './routes/plans.ts';
import { runOperations } from './routes/runs.ts';
import { toolOperations } from './routes/tools.ts';
import { jsonObject } from './schemas/common.ts';
import type { ApiLimits, ApiServices } from './services.ts';

export function operationsOf(services: ApiServices): Operation[] {
  const operations = [
    ...planOperations(services),
    ...runOperations(services),
    ...eventOperations(services),
    ...toolOperations(services),
    healthOperation(),
  ];
  // Written when somebody asks: a Lambda function starts without it.
  let written: JsonObject | undefined;
  const document: Operation = operation({
    id: 'getOpenApi',
    method: 'get',
    path: '/openapi.json',
    tag: 'service',
    summary: 'This API as an OpenAPI document',
    responses: { 200: { description: 'OpenAPI 3.1.', schema: jsonObject } },
    handle: async (_, context) => {
      written ??= openApiDocument([...operations, document]);
      return context.json(written);
    },
  });
  return [...operations, document];
}

/** The document of an API with these limits. */
export function openApiOf(limits: ApiLimits): JsonObject {
  // The document is of what operations take and give; only handling a request needs the services.
  return openApiDocument(operationsOf({ limits } as ApiServices));
}

function healthOperation(): Operation {
  return operation({
    id: 'getHealth',
    method: 'get',
    path: '/health',
    tag: 'service',
    summary: 'Whether the service answers',
    responses: { 200: { description: 'It does.', schema: z.object({ status: z.literal('ok') }) } },
    handle: async (_, context) => context.json({ status: 'ok' }),
  });
}
