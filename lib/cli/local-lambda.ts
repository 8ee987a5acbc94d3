/** The functions of this machine behind a Lambda client: built-in tools with their store, functions of the user, fakes. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { StepweaveError } from '../core/errors.ts';
import { type Behaviours, fakeFunctions, fakeLambdaService } from '../local/lambda/fakes.ts';
import { createLambdaHost, type LambdaFunction, type OnLog } from '../local/lambda/host.ts';
import { parseFunctionName } from '../local/lambda/names.ts';
import { lambdaRequestHandler } from '../local/lambda/request-handler.ts';
import type { LambdaService } from '../local/lambda/service.ts';
import { LAMBDA_MAX_TIMEOUT_SECONDS } from '../tools/spec.ts';
import { builtInFunctions } from './built-in-functions.ts';
import { openStoreWithSample } from './store.ts';

export interface LocalLambdaOptions {
  /** Folder of the embedded store. */
  dataFolder: string;
  /** Names or ARNs of the functions that will be called: the store is opened only if one of them needs it. */
  neededFunctions: readonly string[];
  /** Functions of the user, as `name=module`. */
  extraFunctions: readonly string[];
  behaviours: Behaviours | undefined;
  onNotice(text: string): void;
  onLog: OnLog;
}

export interface LocalLambda {
  client: LambdaClient;
  /** Resolves when what was fired and not awaited has ended too. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export async function openLocalLambda(options: LocalLambdaOptions): Promise<LocalLambda> {
  const extra = options.extraFunctions.map(parseExtraFunction);
  const elsewhere = new Set([...(options.behaviours?.keys() ?? []), ...extra.map(({ name }) => name)]);
  const builtIn = builtInFunctions.filter(({ name }) => !elsewhere.has(name));
  const needed = new Set(options.neededFunctions.map((name) => parseFunctionName(name)?.name));
  const store = builtIn.some(({ name }) => needed.has(name))
    ? await openStoreWithSample(options.dataFolder, options.onNotice)
    : undefined;
  const host = createLambdaHost({
    functions: [...builtIn, ...extra],
    env: store?.env ?? {},
    onLog: options.onLog,
  });
  const service = options.behaviours === undefined ? host : withFakes(options.behaviours, host);
  return {
    client: localClient(service),
    drain: () => host.drain(),
    async close() {
      await host.close();
      await store?.close();
    },
  };
}

/** The ordinary SDK client, answered in this process. */
function localClient(service: LambdaService): LambdaClient {
  return new LambdaClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: lambdaRequestHandler(service),
  });
}

/** The functions of the `--lambdas` document are faked, all others are the host's. */
function withFakes(behaviours: Behaviours, host: LambdaService): LambdaService {
  const listed = fakeFunctions(behaviours);
  const fakes = fakeLambdaService(behaviours);
  const serving = ({ name }: { name: string }) => (listed.has(name) ? fakes : host);
  return {
    check: (target) => serving(target).check(target),
    invoke: (invocation, signal) => serving(invocation.target).invoke(invocation, signal),
    enqueue: (invocation) => serving(invocation.target).enqueue(invocation),
  };
}

const DEFAULT_MEMORY_MB = 512;

function parseExtraFunction(text: string): LambdaFunction {
  const [, name, module] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name !== undefined && module !== undefined) {
    // A function of the user's own sees the environment that the user gave.
    const env = Object.fromEntries(Object.entries(process.env).map(([key, value]) => [key, value ?? '']));
    return { name, module, env, timeoutSeconds: LAMBDA_MAX_TIMEOUT_SECONDS, memoryMb: DEFAULT_MEMORY_MB };
  }
  const message = `--function takes name=module, got "${text}"\n      -> for example --function my-tools=./my-tools.ts`;
  throw new StepweaveError('invalid_function', 'user', message);
}
