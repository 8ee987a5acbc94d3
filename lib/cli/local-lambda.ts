/** The functions of this machine behind a Lambda client: built-in tools with their store, functions of the user, fakes. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { type Behaviours, fakeFunctions, fakeLambdaService } from '../local/lambda/fakes.ts';
import { createLambdaHost, type LambdaFunction, type LambdaHost, type OnLog } from '../local/lambda/host.ts';
import { parseFunctionName } from '../local/lambda/names.ts';
import { lambdaRequestHandler } from '../local/lambda/request-handler.ts';
import type { LambdaService } from '../local/lambda/service.ts';
import { functionOf, type ToolSpec } from '../tools/spec.ts';
import { builtInFunctions } from './built-in-functions.ts';
import { type OpenStore, openStoreWithSample } from './store.ts';

/** Which functions there are. */
export interface ServedFunctions {
  /** Functions of the user; one with the name of a built-in function takes its place. */
  extraFunctions: readonly LambdaFunction[];
  /** Fakes; one with the name of another function takes its place. */
  behaviours: Behaviours | undefined;
}

export interface LocalLambdaOptions extends ServedFunctions {
  /** Folder of the embedded store. */
  dataFolder: string;
  /** The tools that will be called: the store is opened only if one of them needs it. */
  tools: readonly ToolSpec[];
  /** The store, if it is open already; whoever opened it closes it. */
  store?: OpenStore;
  onNotice(text: string): void;
  onLog: OnLog;
}

export interface LocalLambda {
  client: LambdaClient;
  /** Resolves when what was fired and not awaited has ended too. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** Opens what the tools need; when that fails, what was opened already is closed again. */
export async function openLocalLambda(options: LocalLambdaOptions): Promise<LocalLambda> {
  const builtIn = builtInFunctions.filter(({ name }) => !givenNames(options).has(name));
  const needed = new Set(options.tools.map(functionNameOf));
  const needsStore = options.store === undefined && builtIn.some(({ name }) => needed.has(name));
  const store = needsStore ? await openStoreWithSample(options.dataFolder, options.onNotice) : undefined;
  try {
    const host = createLambdaHost({
      functions: [...builtIn, ...options.extraFunctions],
      env: (options.store ?? store)?.env ?? {},
      onLog: options.onLog,
    });
    return localLambda(host, store, options.behaviours);
  } catch (thrown) {
    await store?.close();
    throw thrown;
  }
}

function localLambda(host: LambdaHost, store: OpenStore | undefined, behaviours: Behaviours | undefined): LocalLambda {
  return {
    client: localClient(behaviours === undefined ? host : withFakes(behaviours, host)),
    drain: () => host.drain(),
    async close() {
      try {
        await host.close();
      } finally {
        await store?.close();
      }
    },
  };
}

/** A warning for each function that a tool names and nothing serves: every call of it will fail. */
export function unservedWarnings(tools: readonly ToolSpec[], served: ServedFunctions): string[] {
  const names = new Set([...builtInFunctions.map(({ name }) => name), ...givenNames(served)]);
  const unserved = Map.groupBy(tools, functionNameOf);
  for (const name of names) unserved.delete(name);
  return [...unserved].map(([name, its]) => {
    const callers = [...new Set(its.map((tool) => tool.name))].join(', ');
    return (
      `nothing serves the function ${name} (of ${callers}), so its calls will fail: ` +
      `serve it with --function ${name}=<module>, or fake it with --lambdas`
    );
  });
}

function givenNames({ extraFunctions, behaviours }: ServedFunctions): Set<string> {
  return new Set([...(behaviours?.keys() ?? []), ...extraFunctions.map(({ name }) => name)]);
}

/** Without the account and region that an ARN has. */
function functionNameOf(tool: ToolSpec): string {
  const text = functionOf(tool);
  return parseFunctionName(text)?.name ?? text;
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
