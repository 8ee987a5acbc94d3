/**
 * An execution environment: one worker thread that holds one loaded function and serves one invocation at a time.
 * Whatever goes wrong inside it ends the worker, never this process; an environment that has ended is not used again.
 */
import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { serviceFailure } from './errors.ts';
import { exited, outOfMemory, timedOut } from './function-errors.ts';
import type { FunctionConfig } from './functions.ts';
import { INIT_TIMEOUT_SECONDS } from './limits.ts';
import { LogTail, type OnLog } from './log.ts';
import { MemoryWatch, resourceLimits } from './memory.ts';
import { functionArn, LOCAL_REGION } from './names.ts';
import type { EnvironmentData, FromWorker, OutputStream, ToWorker } from './protocol.ts';
import type { Invocation, InvocationResult } from './service.ts';

/**
 * How long an answer waits for the end of its worker. Only a native call that blocks the thread, as `execSync`, takes
 * longer; the place of the environment stays taken until it is really gone.
 */
const TERMINATION_GRACE_MS = 1_000;

interface Running {
  invocation: Invocation;
  tail: LogTail;
  resolve(result: InvocationResult): void;
  reject(reason: unknown): void;
}

export class Environment {
  readonly config: FunctionConfig;
  /** Resolves when the thread is gone. */
  readonly gone: Promise<void>;
  readonly #worker: Worker;
  readonly #memory: MemoryWatch;
  readonly #backlog = new Int32Array(new SharedArrayBuffer(4));
  readonly #onLog: OnLog;
  readonly #region: string;
  #running: Running | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ready = false;
  #ended = false;

  constructor(config: FunctionConfig, hostEnv: Record<string, string>, onLog: OnLog) {
    this.config = config;
    this.#onLog = onLog;
    this.#region = hostEnv['AWS_REGION'] ?? LOCAL_REGION;
    const data = environmentData(config, this.#backlog.buffer);
    this.#worker = new Worker(new URL('./worker/boot.mjs', import.meta.url), {
      name: config.name,
      workerData: data,
      env: environmentVariables(config, hostEnv, data, this.#region),
      // Flags of this process, as a debugger's or a test runner's, are none of the function's business.
      execArgv: [],
      argv: [],
      // Both are captured inside the worker; this keeps the rest, if any, off the streams of this process.
      stdout: true,
      stderr: true,
      resourceLimits: resourceLimits(config.memoryMb),
    });
    this.#memory = new MemoryWatch(this.#worker, config.memoryMb, () => {
      this.#fail((requestId) => outOfMemory(requestId));
    });
    this.gone = new Promise((resolve) => this.#worker.once('exit', (code) => resolve(this.#onExit(code))));
    this.#worker.on('message', (message: FromWorker) => this.#onMessage(message));
    this.#worker.on('error', (error) => this.#onError(error));
  }

  /** Whether it can serve an invocation. */
  get alive(): boolean {
    return !this.#ended;
  }

  /** Serves one invocation; the caller waits for the end of one before it starts the next. */
  async run(invocation: Invocation, signal?: AbortSignal): Promise<InvocationResult> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<InvocationResult>();
    const tail = new LogTail();
    this.#running = { invocation, tail, resolve, reject };
    const onAbort = () => this.end(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#worker.ref();
    this.#memory.busy = true;
    if (this.#ready) this.#start();
    else this.#limitTime(INIT_TIMEOUT_SECONDS);
    try {
      return { ...(await promise), logTail: tail.toString() };
    } finally {
      clearTimeout(this.#timer);
      signal?.removeEventListener('abort', onAbort);
      this.#running = undefined;
      this.#memory.busy = false;
      // An idle environment does not keep the process alive; one that ends is waited for.
      if (this.alive) this.#worker.unref();
      else await this.#goneOrLate();
    }
  }

  /** Ends the worker and whatever it does; an invocation that runs is rejected with `reason`. */
  end(reason: unknown = serviceFailure('The environment was ended.')): void {
    this.#running?.reject(reason);
    if (this.#ended) return;
    this.#ended = true;
    this.#memory.stop();
    // Whoever waits for `gone` relies on the exit to happen.
    this.#worker.ref();
    void this.#worker.terminate();
  }

  #start(): void {
    if (this.#running === undefined) return;
    const { target, requestId, payload } = this.#running.invocation;
    const { timeoutSeconds } = this.config;
    const arn = functionArn(target, this.#region);
    this.#post({ type: 'invoke', requestId, arn, timeoutMs: timeoutSeconds * 1_000, payload });
    // Armed here already, because work that an earlier invocation left behind may keep the handler from starting.
    this.#limitTime(timeoutSeconds);
  }

  #limitTime(seconds: number): void {
    // Its invocation was given up before the worker said that it had begun.
    if (this.#running === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail((requestId) => timedOut(requestId, seconds)), seconds * 1_000);
  }

  /** Answers the invocation that runs, if one does, with a failure, and ends the worker. */
  #fail(failure: (requestId: string) => InvocationResult): void {
    const running = this.#running;
    if (running !== undefined) running.resolve(failure(running.invocation.requestId));
    this.end();
  }

  #onMessage(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        return this.#start();
      case 'started':
        return this.#limitTime(this.config.timeoutSeconds);
      case 'output':
        return this.#onOutput(message.stream, message.text);
      case 'done':
        return this.#running?.resolve(message.result);
      case 'crashed':
        this.#log('stderr', `${message.result.payload}\n`);
        return this.#fail(() => message.result);
    }
  }

  #onOutput(stream: OutputStream, text: string): void {
    Atomics.sub(this.#backlog, 0, text.length);
    Atomics.notify(this.#backlog, 0);
    this.#log(stream, text);
  }

  #log(stream: OutputStream, text: string): void {
    const requestId = this.#running?.invocation.requestId;
    this.#running?.tail.add(text);
    this.#onLog({ functionName: this.config.name, ...(requestId !== undefined && { requestId }), stream, text });
  }

  /** The worker ended with an error that its own handlers did not report. */
  #onError(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_WORKER_OUT_OF_MEMORY') return this.#fail((requestId) => outOfMemory(requestId));
    this.#log('stderr', `${error instanceof Error ? error.stack : error}\n`);
    this.#fail((requestId) => exited(requestId, 1));
  }

  #onExit(code: number): void {
    this.#fail((requestId) => exited(requestId, code));
  }

  async #goneOrLate(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, TERMINATION_GRACE_MS);
    await Promise.race([this.gone, late]);
    clearTimeout(timer);
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}

function environmentData({ name, moduleUrl, handler, memoryMb }: FunctionConfig, backlog: SharedArrayBuffer) {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return {
    moduleUrl,
    handler,
    functionName: name,
    memoryMb,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: `${date}/[$LATEST]${randomBytes(16).toString('hex')}`,
    backlog,
  } satisfies EnvironmentData;
}

/**
 * A function sees the variables that it was given and those of Lambda, nothing of this process.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
function environmentVariables(
  config: FunctionConfig,
  hostEnv: Record<string, string>,
  data: EnvironmentData,
  region: string,
): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...hostEnv,
    ...config.env,
    _HANDLER: config.handler,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: config.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: data.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: data.logStreamName,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  };
}
