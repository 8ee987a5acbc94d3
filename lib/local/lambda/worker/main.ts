/**
 * The inside of an execution environment: loads one function and runs one invocation at a time, as Lambda's Node.js
 * runtime does.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { bounded } from '../function-errors.ts';
import type { EnvironmentData, FromWorker, ToWorker } from '../protocol.ts';
import type { InvocationResult } from '../service.ts';
import { failureOf, RuntimeError } from './errors.ts';
import { collectGarbage, collectIfHalfFull } from './garbage.ts';
import { type Handler, loadHandler } from './load.ts';
import { captureOutput } from './output.ts';

type Invoke = Extract<ToWorker, { type: 'invoke' }>;

const data: EnvironmentData = workerData;
const port = parentPort!;
const send = (message: FromWorker) => port.postMessage(message);

captureOutput(new Int32Array(data.backlog), (stream, text) => send({ type: 'output', stream, text }));

// Exit statuses of Lambda's runtime: 129 after an uncaught exception, 128 after an unhandled rejection.
process.on('uncaughtException', (thrown) => crash(thrown, 129));
process.on('unhandledRejection', (reason) => {
  crash(new RuntimeError('UnhandledPromiseRejection', String(reason)), 128);
});
// Only a promise that nothing can settle any more lets the event loop run empty; Lambda's runtime says so at once.
process.on('beforeExit', () => {
  const message =
    'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled.';
  crash(new RuntimeError('NodeJsExit', message), 13);
});

function crash(thrown: unknown, exitCode: number): never {
  send({ type: 'crashed', result: failureOf(thrown) });
  process.exit(exitCode);
}

async function serve(handler: Handler, invoke: Invoke): Promise<void> {
  // While the handler runs, only its own work may keep the event loop alive: see `beforeExit`.
  port.unref();
  send({ type: 'started' });
  const result = await answer(handler, invoke);
  port.ref();
  send({ type: 'done', result });
  collectIfHalfFull(data.memoryMb * 1_048_576);
}

async function answer(handler: Handler, invoke: Invoke): Promise<InvocationResult> {
  try {
    const value = await handler(JSON.parse(invoke.payload), contextOf(invoke));
    return bounded({ payload: serialise(value) });
  } catch (thrown) {
    return failureOf(thrown);
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf({ requestId, arn, timeoutMs }: Invoke): object {
  const deadline = Date.now() + timeoutMs;
  return {
    awsRequestId: requestId,
    functionName: data.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: String(data.memoryMb),
    logGroupName: data.logGroupName,
    logStreamName: data.logStreamName,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

function serialise(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    throw new RuntimeError('JSONStringifyError', 'Unable to stringify response body');
  }
}

const handler = await loadHandler(data.moduleUrl, data.handler).catch((thrown) => crash(thrown, 1));
port.on('message', (message: ToWorker) => {
  if (message.type === 'collect') collectGarbage();
  else void serve(handler, message);
});
send({ type: 'ready' });
