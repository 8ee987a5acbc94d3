/** Invokes functions through the AWS SDK: the same code on AWS, against the local host in process, and over HTTP. */
import {
  InvokeCommand,
  type InvokeCommandOutput,
  type LambdaClient,
  LambdaServiceException,
} from '@aws-sdk/client-lambda';
import { messageOf } from '../core/errors.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import type { Answer, Invocation, Invoker } from './invoker.ts';

/** `client` should not retry by itself (`maxAttempts: 1`): whether a call may be repeated is decided by the engine. */
export function lambdaInvoker(client: LambdaClient): Invoker {
  return {
    async invoke({ functionName, event, mode, signal }: Invocation): Promise<Answer> {
      const command = new InvokeCommand({
        FunctionName: functionName,
        InvocationType: mode === 'event' ? 'Event' : 'RequestResponse',
        Payload: JSON.stringify(event),
      });
      try {
        const output = await client.send(command, { abortSignal: signal });
        return mode === 'event' ? { ok: true, payload: null } : readOutput(output);
      } catch (thrown) {
        signal.throwIfAborted();
        return { ok: false, error: errorName(thrown), message: messageOf(thrown) };
      }
    },
  };
}

function readOutput({ FunctionError, Payload }: InvokeCommandOutput): Answer {
  const text = Payload === undefined ? '' : Buffer.from(Payload).toString('utf8');
  const payload: Json = text === '' ? null : JSON.parse(text);
  if (FunctionError === undefined) return { ok: true, payload };
  const { errorType, errorMessage } = isJsonObject(payload) ? payload : {};
  return {
    ok: false,
    error: typeof errorType === 'string' && errorType !== '' ? errorType : 'Lambda.Unknown',
    message: typeof errorMessage === 'string' ? errorMessage : text,
  };
}

/** As Step Functions names it: the service's own exceptions, and `Lambda.SdkClientException` for what never arrived. */
function errorName(thrown: unknown): string {
  return thrown instanceof LambdaServiceException ? `Lambda.${thrown.name}` : 'Lambda.SdkClientException';
}
