/** `stepweave serve`: the HTTP API on this machine. */
import { createApi } from '../../api/app.ts';
import { type ApiServer, serveApi } from '../../api/node.ts';
import { DEFAULT_LIMITS } from '../../api/services.ts';
import { realClock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import { plural, safeText } from '../../core/text.ts';
import { readBehaviours, readTools } from '../documents.ts';
import { EXIT } from '../exit.ts';
import { parseFunctionOptions } from '../function-option.ts';
import type { CliIo } from '../io.ts';
import { unservedWarnings } from '../local-lambda.ts';
import { type LocalServices, openLocalServices } from '../local-services.ts';
import { FunctionOutput } from '../render/function-output.ts';
import { portUnusable } from '../serving.ts';

export interface ServeOptions {
  port: number;
  /** Keeps everything. */
  data: string;
  tools?: string;
  lambdas?: string;
  /** Further functions to serve, as `name=module`. */
  function: string[];
  verbose?: boolean;
}

/** Runs under way get so long to end when the server is stopped. */
const GRACE_MS = 10_000;

/** Serves until the process is interrupted; resolves with the exit status. */
export async function serveCommand(options: ServeOptions, io: CliIo): Promise<number> {
  const interrupted = Promise.withResolvers<void>();
  const stopListening = io.onInterrupt(interrupted.resolve);
  const notice = (text: string) => void io.stderr.write(`${text}\n`);
  const output = new FunctionOutput((line) => notice(safeText(line)));
  try {
    const tools = await readTools(options.tools, io);
    const served = {
      extraFunctions: await parseFunctionOptions(options.function),
      behaviours: await readBehaviours(options.lambdas, io),
    };
    for (const warning of unservedWarnings(tools.list(), served)) notice(`Warning: ${safeText(warning)}`);
    const services = await openLocalServices({
      ...served,
      tools,
      hasBuiltInTools: options.tools === undefined,
      dataFolder: options.data,
      onNotice: notice,
      onLog: (entry) => void (options.verbose && output.add(entry)),
    });
    try {
      const onFault = (fault: unknown) => notice(`A fault of Stepweave: ${safeText(messageOf(fault))}`);
      const api = createApi({ runs: services.runs, tools, clock: realClock, limits: DEFAULT_LIMITS }, { onFault });
      const server = await serve(api, options.port);
      tell(server, services, options, io, notice);
      await interrupted.promise;
      await stop(server, services, notice);
    } finally {
      await services.close();
    }
    return EXIT.succeeded;
  } finally {
    output.end();
    stopListening();
  }
}

async function serve(api: ReturnType<typeof createApi>, port: number): Promise<ApiServer> {
  try {
    return await serveApi(api, { port });
  } catch (cause) {
    throw portUnusable(port, cause);
  }
}

/** The address is all that stdout holds, for scripts. */
function tell(
  { url }: ApiServer,
  { recovered }: LocalServices,
  { data }: ServeOptions,
  io: CliIo,
  notice: (text: string) => void,
): void {
  if (recovered > 0) {
    notice(`${plural(recovered, 'run')} did not end before the last server did; cancelled, and can be resumed.`);
  }
  notice(`Stepweave serves its API on ${url}, for this machine alone, and keeps runs in ${data}. Ctrl-C stops it.`);
  notice(`  curl ${url}/tools      ${url}/openapi.json describes all of it`);
  io.stdout.write(`${url}\n`);
}

/** Takes no more, and gives what runs some time. Nobody can call any more when runs are ended, but their records are written. */
async function stop(server: ApiServer, { runs }: LocalServices, notice: (text: string) => void): Promise<void> {
  const wait =
    runs.active === 0 ? '' : ` ${plural(runs.active, 'run')} under way may take ${GRACE_MS / 1000} s to end.`;
  notice(`Stopping.${wait}`);
  const ended = await runs.close(GRACE_MS, 'the server was stopped');
  if (ended > 0) notice(`${plural(ended, 'run')} cancelled; the next server can resume what is left.`);
  await server.close();
}
