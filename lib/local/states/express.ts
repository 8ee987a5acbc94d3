/** Express executions: they are run, and nothing is kept of them. */
import { randomUUID } from 'node:crypto';
import type { ExecutionEnd, Execution as InterpreterExecution } from '../../interpreter/execution.ts';
import type { Arns } from './arns.ts';
import type { Machine } from './records.ts';
import { runOn, type Surroundings } from './running.ts';

export interface ExpressExecution {
  arn: string;
  name: string;
  startedAt: number;
  /** Rejects for a fault of the interpreter, and when the signal is aborted, with its reason. */
  ended: Promise<ExecutionEnd>;
}

export class ExpressExecutions {
  readonly #arns: Arns;
  readonly #surroundings: Surroundings;
  readonly #running = new Set<InterpreterExecution>();

  constructor(arns: Arns, surroundings: Surroundings) {
    this.#arns = arns;
    this.#surroundings = surroundings;
  }

  /** Names need not be unique: each start is an execution of its own. An abort of the signal ends it. */
  start(machine: Machine, name: string, input: string, signal?: AbortSignal): ExpressExecution {
    signal?.throwIfAborted();
    const arn = this.#arns.express(machine.name, name, randomUUID());
    const startedAt = this.#surroundings.clock.now();
    const { parsed: definition, roleArn, arn: machineArn, name: machineName } = machine;
    const { log } = this.#surroundings;
    const execution = runOn(this.#surroundings, {
      ...(log && { onEvent: (event) => log(name, event) }),
      ...{ definition, input, type: 'EXPRESS', arn, name, machineArn, machineName, roleArn, startedAt },
    });
    this.#running.add(execution);
    const onAbort = () => execution.stop();
    signal?.addEventListener('abort', onAbort, { once: true });
    const ended = execution.ended.finally(() => {
      this.#running.delete(execution);
      signal?.removeEventListener('abort', onAbort);
      signal?.throwIfAborted();
    });
    return { arn, name, startedAt, ended };
  }

  /** Ends those that run. */
  async close(): Promise<void> {
    const running = [...this.#running];
    for (const execution of running) execution.stop();
    await Promise.allSettled(running.map(({ ended }) => ended));
  }
}
