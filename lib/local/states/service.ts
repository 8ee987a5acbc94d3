/** AWS Step Functions on one machine; docs/local-step-functions.md tells what differs from AWS. */
import { join } from 'node:path';
import type { HttpHandler } from '@smithy/core/protocols';
import { type Clock, realClock } from '../../core/clock.ts';
import type { TaskService } from '../../interpreter/tasks.ts';
import { lockFolder } from '../folder-lock.ts';
import type { WireHandler } from '../http/message.ts';
import { requestHandlerOf } from '../http/request-handler.ts';
import { Arns, LOCAL_REGION } from './arns.ts';
import { Executions } from './executions.ts';
import { ExpressExecutions } from './express.ts';
import { StatesFolder } from './folder.ts';
import { Machines } from './machines.ts';
import type { Service } from './operation.ts';
import type { ExpressLog } from './running.ts';
import { Throttle } from './throttle.ts';
import { handle } from './wire.ts';

export interface LocalStatesOptions {
  /** What Task states call: `lambdaTasks(client)`, or anything else that can be called. */
  tasks: TaskService;
  /** Of the ARNs, and of the quotas. `us-east-1` if not given. */
  region?: string;
  /** The machine's if not given. */
  clock?: Clock;
  /** From 0 to below 1, for the jitter of retries. */
  random?: () => number;
  /** Whether to refuse requests as AWS does when an account sends too many. */
  throttle?: boolean;
  /** Told of every event of Express executions, as CloudWatch Logs would be. */
  log?: ExpressLog;
}

export interface LocalStatesFolderOptions extends LocalStatesOptions {
  /** Keeps machines and executions; it is created. One process at a time may use it. */
  folder: string;
  /** How long to wait for another process to let go of the folder. Default: 10 seconds. */
  waitMs?: number;
}

export interface LocalStates {
  /** `new SFNClient({ requestHandler: states.requestHandler, … })` */
  requestHandler: HttpHandler;
  /** The same for any transport. */
  handle: WireHandler;
  /** Ends all executions; may be called twice. */
  close(): Promise<void>;
}

const DEFAULT_WAIT_MS = 10_000;

/** A service in memory. */
export function createLocalStates(options: LocalStatesOptions): LocalStates {
  return localStates(options, undefined, async () => {});
}

/**
 * A service in a folder, with the machines and executions that are there. What ran when the process before was ended is
 * listed as failed, and RedriveExecution continues it.
 */
export async function openLocalStates(options: LocalStatesFolderOptions): Promise<LocalStates> {
  const folder = join(options.folder, 'states');
  const lock = await lockFolder({ folder, option: '--folder', waitMs: options.waitMs ?? DEFAULT_WAIT_MS });
  try {
    return localStates(options, new StatesFolder(folder), () => lock.release());
  } catch (thrown) {
    await lock.release();
    throw thrown;
  }
}

function localStates(
  options: LocalStatesOptions,
  folder: StatesFolder | undefined,
  release: () => Promise<void>,
): LocalStates {
  const { tasks, region = LOCAL_REGION, clock = realClock, random = Math.random, throttle = false } = options;
  const [arns, surroundings] = [new Arns(region), { tasks, clock, random, log: options.log }];
  const machines = new Machines({ arns, clock, tasks, folder });
  const hasMachine = (arn: string) => machines.get(arn) !== undefined;
  const service: Service = {
    machines,
    executions: new Executions({ arns, folder, hasMachine, ...surroundings }),
    express: new ExpressExecutions(arns, surroundings),
    clock,
    throttle: throttle ? new Throttle(region, clock) : undefined,
  };
  const handler: WireHandler = (request, signal) => handle(service, request, signal);
  let closed: Promise<void> | undefined;
  return {
    requestHandler: requestHandlerOf(handler),
    handle: handler,
    close: () => {
      closed ??= Promise.all([service.executions.close(), service.express.close()]).then(release);
      return closed;
    },
  };
}
