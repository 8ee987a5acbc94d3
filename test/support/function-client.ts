/** A Lambda client whose one function, whatever its name, is a function of the test. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { Json } from '../../lib/core/json.ts';
import { raisedPayload } from '../../lib/local/lambda/fakes.ts';
import { lambdaRequestHandler } from '../../lib/local/lambda/request-handler.ts';

export function lambdaClientFor(handle: (event: Json) => Json): LambdaClient {
  return new LambdaClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: lambdaRequestHandler({
      check: () => {},
      invoke: async ({ payload, requestId }) => answerOf(handle, payload, requestId),
      enqueue: ({ payload }) => void handle(JSON.parse(payload)),
    }),
  });
}

function answerOf(handle: (event: Json) => Json, payload: string, requestId: string) {
  try {
    return { payload: JSON.stringify(handle(JSON.parse(payload))) };
  } catch (thrown) {
    const { name, message } = thrown as Error;
    const raised = raisedPayload({ errorType: name, errorMessage: message }, requestId);
    return { payload: JSON.stringify(raised), functionError: 'Unhandled' as const };
  }
}
