/** The API over HTTP on this machine. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Api } from './app.ts';
import { problemResponse } from './http/problem.ts';
import { checkLocal } from './local.ts';

export interface ApiServer {
  /** `http://127.0.0.1:<port>` */
  url: string;
  port: number;
  /** Takes no more connections, and ends those that are open. */
  close(): Promise<void>;
}

/** Requests under way get this long to be answered before their connections are cut. */
const CLOSE_GRACE_MS = 1_000;

/** Serves on 127.0.0.1 only; port 0, the default, takes a free one. Rejects when the port cannot be had. */
export async function serveApi(api: Api, { port = 0 } = {}): Promise<ApiServer> {
  const environment = { caller: 'local', basePath: '', streams: true };
  const server = createAdaptorServer({
    // The objects of this process stay as they are: tools may run in it.
    overrideGlobalObjects: false,
    fetch: (request) => {
      try {
        checkLocal(request);
      } catch (thrown) {
        return problemResponse(thrown);
      }
      return api.fetch(request, environment);
    },
  }) as Server;
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  await listening;
  const { port: bound } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${bound}`, port: bound, close: () => close(server) };
}

async function close(server: Server): Promise<void> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(cut);
}
