/** `stepweave sfn`: the local Step Functions service, for any AWS SDK or the AWS CLI. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { StepweaveError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import type { HttpServer } from '../../local/http/server.ts';
import { lambdaTasks } from '../../local/states/lambda-tasks.ts';
import { serveStates } from '../../local/states/server.ts';
import { createLocalStates, type LocalStates, openLocalStates } from '../../local/states/service.ts';
import { builtInTools } from '../../supply-chain/tools.ts';
import { readBehaviours } from '../documents.ts';
import { EXIT } from '../exit.ts';
import { parseFunctionOptions } from '../function-option.ts';
import type { CliIo } from '../io.ts';
import { openLocalLambda } from '../local-lambda.ts';
import { FunctionOutput } from '../render/function-output.ts';
import { portUnusable } from '../serving.ts';

export interface SfnOptions {
  port: number;
  region: string;
  /** Keeps state machines and executions. */
  folder?: string;
  /** Where Lambda functions are served; otherwise this process serves them. */
  lambdaEndpoint?: string;
  lambdas?: string;
  /** Further functions to serve, as `name=module`. */
  function: string[];
  /** Folder of the embedded store. */
  data: string;
  throttle?: boolean;
  verbose?: boolean;
}

/** What calls of functions go to. */
interface Functions {
  client: LambdaClient;
  close(): Promise<void>;
}

/** Serves until the process is interrupted; resolves with the exit status. */
export async function sfnCommand(options: SfnOptions, io: CliIo): Promise<number> {
  const interrupted = Promise.withResolvers<void>();
  const stopListening = io.onInterrupt(interrupted.resolve);
  const notice = (text: string) => void io.stderr.write(`${text}\n`);
  const functions = await openFunctions(options, io, notice);
  try {
    const states = await openStates(options, functions.client);
    try {
      const server = await serve(states, options.port);
      tellEndpoint(server, options, io, notice);
      await interrupted.promise;
      notice('Stopping.');
      await server.close();
    } finally {
      await states.close();
    }
    return EXIT.succeeded;
  } finally {
    await functions.close();
    stopListening();
  }
}

async function openFunctions(options: SfnOptions, io: CliIo, notice: (text: string) => void): Promise<Functions> {
  const { lambdaEndpoint, region, data } = options;
  if (lambdaEndpoint !== undefined) {
    checkAlone(options);
    const client = clientAt(lambdaEndpoint, region);
    return { client, close: async () => client.destroy() };
  }
  const output = new FunctionOutput((line) => notice(safeText(line)));
  const lambda = await openLocalLambda({
    dataFolder: data,
    tools: builtInTools,
    extraFunctions: await parseFunctionOptions(options.function),
    behaviours: await readBehaviours(options.lambdas, io),
    onNotice: notice,
    onLog: (entry) => void (options.verbose && output.add(entry)),
  });
  return {
    client: lambda.client,
    close: () => lambda.close().finally(() => output.end()),
  };
}

/** Functions are either at the endpoint or here. */
function checkAlone({ lambdas, function: functions }: SfnOptions): void {
  if (lambdas === undefined && functions.length === 0) return;
  const message = '--lambda-endpoint says where the functions are: it does not go with --lambdas or --function';
  throw new StepweaveError('conflicting_options', 'user', message);
}

function clientAt(endpoint: string, region: string): LambdaClient {
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) {
    const message = `--lambda-endpoint is no URL: got ${endpoint}; for example http://127.0.0.1:3001`;
    throw new StepweaveError('invalid_endpoint', 'user', message);
  }
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new LambdaClient({ endpoint, region, credentials, maxAttempts: 1 });
}

function openStates({ folder, region, throttle = false }: SfnOptions, client: LambdaClient): Promise<LocalStates> {
  const options = { tasks: lambdaTasks(client), region, throttle };
  return folder === undefined ? Promise.resolve(createLocalStates(options)) : openLocalStates({ ...options, folder });
}

async function serve(states: LocalStates, port: number): Promise<HttpServer> {
  try {
    return await serveStates(states, { port });
  } catch (cause) {
    throw portUnusable(port, cause);
  }
}

/** The endpoint is all that stdout holds, for scripts. */
function tellEndpoint(
  { url }: HttpServer,
  { region, folder }: SfnOptions,
  io: CliIo,
  notice: (text: string) => void,
): void {
  const kept = folder === undefined ? 'in memory only (--folder keeps them)' : `in ${folder}`;
  notice(`Step Functions for ${region}, with state machines and executions ${kept}. Ctrl-C stops it.`);
  notice(`  aws stepfunctions list-state-machines --endpoint-url ${url} --region ${region}`);
  notice('For start-sync-execution set AWS_DISABLE_HOST_PREFIX_INJECTION=true; see docs/local-step-functions.md.');
  io.stdout.write(`${url}\n`);
}
