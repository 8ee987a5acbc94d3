/** What an operation of the service is. */
import type { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { throttled } from './errors.ts';
import type { Executions } from './executions.ts';
import type { ExpressExecutions } from './express.ts';
import type { Machines } from './machines.ts';
import { readInput } from './shapes.ts';
import type { Throttle } from './throttle.ts';

/** Everything that the operations work on. */
export interface Service {
  machines: Machines;
  executions: Executions;
  express: ExpressExecutions;
  clock: Clock;
  /** Absent where nothing is throttled. */
  throttle: Throttle | undefined;
}

/** From the input as it came to the output as it goes, both JSON. Throws StatesServiceError. */
export type Operation = (service: Service, input: object, signal?: AbortSignal) => Promise<object>;

type Perform<T> = (service: Service, input: T, signal?: AbortSignal) => object | Promise<object>;

/** An operation with its name. Throttling comes first, then the shape of the input. */
export function operation<T extends z.ZodType>(
  name: string,
  shape: T,
  perform: Perform<z.output<T>>,
): [string, Operation] {
  return [
    name,
    async (service, input, signal) => {
      admit(service, name);
      return await perform(service, readInput(shape, input), signal);
    },
  ];
}

/** Throws ThrottlingException when there have been too many. */
export function admit({ throttle }: Service, name: string): void {
  if (throttle?.admit(name) === false) throw throttled();
}

/** Times on the wire are seconds since the epoch. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1_000;
}
