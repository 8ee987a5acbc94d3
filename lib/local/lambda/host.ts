/**
 * AWS Lambda on one machine: functions run in worker threads that can be killed. An invocation passes the concurrency
 * limits, waits for an execution environment, and runs in it; docs/local-lambda.md tells what differs from AWS.
 */
import { availableParallelism, totalmem } from 'node:os';
import { StepweaveError } from '../../core/errors.ts';
import { Concurrency } from './concurrency.ts';
import type { Environment } from './environment.ts';
import { functionNotFound, serviceFailure, throttled } from './errors.ts';
import { type FunctionConfig, functionConfigs, type LambdaFunction } from './functions.ts';
import { ACCOUNT_CONCURRENCY } from './limits.ts';
import type { OnLog } from './log.ts';
import type { FunctionRef } from './names.ts';
import { EnvironmentPool } from './pool.ts';
import { FairQueue } from './queue.ts';
import type { Invocation, InvocationResult, LambdaService } from './service.ts';

export type { LambdaFunction } from './functions.ts';
export type { LogEntry, OnLog } from './log.ts';

export interface LambdaHostOptions {
  functions: readonly LambdaFunction[];
  /** Invocations of all functions under way at once; further ones are throttled. 1,000 if not given. */
  accountConcurrency?: number;
  /** Worker threads at once, idle ones included; further invocations wait. See `defaultMaxEnvironments`. */
  maxEnvironments?: number;
  /** An environment without work is ended after this; 60 if not given. */
  idleSeconds?: number;
  /** Environment variables that every function gets. Those of this process are not passed on. */
  env?: Record<string, string>;
  /** Receives everything that functions print, and the failures of invocations nobody waits for. It must not throw. */
  onLog?: OnLog;
}

interface Job {
  config: FunctionConfig;
  invocation: Invocation;
  signal: AbortSignal | undefined;
  /** Whether it counts against the concurrency limits: from its arrival if somebody waits for it, else from its start. */
  counted: boolean;
  resolve(result: InvocationResult): void;
  reject(reason: unknown): void;
}

const MOST_ENVIRONMENTS = 64;
const MEMORY_PER_ENVIRONMENT = 256 * 1_048_576;

/**
 * Eight environments a core, because tools mostly wait for others; fewer on a machine with little memory, so that each
 * has 256 MB of it. At least 4, at most 64.
 */
export function defaultMaxEnvironments(): number {
  const byMemory = Math.floor(totalmem() / MEMORY_PER_ENVIRONMENT);
  return Math.max(4, Math.min(8 * availableParallelism(), byMemory, MOST_ENVIRONMENTS));
}

/** Checks the functions (an IssuesError lists what is wrong with them) and makes a host. Nothing is started yet. */
export function createLambdaHost(options: LambdaHostOptions): LambdaHost {
  return new LambdaHost(options);
}

export class LambdaHost implements LambdaService {
  readonly #functions: Map<string, FunctionConfig>;
  readonly #concurrency: Concurrency;
  readonly #accountConcurrency: number;
  readonly #region: string | undefined;
  readonly #queue = new FairQueue<Job>();
  readonly #running = new Map<string, number>();
  readonly #enqueued = new Set<Promise<void>>();
  readonly #pool: EnvironmentPool;
  readonly #onLog: OnLog;
  #closed = false;

  constructor(options: LambdaHostOptions) {
    const { functions, accountConcurrency = ACCOUNT_CONCURRENCY, env = {}, onLog = () => {} } = options;
    const { maxEnvironments = defaultMaxEnvironments(), idleSeconds = 60 } = options;
    if (!(maxEnvironments >= 1)) {
      const message = `maxEnvironments is ${maxEnvironments}; nothing could ever run: it must be at least 1`;
      throw new StepweaveError('invalid_max_environments', 'user', message);
    }
    const configs = functionConfigs(functions, accountConcurrency);
    this.#functions = new Map(configs.map((config) => [config.name, config]));
    this.#concurrency = new Concurrency(configs, accountConcurrency);
    this.#accountConcurrency = accountConcurrency;
    this.#region = env['AWS_REGION'];
    this.#onLog = onLog;
    this.#pool = new EnvironmentPool({
      max: maxEnvironments,
      idleSeconds,
      env,
      onLog,
      onRoom: () => this.#dispatch(),
    });
  }

  /** Worker threads (idle ones among them) and invocations that wait for one. */
  get stats(): { environments: number; idle: number; waiting: number } {
    return { ...this.#pool.counts, waiting: this.#queue.size };
  }

  check(target: FunctionRef): void {
    this.#find(target);
  }

  async invoke(invocation: Invocation, signal?: AbortSignal): Promise<InvocationResult> {
    const config = this.#find(invocation.target);
    signal?.throwIfAborted();
    const limit = this.#concurrency.limitReached(config);
    if (limit !== undefined) throw throttled(limit);
    this.#concurrency.enter(config);
    return await this.#submit(config, invocation, true, signal);
  }

  /**
   * Lambda keeps such an invocation until there is concurrency for it. So does this host, as many as the account's
   * concurrency; a function that is turned off (no concurrency at all) drops it.
   */
  enqueue(invocation: Invocation): void {
    const config = this.#find(invocation.target);
    if (this.#queue.size >= this.#accountConcurrency) throw throttled('ConcurrentInvocationLimitExceeded');
    const log = (text: string) => {
      const { target, requestId } = invocation;
      this.#onLog({ functionName: target.name, requestId, stream: 'stderr', text: `${text}\n` });
    };
    if (config.reservedConcurrency === 0) return log('Dropped: the function has a reserved concurrency of 0.');
    const ended = this.#submit(config, invocation, false)
      .then(
        ({ functionError, payload }) => void (functionError && log(payload)),
        (reason) => log(String(reason)),
      )
      .finally(() => this.#enqueued.delete(ended));
    this.#enqueued.add(ended);
  }

  /** Resolves when all that was enqueued has ended: a process that stops before would take it along. */
  async drain(): Promise<void> {
    while (this.#enqueued.size > 0) await Promise.all(this.#enqueued);
  }

  /** Ends every invocation and every worker; resolves when all threads are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    const reason = closed();
    for (const job of this.#queue.all()) this.#cancel(job, reason);
    await this.#pool.close(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #find(target: FunctionRef): FunctionConfig {
    if (this.#closed) throw closed();
    const config = this.#functions.get(target.name);
    if (config === undefined) throw functionNotFound(target, this.#region);
    return config;
  }

  #submit(
    config: FunctionConfig,
    invocation: Invocation,
    counted: boolean,
    signal?: AbortSignal,
  ): Promise<InvocationResult> {
    const { promise, resolve, reject } = Promise.withResolvers<InvocationResult>();
    const job: Job = { config, invocation, signal, counted, resolve, reject };
    const onAbort = () => this.#cancel(job, signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#queue.push(config.name, job);
    this.#dispatch();
    return promise.finally(() => signal?.removeEventListener('abort', onAbort));
  }

  /** Takes back a job that still waits; one that runs is ended by its environment. */
  #cancel(job: Job, reason: unknown): void {
    if (!this.#queue.remove(job.config.name, job)) return;
    if (job.counted) this.#concurrency.leave(job.config);
    job.reject(reason);
  }

  /** Starts every waiting job for which there is an environment. */
  #dispatch(): void {
    const withoutRoom = new Set<FunctionConfig>();
    const running = (functionName: string) => this.#running.get(functionName) ?? 0;
    const mayStart = ({ config, counted }: Job) =>
      !withoutRoom.has(config) && (counted || this.#concurrency.limitReached(config) === undefined);
    for (;;) {
      const job = this.#queue.next(running, mayStart);
      if (job === undefined) return;
      const environment = this.#environmentFor(job);
      if (environment === undefined) withoutRoom.add(job.config);
      else void this.#run(job, environment);
    }
  }

  /** A thread that the machine refuses to start fails this one job. */
  #environmentFor(job: Job): Environment | undefined {
    try {
      return this.#pool.take(job.config, this.#queue.size);
    } catch (cause) {
      this.#cancel(job, serviceFailure(`No worker could be started: ${String(cause)}`));
      return undefined;
    }
  }

  async #run(job: Job, environment: Environment): Promise<void> {
    const { config, invocation, signal } = job;
    this.#queue.remove(config.name, job);
    if (!job.counted) this.#concurrency.enter(config);
    this.#count(config, 1);
    try {
      job.resolve(await environment.run(invocation, signal));
    } catch (reason) {
      job.reject(reason);
    } finally {
      this.#count(config, -1);
      this.#concurrency.leave(config);
      this.#pool.giveBack(environment);
      this.#dispatch();
    }
  }

  #count({ name }: FunctionConfig, change: 1 | -1): void {
    this.#running.set(name, (this.#running.get(name) ?? 0) + change);
  }
}

function closed(): Error {
  return serviceFailure('The Lambda host has been closed.');
}
