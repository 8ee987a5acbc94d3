/** The ways in which requests reach the API: the suite is the same for all of them. */
import { bufferedHandler, type ProxyEvent } from '../../../lib/api/lambda.ts';
import { serveApi } from '../../../lib/api/node.ts';
import type { Place } from './place.ts';

export interface Client {
  /** Sends one request; a body that is no text is sent as JSON. */
  send(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Response>;
  /** Whether events arrive as they happen. */
  streams: boolean;
  close(): Promise<void>;
}

export type OpenClient = (place: Place) => Promise<Client>;

function initOf(method: string, { body, headers }: { body?: unknown; headers?: Record<string, string> } = {}) {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    method,
    headers: { ...type, ...headers } as Record<string, string>,
    ...(body !== undefined && { body: text }),
  };
}

/** Over HTTP, as `stepweave serve` does. */
export const overHttp: OpenClient = async ({ api }) => {
  const server = await serveApi(api);
  return {
    streams: true,
    send: (method, path, options) => fetch(`${server.url}${path}`, initOf(method, options)),
    close: () => server.close(),
  };
};

/** Without any server. */
export const inProcess: OpenClient = async ({ api }) => ({
  streams: true,
  send: async (method, path, options) =>
    api.request(path, initOf(method, options), { caller: 'test', basePath: '', streams: true }),
  close: async () => {},
});

/** As API Gateway hands a request to Lambda, and takes its answer. */
export const asProxyEvents: OpenClient = async ({ api }) => {
  const handler = bufferedHandler(api);
  return {
    streams: false,
    async send(method, path, options) {
      const answer = (await handler(proxyEvent(method, path, initOf(method, options)))) as {
        statusCode: number;
        headers?: Record<string, string>;
        multiValueHeaders?: Record<string, string[]>;
        body: string;
      };
      const headers = new Headers(answer.headers);
      for (const [name, values] of Object.entries(answer.multiValueHeaders ?? {})) headers.set(name, values.join(', '));
      const hasBody = ![204, 304].includes(answer.statusCode) && method !== 'HEAD';
      return new Response(hasBody ? answer.body : null, { status: answer.statusCode, headers });
    },
    close: async () => {},
  };
};

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format */
export function proxyEvent(
  method: string,
  path: string,
  { headers, body }: { headers: Record<string, string>; body?: string },
): ProxyEvent & Record<string, unknown> {
  const url = new URL(path, 'https://api.example.com');
  const all = { Host: 'api.example.com', ...('accept' in headers ? {} : { Accept: '*/*' }), ...headers };
  const query = [...new Set(url.searchParams.keys())];
  return {
    resource: '/{proxy+}',
    path: url.pathname,
    httpMethod: method,
    headers: all,
    multiValueHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
    queryStringParameters: query.length === 0 ? null : Object.fromEntries(url.searchParams),
    multiValueQueryStringParameters:
      query.length === 0 ? null : Object.fromEntries(query.map((name) => [name, url.searchParams.getAll(name)])),
    pathParameters: { proxy: url.pathname.slice(1) },
    stageVariables: null,
    requestContext: {
      resourceId: 'abc123',
      resourcePath: '/{proxy+}',
      httpMethod: method,
      path: `/prod${url.pathname}`,
      accountId: '000000000000',
      protocol: 'HTTP/1.1',
      stage: 'prod',
      domainName: 'api.example.com',
      requestId: '0f5f2a39-6f44-4a9e-8b5c-4b8d1b6f0f10',
      identity: { userArn: 'arn:aws:iam::000000000000:user/planner', sourceIp: '192.0.2.1', apiKeyId: null },
      apiId: 'a1b2c3',
    },
    body: body ?? null,
    isBase64Encoded: false,
  } as never;
}
