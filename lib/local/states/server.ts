/** The service over HTTP. */
import { type HttpServer, serveHttp } from '../http/server.ts';
import { MAX_REQUEST_BYTES } from './limits.ts';
import type { LocalStates } from './service.ts';

/** Serves on 127.0.0.1 only; port 0, the default, takes a free one. Rejects when the port cannot be had. */
export function serveStates(states: LocalStates, { port = 0 } = {}): Promise<HttpServer> {
  return serveHttp(states.handle, { port, maxBodyBytes: MAX_REQUEST_BYTES });
}
