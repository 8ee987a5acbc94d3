/** Starting an execution in one call; only a shape that was never seen before costs a second one, to create its machine. */
import {
  CreateStateMachineCommand,
  type SFNClient,
  SFNServiceException,
  StateMachineAlreadyExists,
  StateMachineDeleting,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import type { CompiledPlan } from '../../compiler/compile.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf, StepweaveError } from '../../core/errors.ts';

/** Where machines are, and what they run as. */
export interface MachinePlace {
  client: SFNClient;
  clock: Clock;
  /** What the ARNs of machines begin with: `arn:aws:states:eu-west-1:123456789012:stateMachine:`. */
  arnPrefix: string;
  /** The execution role of machines that are created. */
  roleArn: string;
}

/** Waits between tries in milliseconds, while a new machine becomes visible, an old one goes, or AWS asks for patience. */
const WAITS_MS = [100, 200, 400, 800, 1600, 3200, 6400];

const THROTTLING: readonly string[] = ['ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded'];

/** `start` is called with the ARN of the plan's machine. Throws a {@link StepweaveError} when Step Functions refuses. */
export async function startOn<Started>(
  place: MachinePlace,
  compiled: CompiledPlan,
  start: (stateMachineArn: string) => Promise<Started>,
): Promise<Started> {
  const arn = `${place.arnPrefix}${compiled.name}`;
  let isCreated = false;
  for (let tries = 0; ; tries++) {
    try {
      return await start(arn);
    } catch (thrown) {
      const wait = WAITS_MS[tries];
      if (wait === undefined || !mayPass(thrown)) throw refusal(thrown);
      if (thrown instanceof StateMachineDoesNotExist && !isCreated) {
        await create(place, compiled);
        isCreated = true;
      } else await place.clock.sleep(wait);
    }
  }
}

/** Sends a request that may be repeated: when AWS asks for patience, fails itself, or does not answer. */
export async function patiently<Output>(clock: Clock, send: () => Promise<Output>): Promise<Output> {
  for (const wait of WAITS_MS) {
    try {
      return await send();
    } catch (thrown) {
      if (!isThrottling(thrown) && !isFaultOfService(thrown)) throw refusal(thrown);
      await clock.sleep(wait);
    }
  }
  return send().catch((thrown) => {
    throw refusal(thrown);
  });
}

async function create(
  { client, clock, roleArn }: MachinePlace,
  { name, type, definition }: CompiledPlan,
): Promise<void> {
  const command = new CreateStateMachineCommand({ name, type, roleArn, definition: JSON.stringify(definition) });
  await patiently(clock, async () => {
    try {
      await client.send(command);
    } catch (thrown) {
      // Somebody else was faster; the name says that it is the same machine.
      if (!(thrown instanceof StateMachineAlreadyExists)) throw thrown;
    }
  });
}

function mayPass(thrown: unknown): boolean {
  return thrown instanceof StateMachineDoesNotExist || thrown instanceof StateMachineDeleting || isThrottling(thrown);
}

function isThrottling(thrown: unknown): boolean {
  return thrown instanceof SFNServiceException && THROTTLING.includes(thrown.name);
}

function isFaultOfService(thrown: unknown): boolean {
  return !(thrown instanceof SFNServiceException) || thrown.$fault === 'server';
}

function refusal(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof StepweaveError || thrown.name === 'AbortError') return thrown;
  const message = `Step Functions could not run the plan: ${thrown.name}: ${messageOf(thrown)}`;
  return new StepweaveError('step_functions_error', 'service', message, { cause: thrown });
}
