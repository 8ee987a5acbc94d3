/** Step Functions of this process, for the machines of one run. */
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../local/states/arns.ts';
import { ExecutionLog } from '../local/states/execution-log.ts';
import { lambdaTasks } from '../local/states/lambda-tasks.ts';
import { createLocalStates } from '../local/states/service.ts';

/** What an engine needs to run machines here. */
export interface LocalMachines {
  client: SFNClient;
  arnPrefix: string;
  roleArn: string;
  /** The events of Express executions. */
  log: ExecutionLog['follow'];
  close(): Promise<void>;
}

/** `lambda` is what the machines' tasks call. */
export function openLocalMachines(lambda: LambdaClient): LocalMachines {
  const log = new ExecutionLog();
  const states = createLocalStates({ tasks: lambdaTasks(lambda), log: log.log });
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
