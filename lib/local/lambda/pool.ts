/**
 * The execution environments of all functions: at most `max` worker threads. Idle ones stay warm for a while; when
 * another function needs their place, the one that has been idle longest goes first.
 */
import { Environment } from './environment.ts';
import type { FunctionConfig } from './functions.ts';
import type { OnLog } from './log.ts';

export interface PoolOptions {
  max: number;
  /** An environment that has been idle for this long is ended. */
  idleSeconds: number;
  /** Variables that every function gets. */
  env: Record<string, string>;
  onLog: OnLog;
  /** Called when a thread is gone, so that another may start. */
  onRoom: () => void;
}

export class EnvironmentPool {
  readonly #options: PoolOptions;
  /** Every thread that exists, those that are about to end included. */
  readonly #all = new Set<Environment>();
  /** Idle environments with the timers that end them; in order of when they became idle. */
  readonly #idle = new Map<Environment, NodeJS.Timeout>();
  #leaving = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get counts(): { environments: number; idle: number } {
    return { environments: this.#all.size, idle: this.#idle.size };
  }

  /**
   * An environment for an invocation of this function: a warm one, else a new one. Nothing when there is no room; then
   * idle environments of other functions are ended, no more than `waiting` invocations need, and `onRoom` follows.
   */
  take(config: FunctionConfig, waiting: number): Environment | undefined {
    // The one that became idle last, so that the others may reach their idle time. Idle ones fail too, by work that an
    // invocation left behind.
    const warm = [...this.#idle.keys()].findLast((idle) => idle.alive && idle.config === config);
    if (warm !== undefined) {
      this.#forgetIdle(warm);
      return warm;
    }
    if (this.#all.size < this.#options.max) return this.#open(config);
    const [oldest] = this.#idle.keys();
    if (oldest !== undefined && this.#leaving < waiting) this.#end(oldest);
    return undefined;
  }

  /** Takes back an environment after its invocation; one that has ended leaves by itself. */
  giveBack(environment: Environment): void {
    if (!environment.alive) return;
    const timer = setTimeout(() => this.#end(environment), this.#options.idleSeconds * 1_000).unref();
    this.#idle.set(environment, timer);
  }

  /** Ends every environment; resolves when all threads are gone. */
  async close(reason: unknown): Promise<void> {
    const all = [...this.#all];
    for (const environment of all) {
      this.#forgetIdle(environment);
      environment.end(reason);
    }
    await Promise.all(all.map(({ gone }) => gone));
  }

  #open(config: FunctionConfig): Environment {
    const environment = new Environment(config, this.#options.env, this.#options.onLog);
    this.#all.add(environment);
    void environment.gone.then(() => {
      this.#forgetIdle(environment);
      this.#all.delete(environment);
      this.#options.onRoom();
    });
    return environment;
  }

  #end(environment: Environment): void {
    this.#forgetIdle(environment);
    this.#leaving++;
    void environment.gone.then(() => this.#leaving--);
    environment.end();
  }

  #forgetIdle(environment: Environment): void {
    clearTimeout(this.#idle.get(environment));
    this.#idle.delete(environment);
  }
}
