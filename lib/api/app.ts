/** The API as one app, whatever serves it: requests in, responses out. */
import { type Handler, Hono } from 'hono';
import { StepweaveError } from '../core/errors.ts';
import { readJsonBody } from './http/body.ts';
import type { ApiContext } from './http/operation.ts';
import { HttpError, problemResponse } from './http/problem.ts';
import { RateLimit } from './http/rate-limit.ts';
import { operationsOf } from './operations.ts';
import type { ApiEnvironment, ApiServices } from './services.ts';

/** `app.fetch(request, environment)` answers any request; it never rejects. */
export type Api = Hono<{ Bindings: ApiEnvironment }>;

export interface ApiOptions {
  /** Told of faults, which callers are not told the cause of. */
  onFault?(fault: unknown): void;
}

export function createApi(services: ApiServices, { onFault = () => {} }: ApiOptions = {}): Api {
  const { limits, clock } = services;
  const rate = new RateLimit(limits.rate, clock);
  const app: Api = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('cache-control', context.res.headers.get('cache-control') ?? 'no-store');
    context.header('x-content-type-options', 'nosniff');
  });

  const methodsOf = new Map<string, string[]>();
  for (const operation of operationsOf(services)) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const handler: Handler<{ Bindings: ApiEnvironment }> = (context: ApiContext) => {
      if (operation.id !== 'getHealth') rate.admit(context.env.caller);
      return operation.answer(context, () => readJsonBody(context.req.raw, limits.maxBodyBytes));
    };
    app.on(operation.method.toUpperCase(), path, handler);
    methodsOf.set(path, [...(methodsOf.get(path) ?? []), ...methodNames(operation.method)]);
  }
  for (const [path, methods] of methodsOf) {
    const allow = [...methods.toSorted(), 'OPTIONS'].join(', ');
    app.on('OPTIONS', path, (context) => context.body(null, 204, { allow }));
    app.all(path, ({ req }) => {
      throw new HttpError('method_not_allowed', `${req.method} is not for ${req.path}, but ${allow} are`, { allow });
    });
  }

  app.notFound((context) => {
    const paths = [...methodsOf.keys()].map((path) => path.replaceAll(/:(\w+)/g, '{$1}')).join(', ');
    return problemResponse(
      new HttpError('not_found', `${context.req.path} is no path of this API, which has ${paths}`),
    );
  });
  app.onError((thrown) => {
    if (!(thrown instanceof StepweaveError) || thrown.fault === 'internal') onFault(thrown);
    return problemResponse(thrown);
  });
  return app;
}

function methodNames(method: 'get' | 'post'): string[] {
  return method === 'get' ? ['GET', 'HEAD'] : ['POST'];
}
