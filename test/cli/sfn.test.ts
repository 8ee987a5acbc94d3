/** `stepweave sfn`, in process: what it prints, what it serves, how it ends. */
import { createServer } from 'node:net';
import {
  CreateStateMachineCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartSyncExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { main } from '../../lib/cli/main.ts';
import { createLambdaHost } from '../../lib/local/lambda/host.ts';
import { serveLambda } from '../../lib/local/lambda/server.ts';
import { DATA, file, stepweave } from './support.ts';

const account = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
};
const FUNCTIONS = file('export const handler = async (event) => ({ got: event });', 'mjs');

/** A service that runs until it is interrupted. */
async function serve(args: string[]) {
  const printed = Promise.withResolvers<string>();
  let interrupt = () => {};
  let stderr = '';
  const status = main(['sfn', '--port', '0', ...DATA, ...args], {
    stdout: { write: (text: string) => printed.resolve(text.trim()) },
    stderr: { write: (text: string) => (stderr += text) },
    readStdin: async () => '',
    env: {},
    onInterrupt: (callback) => {
      interrupt = callback;
      return () => {};
    },
  });
  const url = await Promise.race([printed.promise, status.then(() => Promise.reject(new Error(stderr)))]);
  const client = new SFNClient({ ...account, endpoint: url, disableHostPrefix: true });
  const stop = async () => {
    client.destroy();
    interrupt();
    return await status;
  };
  return { client, url, stop, stderr: () => stderr };
}

async function callThrough(client: SFNClient, FunctionName: string, input: object) {
  const definition = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Call',
    States: {
      Call: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName, Payload: '{% $states.input %}' },
        Output: '{% $states.result.Payload %}',
        End: true,
      },
    },
  });
  const roleArn = 'arn:aws:iam::000000000000:role/stepweave';
  const machine = await client.send(
    new CreateStateMachineCommand({ name: 'plan', definition, roleArn, type: 'EXPRESS' }),
  );
  const answer = await client.send(
    new StartSyncExecutionCommand({ stateMachineArn: machine.stateMachineArn, input: JSON.stringify(input) }),
  );
  return answer.output === undefined ? answer.error : JSON.parse(answer.output);
}

describe('stepweave sfn', () => {
  it('serves Step Functions, with functions of this machine, until it is interrupted', async () => {
    const { client, url, stop, stderr } = await serve(['--function', `mine=${FUNCTIONS}`, '--region', 'eu-west-1']);

    const answer = await callThrough(client, 'mine', { lines: 3 });
    const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));

    expect(answer).toEqual({ got: { lines: 3 } });
    expect(stateMachines[0]?.stateMachineArn).toBe('arn:aws:states:eu-west-1:000000000000:stateMachine:plan');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(stderr()).toContain(`--endpoint-url ${url} --region eu-west-1`);
    expect(await stop()).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('serves the built-in tools', async () => {
    const { client, stop } = await serve([]);

    const answer = await callThrough(client, 'stepweave-supplier', {
      tool_name: 'nothing',
      input: {},
      errors: 'throw',
    });

    expect(answer).toBe('ToolPermanent');
    expect(await stop()).toBe(0);
  });

  it('calls functions at an endpoint', async () => {
    const host = createLambdaHost({
      functions: [{ name: 'far', module: FUNCTIONS, timeoutSeconds: 5, memoryMb: 256 }],
    });
    const lambda = await serveLambda(host);
    const { client, stop } = await serve(['--lambda-endpoint', lambda.url]);

    const answer = await callThrough(client, 'far', {});

    expect(answer).toEqual({ got: {} });
    expect(await stop()).toBe(0);
    await lambda.close();
    await host.close();
  });

  it('says so when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };

    const { status, stderr } = await stepweave([
      'sfn',
      '--port',
      String(port),
      '--lambda-endpoint',
      'http://127.0.0.1:1',
    ]);

    other.close();
    expect(status).toBe(2);
    expect(stderr).toContain(`cannot listen on port ${port}: another process has it; give another one with --port`);
  });

  it.each([
    [['--port', 'http'], 'It is a number from 0 to 65535.'],
    [['--region', 'Europe'], 'It is the name of a Region'],
    [['--lambda-endpoint', 'localhost:3001'], '--lambda-endpoint is no URL'],
    [['--lambda-endpoint', 'http://127.0.0.1:1', '--function', 'a=b.ts'], 'does not go with --lambdas or --function'],
    [['--function', 'a'], 'it takes name=module'],
  ])('refuses %j', async (args, message) => {
    const { status, stderr } = await stepweave(['sfn', ...DATA, ...args]);

    expect(status).toBeGreaterThan(0);
    expect(stderr).toContain(message);
  });
});
