/** One operation of the API: what it takes and gives, for the router and for the OpenAPI document alike. */
import type { Context } from 'hono';
import type { z } from 'zod';
import { type Issue, IssuesError } from '../../core/issues.ts';
import { isJsonObject } from '../../core/json.ts';
import { issuesOf } from '../../core/zod-issues.ts';
import type { ApiEnvironment } from '../services.ts';

export type ApiContext = Context<{ Bindings: ApiEnvironment }>;

export interface OperationResponse {
  description: string;
  /** Of the body; none if not given. */
  schema?: z.ZodType;
  /** `application/json` if not given. */
  type?: string;
  /** Further types, with the same description. */
  alternatives?: Readonly<Record<string, z.ZodType>>;
  /** By name: what it says. */
  headers?: Readonly<Record<string, string>>;
}

export interface OperationShape<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  id: string;
  method: 'get' | 'post';
  /** With parameters as `{run_id}`. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  params?: Params;
  query?: Query;
  body?: Body;
  /** Tells the body better than `body`, which is what is checked. */
  documentedBody?: z.ZodType;
  /** A body may be left out. */
  bodyIsOptional?: boolean;
  /** By status. */
  responses: Readonly<Record<number, OperationResponse>>;
  /** Statuses of problems, beside those that every operation may have. */
  problems?: readonly number[];
  handle(
    input: { params: z.output<Params>; query: z.output<Query>; body: z.output<Body> },
    context: ApiContext,
  ): Promise<Response>;
}

/** An operation whose input is checked by its schemas before it is handled. */
export interface Operation extends Omit<OperationShape<z.ZodType, z.ZodType, z.ZodType>, 'handle'> {
  answer(context: ApiContext, readBody: () => Promise<unknown>): Promise<Response>;
}

export function operation<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  shape: OperationShape<Params, Query, Body>,
): Operation {
  const { handle, ...rest } = shape;
  return {
    ...rest,
    async answer(context, readBody) {
      const params = checked(shape.params, context.req.param(), 'invalid_path', 'The path');
      const query = checked(shape.query, queryOf(context), 'invalid_query', 'The query');
      const sent = shape.body === undefined ? undefined : await readBody();
      const body = checked(
        shape.body,
        sent === undefined && shape.bodyIsOptional ? {} : sent,
        'invalid_request',
        'The body',
      );
      return handle({ params, query, body }, context);
    },
  } as Operation;
}

/** What the schema makes of the value; without one there is nothing to check. */
function checked<Schema extends z.ZodType>(schema: Schema | undefined, value: unknown, code: string, subject: string) {
  if (schema === undefined) return undefined as z.output<Schema>;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new IssuesError(
    code,
    subject,
    issuesOf(parsed.error, { schema, value }).map((issue) => explained(issue, value)),
  );
}

function explained(issue: Issue, value: unknown): Issue {
  if (issue.path !== '' || isJsonObject(value)) return issue;
  return { ...issue, message: 'a JSON object is required here' };
}

/** A parameter that is given twice is a list, which no schema takes. */
function queryOf(context: ApiContext): Record<string, string | string[]> {
  const all = Object.entries(context.req.queries());
  return Object.fromEntries(all.map(([name, values]) => [name, values.length === 1 ? values[0]! : values]));
}
