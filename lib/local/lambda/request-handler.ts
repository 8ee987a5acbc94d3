/** A Lambda service in the same process, behind an SDK client. */
import type { HttpHandler } from '@smithy/core/protocols';
import { requestHandlerOf } from '../http/request-handler.ts';
import type { LambdaService } from './service.ts';
import { handle } from './wire.ts';

/**
 * `new LambdaClient({ requestHandler: lambdaRequestHandler(service), … })`. Aborting a call ends its work. Destroying
 * the client leaves the service running: whoever made it closes it.
 */
export function lambdaRequestHandler(service: LambdaService): HttpHandler {
  return requestHandlerOf((request, signal) => handle(service, request, signal));
}
