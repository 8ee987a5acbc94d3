/** A service over HTTP, for clients in other processes and languages (`--endpoint-url`). */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WireHandler } from './message.ts';

export interface HttpServer {
  /** `http://127.0.0.1:<port>`, the endpoint for an SDK or the AWS CLI. */
  url: string;
  port: number;
  /** Ends every connection, and with them the work that they wait for; the service stays. */
  close(): Promise<void>;
}

export interface HttpServerOptions {
  /** 0, the default, takes a free one. */
  port?: number | undefined;
  /** A larger body is cut soon after this many bytes: the handler sees that it is too large. */
  maxBodyBytes: number;
}

/** Serves on 127.0.0.1 only. Rejects when the port cannot be had. */
export async function serveHttp(handle: WireHandler, options: HttpServerOptions): Promise<HttpServer> {
  const { port = 0, maxBodyBytes } = options;
  const server = createServer((request, response) => void serve(handle, maxBodyBytes, request, response));
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  await listening;
  const { port: bound } = server.address() as AddressInfo;
  const close = async () => {
    const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
    server.close(() => onClosed());
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${bound}`, port: bound, close };
}

async function serve(
  handle: WireHandler,
  maxBodyBytes: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const connection = new AbortController();
  response.once('close', () => connection.abort());
  try {
    // A browser says where a request comes from; no page may call the services of this machine.
    if (request.headers.origin !== undefined) return void response.writeHead(403).end();
    const { method = '', url: path = '/' } = request;
    const body = await readBody(request, maxBodyBytes);
    const answer = await handle({ method, path, headers: headersOf(request), body }, connection.signal);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  } catch {
    // The client has gone, while it sent or while it waited; there is nobody to answer.
    response.destroy();
  }
}

/** The body; of one that is too large only as much as shows that it is, the rest is read and dropped. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (size <= maxBytes) chunks.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(chunks);
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
