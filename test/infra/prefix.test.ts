/** The machines that an orchestrator makes are those that its roles reach: both follow from one prefix. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { realClock } from '../../lib/core/clock.ts';
import { isCompiledName } from '../../lib/engine/compiled-name.ts';
import { RunStore } from '../../lib/engine/run-store/run-store.ts';
import { Engines } from '../../lib/engine/runs/engines.ts';
import { RunService } from '../../lib/engine/runs/service.ts';
import { machineNamePattern } from '../../lib/infra/machine-arns.ts';
import { startLocalDynamoDb } from '../../lib/local/dynamodb.ts';
import { createLocalStates } from '../../lib/local/states/service.ts';
import { toolRegistry } from '../../lib/tools/registry.ts';
import { toolSpecSchema } from '../../lib/tools/spec.ts';

const LOCAL = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, maxAttempts: 1 };

it.each(['express', 'standard'] as const)(
  'a run on %s has its machine under the prefix of the stack',
  async (engine) => {
    const dynamoDb = await startLocalDynamoDb();
    const store = new RunStore({ table: 'acme-runs', endpoint: dynamoDb.endpoint });
    await store.createTable();
    const answered = { ok: true, output: { StatusCode: 200, Payload: { success: true, result: null } } } as const;
    const states = createLocalStates({ tasks: { supports: () => true, call: async () => answered } });
    const client = new SFNClient({ ...LOCAL, requestHandler: states.requestHandler });
    const stepFunctions = {
      client,
      arnPrefix: 'arn:aws:states:us-east-1:000000000000:stateMachine:',
      roleArn: 'arn:aws:iam::000000000000:role/machines',
      prefix: 'acme-',
      pollMs: 5,
    };
    const engines = new Engines({ lambda: new LambdaClient(LOCAL), stepFunctions, clock: realClock });
    const tools = toolRegistry([toolSpecSchema.parse({ name: 'greet', idempotent: true })]);
    const runs = new RunService({ store, engines, tools });

    const plan = { actions: [{ id: 'hello', tool: 'greet' }] };
    const { runId } = await runs.start({ caller: 'somebody', plan, inputs: {}, engine });
    const run = await runs.wait(runId, 10_000);
    const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
    const stored = await store.get(runId);
    store.close();
    await states.close();
    await dynamoDb.close();

    const [name] = stateMachines.map((machine) => machine.name!);
    const reached = new RegExp(`^${machineNamePattern('acme-').replaceAll('?', '.')}$`);
    expect(run?.status).toBe('succeeded');
    expect(name).toMatch(reached);
    expect(isCompiledName(name!, 'acme-')).toBe(true); // what janitor and recorder look at
    expect(stored?.machine).toBe(name);
  },
);
