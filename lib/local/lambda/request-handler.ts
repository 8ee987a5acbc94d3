/** A Lambda service in the same process, as what an SDK client sends its requests through: no port, no HTTP. */
import type { HttpHandler } from '@smithy/core/protocols';
import type { LambdaService } from './service.ts';
import { handle, type WireResponse } from './wire.ts';

type HttpRequest = Parameters<HttpHandler['handle']>[0];

/**
 * `new LambdaClient({ requestHandler: lambdaRequestHandler(service), … })`. Aborting a call ends its work. Destroying
 * the client leaves the service running: whoever made it closes it.
 */
export function lambdaRequestHandler(service: LambdaService): HttpHandler {
  return {
    async handle(request, options) {
      const { status, headers, body } = await send(service, request, options?.abortSignal as AbortSignal | undefined);
      return { response: { statusCode: status, headers, body: Buffer.from(body) } };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
}

async function send(service: LambdaService, request: HttpRequest, signal?: AbortSignal): Promise<WireResponse> {
  const { method, headers } = request;
  try {
    return await handle(service, { method, path: pathAndQuery(request), headers, body: bodyOf(request) }, signal);
  } catch (cause) {
    // What the SDK's own handlers reject with, whatever the reason of the abort was.
    throw Object.assign(new Error('Request aborted', { cause }), { name: 'AbortError' });
  }
}

function pathAndQuery({ path, query }: HttpRequest): string {
  const search = new URLSearchParams();
  for (const [name, values] of Object.entries(query ?? {})) {
    for (const value of [values].flat()) search.append(name, value ?? '');
  }
  return search.size === 0 ? path : `${path}?${search}`;
}

/** The SDK gives the payload of Invoke as bytes, an absent one as nothing or as text. */
function bodyOf({ body }: HttpRequest): string | Uint8Array {
  return body instanceof Uint8Array ? body : String(body ?? '');
}
