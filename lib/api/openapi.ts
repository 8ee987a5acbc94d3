/** The OpenAPI 3.1 document, whose schemas are JSON Schema: zod writes them itself. */
import * as z from 'zod';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { storedEventSchema } from '../engine/runs/stored-event.ts';
import type { Operation, OperationResponse } from './http/operation.ts';
import { PROBLEM_TYPE, problemSchema } from './http/problem.ts';
import { analysisSchema } from './schemas/analysis.ts';
import { planDocument, runSchema, summarySchema } from './schemas/common.ts';

/** Schemas with a name of their own in the document. */
const COMPONENTS: Readonly<Record<string, z.ZodType>> = {
  Analysis: analysisSchema,
  Event: storedEventSchema,
  Plan: planDocument,
  Problem: problemSchema,
  Run: runSchema,
  RunSummary: summarySchema,
};

/** Statuses that every operation may answer with, and what they mean. */
const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'The body is not JSON, or the path or the query is wrong.',
  403: 'The request comes from where none may come from.',
  404: 'There is no such run.',
  409: 'The state of the run does not allow it.',
  413: 'The body is too large.',
  415: 'The body is not sent as JSON.',
  422: 'The request or the plan is wrong: all issues are listed.',
  429: 'Too many requests; Retry-After tells when there is room again.',
  500: 'A fault of Stepweave.',
  502: 'AWS, or what stands in for it, failed.',
  503: 'The server has no room for it now, or its store cannot be used.',
};
const OF_EVERY_OPERATION = [400, 403, 429, 500, 503];
const WITH_BODY = [413, 415, 422];

export function openApiDocument(operations: readonly Operation[]): JsonObject {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    paths[operation.path] ??= {};
    paths[operation.path]![operation.method] = describe(operation);
  }
  const schemas = Object.fromEntries(
    Object.entries(COMPONENTS).map(([name, schema]) => [name, jsonSchema(schema, name)]),
  );
  return plain({
    openapi: '3.1.1',
    info: {
      title: 'Stepweave',
      version: '0.1.0',
      description: "Runs an LLM agent's tool calls as a durable, parallel plan.",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    tags: [
      { name: 'plans', description: 'What a plan is, before anything runs.' },
      { name: 'runs', description: 'Executions of plans.' },
      { name: 'tools', description: 'What a plan may call.' },
      { name: 'service', description: 'The service itself.' },
    ],
    paths,
    components: { schemas },
  });
}

function describe(operation: Operation) {
  const {
    id,
    tag,
    summary,
    description,
    params,
    query,
    body,
    documentedBody,
    bodyIsOptional,
    problems = [],
  } = operation;
  const statuses = [...OF_EVERY_OPERATION, ...(body === undefined ? [] : WITH_BODY), ...problems];
  const failures = [...new Set(statuses)]
    .sort((a, b) => a - b)
    .map((status) => [status, problemResponse(status)] as const);
  const answers = Object.entries(operation.responses).map(
    ([status, response]) => [status, answerOf(response)] as const,
  );
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description && { description }),
    parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')],
    ...(body !== undefined && {
      requestBody: {
        required: bodyIsOptional !== true,
        content: { 'application/json': { schema: jsonSchema(documentedBody ?? body, undefined, 'input') } },
      },
    }),
    responses: Object.fromEntries([...answers, ...failures]),
  };
}

function answerOf({
  description,
  schema,
  type = 'application/json',
  alternatives = {},
  headers = {},
}: OperationResponse) {
  const types = { ...(schema && { [type]: schema }), ...alternatives };
  const content = Object.entries(types).map(([name, of]) => [name, { schema: jsonSchema(of) }] as const);
  const told = Object.entries(headers).map(
    ([name, says]) => [name, { description: says, schema: { type: 'string' } }] as const,
  );
  return {
    description,
    ...(told.length > 0 && { headers: Object.fromEntries(told) }),
    ...(content.length > 0 && { content: Object.fromEntries(content) }),
  };
}

function problemResponse(status: number) {
  const schema = { $ref: '#/components/schemas/Problem' };
  return { description: PROBLEMS[status] ?? 'A problem.', content: { [PROBLEM_TYPE]: { schema } } };
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query') {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, undefined, 'input') as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description && { description }),
    schema: property,
  }));
}

/** A schema that is a component becomes a reference to it, unless it is the component itself. */
function jsonSchema(schema: z.ZodType, ofComponent?: string, io: 'input' | 'output' = 'output'): object {
  const registry = z.registry<{ id: string }>();
  for (const [name, component] of Object.entries(COMPONENTS)) {
    if (name !== ofComponent) registry.add(component, { id: name });
  }
  if (ofComponent === undefined) {
    const known = Object.entries(COMPONENTS).find(([, component]) => component === schema);
    if (known !== undefined) return { $ref: `#/components/schemas/${known[0]}` };
  }
  const isPlan = schema === planDocument;
  const {
    $schema: _,
    $defs: __,
    ...written
  } = z.toJSONSchema(schema, {
    metadata: registry,
    unrepresentable: 'any',
    io: isPlan ? 'input' : io,
    override: ({ jsonSchema: one }) => {
      // The pattern says what the format says, at great length.
      if (one.format !== undefined && one.pattern !== undefined) delete one.pattern;
      delete one.propertyNames;
    },
  });
  return toComponents(written) as object;
}

/** References to definitions beside a schema, as references to components. */
function toComponents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toComponents);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key === '$ref' && typeof inner === 'string'
        ? [key, inner.replace(/^#\/\$defs\//, '#/components/schemas/')]
        : [key, toComponents(inner)],
    ),
  );
}

/** Without what JSON does not have. */
function plain(document: object): JsonObject {
  return JSON.parse(JSON.stringify(document));
}
