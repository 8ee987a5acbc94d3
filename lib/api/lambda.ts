/**
 * The API behind API Gateway (REST, Lambda proxy integration), https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 *
 * A method whose integration streams (`responseTransferMode: STREAM`) needs the streaming handler, any other the buffered one:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 */
import { Hono } from 'hono';
import { handle, streamHandle } from 'hono/aws-lambda';
import type { Api } from './app.ts';
import type { ApiEnvironment } from './services.ts';

/** The part of an event that is used here; hono reads the rest. */
export interface ProxyEvent {
  httpMethod: string;
  path: string;
  body?: string | null;
  requestContext?: {
    path?: string;
    identity?: { userArn?: string | null; apiKeyId?: string | null; sourceIp?: string | null };
    authorizer?: { claims?: { sub?: string }; principalId?: string } | null;
  };
}

/** Answers when the whole response is there: what is streamed elsewhere is here what there is. */
export function bufferedHandler(api: Api): (event: ProxyEvent) => Promise<unknown> {
  const answer = handle(appOf(api, false), { isContentTypeBinary: () => false });
  return (event) => answer(withBodyOnlyWhereAllowed(event) as never) as Promise<unknown>;
}

/** Sends the response while it is made. Only where Lambda runs it: it needs the global `awslambda` of its runtime. */
export function streamingHandler(api: Api): unknown {
  return streamHandle(appOf(api, true));
}

function appOf(api: Api, streams: boolean): Hono<{ Bindings: { event: ProxyEvent } }> {
  const app = new Hono<{ Bindings: { event: ProxyEvent } }>();
  app.all('*', (context) => api.fetch(context.req.raw, environmentOf(context.env.event, streams)));
  return app;
}

function environmentOf({ path, requestContext = {} }: ProxyEvent, streams: boolean): ApiEnvironment {
  const { identity = {}, authorizer } = requestContext;
  const caller =
    identity.userArn ?? authorizer?.claims?.sub ?? authorizer?.principalId ?? identity.apiKeyId ?? identity.sourceIp;
  // The stage, which API Gateway leaves out of the path that it routes by.
  const whole = requestContext.path ?? path;
  const basePath = whole.endsWith(path) ? whole.slice(0, whole.length - path.length) : '';
  return { caller: caller ?? 'anonymous', basePath, streams };
}

/** A request of the Fetch standard has no body with these methods. */
function withBodyOnlyWhereAllowed(event: ProxyEvent): ProxyEvent {
  return ['GET', 'HEAD'].includes(event.httpMethod) ? { ...event, body: null } : event;
}
