/** What the tests of the service share: services that are closed after each test, clients for them, and small machines. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  SFNClient,
  type StateMachineType,
} from '@aws-sdk/client-sfn';
import { afterEach } from 'vitest';
import { type Clock, realClock } from '../../../../lib/core/clock.ts';
import type { Json } from '../../../../lib/core/json.ts';
import type { TaskService } from '../../../../lib/interpreter/tasks.ts';
import { fakeLambdaService, parseBehaviours } from '../../../../lib/local/lambda/fakes.ts';
import { lambdaRequestHandler } from '../../../../lib/local/lambda/request-handler.ts';
import { lambdaTasks } from '../../../../lib/local/states/lambda-tasks.ts';
import { serveStates } from '../../../../lib/local/states/server.ts';
import { createLocalStates, type LocalStates, type LocalStatesOptions } from '../../../../lib/local/states/service.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/stepweave';
export const account = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
};

const cleanUp: (() => unknown)[] = [];

/** Called after the test, the last one first. */
export function afterwards(close: () => unknown): void {
  cleanUp.push(close);
}

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

/** Fake functions behind the real client, in the form of a `--lambdas` document. */
export function functions(behaviours: Json = { echo: { behavior: 'echo' } }, clock: Clock = realClock): TaskService {
  const service = fakeLambdaService(parseBehaviours(behaviours), { clock });
  return lambdaTasks(new LambdaClient({ ...account, requestHandler: lambdaRequestHandler(service) }));
}

export function statesOf(options: Partial<LocalStatesOptions> = {}): LocalStates {
  const states = createLocalStates({ tasks: functions(), ...options });
  afterwards(() => states.close());
  return states;
}

export function inProcess(states: LocalStates): SFNClient {
  return new SFNClient({ ...account, requestHandler: states.requestHandler });
}

export async function overHttp(states: LocalStates): Promise<SFNClient> {
  const server = await serveStates(states);
  const client = new SFNClient({ ...account, endpoint: server.url, disableHostPrefix: true });
  afterwards(() => server.close());
  afterwards(() => client.destroy());
  return client;
}

export const PASS = machine({ Only: { Type: 'Pass', End: true } });
export const WAIT = machine({ Rest: { Type: 'Wait', Seconds: 3_600, End: true } });

/** A definition in JSONata as text, that starts at the first state. */
export function machine(states: Record<string, Json>, more: Record<string, Json> = {}): string {
  return JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0]!, States: states, ...more });
}

/** A Task that calls a function with the state's input and gives what it returns. */
export function invoke(functionName: string, more: Record<string, Json> = { End: true }): Json {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionName, Payload: '{% $states.input %}' },
    Output: '{% $states.result.Payload %}',
    ...more,
  };
}

export async function create(
  client: SFNClient,
  definition = PASS,
  { name = 'plan', type = 'STANDARD' as StateMachineType } = {},
): Promise<string> {
  const command = new CreateStateMachineCommand({ name, definition, roleArn: ROLE, type });
  const { stateMachineArn } = await client.send(command);
  return stateMachineArn!;
}

/** The execution as it is told once it has ended. */
export async function ended(client: SFNClient, executionArn: string): Promise<DescribeExecutionCommandOutput> {
  for (;;) {
    const description = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (description.status !== 'RUNNING') return description;
    await turn();
  }
}

/** Lets everything that is ready happen. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** All pages of a list. */
export async function pagesOf<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}
