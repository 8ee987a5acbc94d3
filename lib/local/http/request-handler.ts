/** A service in the same process, as what an SDK client sends its requests through: no port, no HTTP. */
import type { HttpHandler } from '@smithy/core/protocols';
import type { WireHandler, WireResponse } from './message.ts';

type HttpRequest = Parameters<HttpHandler['handle']>[0];

/**
 * For the `requestHandler` of an SDK client. Aborting a call aborts the signal of the handler. Destroying the client
 * leaves the service running: whoever made it closes it.
 */
export function requestHandlerOf(handle: WireHandler): HttpHandler {
  return {
    async handle(request, options) {
      const { status, headers, body } = await send(handle, request, options?.abortSignal as AbortSignal | undefined);
      return { response: { statusCode: status, headers, body: Buffer.from(body) } };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
}

async function send(handle: WireHandler, request: HttpRequest, signal?: AbortSignal): Promise<WireResponse> {
  const { method, headers } = request;
  try {
    return await handle({ method, path: pathAndQuery(request), headers, body: bodyOf(request) }, signal);
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

/** The SDK gives a blob as bytes, other bodies and an absent one as text or nothing. */
function bodyOf({ body }: HttpRequest): string | Uint8Array {
  return body instanceof Uint8Array ? body : String(body ?? '');
}
