/** Step Functions of this process: for the machines of one run, or in a folder that outlives the process. */
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../local/states/arns.ts';
import { ExecutionLog } from '../local/states/execution-log.ts';
import { lambdaTasks } from '../local/states/lambda-tasks.ts';
import { createLocalStates, type LocalStates, openLocalStates } from '../local/states/service.ts';

/** What an engine needs to run machines here. */
export interface LocalMachines {
  client: SFNClient;
  arnPrefix: string;
  roleArn: string;
  /** The events of Express executions. */
  log: ExecutionLog['follow'];
  close(): Promise<void>;
}

/** In memory. `lambda` is what the machines' tasks call. */
export function openLocalMachines(lambda: LambdaClient): LocalMachines {
  const log = new ExecutionLog();
  return localMachines(createLocalStates({ tasks: lambdaTasks(lambda), log: log.log }), log);
}

/** In a folder. */
export async function openLocalMachinesIn(folder: string, lambda: LambdaClient): Promise<LocalMachines> {
  const log = new ExecutionLog();
  return localMachines(await openLocalStates({ tasks: lambdaTasks(lambda), log: log.log, folder }), log);
}

function localMachines(states: LocalStates, log: ExecutionLog): LocalMachines {
  return {
    client: new SFNClient({
      region: LOCAL_REGION,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
      requestHandler: states.requestHandler,
    }),
    arnPrefix: `arn:aws:states:${LOCAL_REGION}:${LOCAL_ACCOUNT}:stateMachine:`,
    roleArn: `arn:aws:iam::${LOCAL_ACCOUNT}:role/stepweave-local`,
    log: log.follow,
    close: () => states.close(),
  };
}
