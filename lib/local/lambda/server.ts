/** A Lambda service over HTTP. */
import { type HttpServer, serveHttp } from '../http/server.ts';
import { MAX_REQUEST_BYTES } from './limits.ts';
import type { LambdaService } from './service.ts';
import { handle } from './wire.ts';

/** Serves on 127.0.0.1 only; port 0, the default, takes a free one. Rejects when the port cannot be had. */
export function serveLambda(service: LambdaService, { port = 0 } = {}): Promise<HttpServer> {
  const options = { port, maxBodyBytes: MAX_REQUEST_BYTES };
  return serveHttp((request, signal) => handle(service, request, signal), options);
}
